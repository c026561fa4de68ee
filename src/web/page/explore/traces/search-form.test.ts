import { describe, expect, it } from 'vitest';
import { emptyForm, printForm, readForm, type SearchForm, toDuration } from './search-form.ts';

describe('the search form', () => {
  const comesBack = (some: Partial<SearchForm>, query: string) =>
    it(query, () => {
      const form = { ...emptyForm, ...some };
      expect(printForm(form)).toBe(query);
      expect(readForm(query)).toEqual(form);
    });
  comesBack({}, '{}');
  comesBack({ service: 'a "b" && c' }, '{ resource.service.name = "a \\"b\\" && c" }');
  comesBack({ name: 'GET /', errorsOnly: true }, '{ name = "GET /" && status = error }');
  comesBack({ minDuration: '250ms', maxDuration: '2s' }, '{ duration >= 250ms && duration <= 2s }');

  const tooMuch = (query: string) =>
    it(`cannot show ${query}`, () => expect(readForm(query)).toBeUndefined());
  tooMuch('{ span.http.route = "/x" }');
  tooMuch('{ status = error } | count() > 2');
  tooMuch('{ status = error || name = "x" }');
});

describe('toDuration', () => {
  const ok = (text: string, duration: string | undefined) =>
    it(`"${text}"`, () => expect(toDuration(text)).toBe(duration));
  ok('', '');
  ok('250', '250ms');
  ok('1.5 s', '1.5s');
  ok('soon', undefined);
});
