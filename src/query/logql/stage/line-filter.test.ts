import { expect, it } from 'vitest';
import { alternatives } from './line-filter.ts';

it('knows expressions that are lists of words', () => {
  expect(alternatives('a|b c|d-e')).toEqual(['a', 'b c', 'd-e']);
  expect(alternatives('(a|b)')).toEqual(['a', 'b']);
  expect(alternatives('(?:a|b)')).toEqual(['a', 'b']);
});

it.each(['a', 'a|', '|a', 'a.|b', '(?i)a|b', '(a|b)c', '(a)|(b)', 'a\\|b', '^a|b', '(?i:a|b)'])(
  'leaves %s to the engine for expressions',
  (pattern) => expect(alternatives(pattern)).toBeUndefined(),
);
