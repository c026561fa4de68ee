import { expect, it } from 'vitest';
import { detectLabels } from './detected-labels.ts';

it('keeps labels with words, booleans, and well-known names', () => {
  const count = (name: string, cardinality: number, words: number, others: number) => ({
    name,
    cardinality,
    words,
    others,
  });
  const found = detectLabels([
    count('app', 3, 3, 3),
    count('mixed', 3, 1, 3),
    count('build', 3, 0, 3),
    count('flag', 2, 0, 0),
    count('digits', 3, 0, 1),
    count('pod', 1, 0, 1),
  ]);
  expect(found.map(({ label }) => label)).toEqual(['app', 'mixed', 'flag', 'pod']);
});
