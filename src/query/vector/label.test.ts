import { expect, test } from 'vitest';
import {
  dropLabels,
  dropName,
  formatLabels,
  keepLabels,
  labelOf,
  setLabels,
  sortByLabels,
} from './label.ts';
import { type Labels, labelsKey } from './value.ts';

const sorted = (...sets: Labels[]) =>
  sortByLabels(sets.map((labels) => ({ labels }))).map(({ labels }) => labels);

test('order: name by name, value by value, the shorter first', () => {
  const expected = [{}, { a: '1' }, { a: '1', b: '2' }, { a: '2' }, { b: '0' }];
  expect(sorted(...[...expected].reverse())).toEqual(expected);
});

test('names that objects have by themselves are labels like others', () => {
  expect(labelOf({}, 'constructor')).toBe('');
  expect(labelOf(setLabels({}, [['constructor', 'x']]), 'constructor')).toBe('x');
  expect(labelsKey({ 1: 'a', b: 'c' })).not.toBe(labelsKey({ 1: 'b', b: 'c' }));
});

test('keep, drop, set', () => {
  const labels = { __name__: 'm', __type__: 'counter', a: '1', b: '2' };
  expect(keepLabels(labels, new Set(['b', 'c']))).toEqual({ b: '2' });
  expect(dropLabels(labels, new Set(['b']))).not.toHaveProperty('b');
  expect(dropName(labels)).toEqual({ a: '1', b: '2' });
  expect(
    Object.keys(
      setLabels({ b: '1' }, [
        ['a', '2'],
        ['b', ''],
      ]),
    ),
  ).toEqual(['a']);
});

test('messages show a series as Prometheus does', () => {
  expect(formatLabels({ __name__: 'm', a: '1', b: '"' })).toBe('m{a="1", b="\\""}');
  expect(formatLabels({ __name__: 'm' })).toBe('m');
  expect(formatLabels({})).toBe('{}');
});
