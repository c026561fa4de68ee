import { expect, it } from 'vitest';
import { int, text } from './eval/value.ts';
import { parseTag } from './syntax/parse.ts';
import { namesOfTempo, valuesOfTempo } from './tempo-tags.ts';

const attribute = (tag: string) => {
  const field = parseTag(tag);
  if (field.kind !== 'attribute') throw new Error(`${tag} is no attribute`);
  return field;
};

it('lists what has a column whatever the filter says, and hides one', () => {
  const all = ['a', 'http.route', 'http.url', 'service.name'];
  expect(namesOfTempo('span', ['a', 'http.route'], all)).toEqual(['a', 'http.url']);
  expect(namesOfTempo('resource', [], all)).toEqual(['service.name']);
  expect(namesOfTempo('event', ['http.route'], all)).toEqual(['http.route']);
});

it('with a filter status codes are whole numbers', () => {
  const values = [int(200), text('200')];
  expect(valuesOfTempo(attribute('span.http.status_code'), values, false)).toEqual([int(200)]);
  expect(valuesOfTempo(attribute('span.http.status_code'), values, true)).toEqual(values);
  expect(valuesOfTempo(attribute('span.other'), values, false)).toEqual(values);
});

it('cuts texts at 2048 bytes', () => {
  const [cut] = valuesOfTempo(attribute('.a'), [text('ä'.repeat(2000))], true);
  expect(cut).toEqual(text('ä'.repeat(1024)));
});
