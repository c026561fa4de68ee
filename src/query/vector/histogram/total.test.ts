import { expect, test } from 'vitest';
import { histogramFromSpans } from './construct.ts';
import { customSchema, type Histogram } from './histogram.ts';
import { meanHistograms, sumHistograms } from './total.ts';

const of = (sum: number, counts: number[] = [1], offset = 0): Histogram =>
  histogramFromSpans({
    schema: 0,
    count: 1,
    sum,
    positiveSpans: [offset, counts.length],
    positiveCounts: counts,
  });

test('a sum keeps what rounding loses', () => {
  const total = sumHistograms([of(1, [1]), of(1e100, [1e100]), of(1, [1]), of(-1e100, [-1e100])]);
  expect(total.histogram?.sum).toBe(2);
  expect([...(total.histogram?.positive.counts ?? [])]).toEqual([2]);
});

test('buckets of all, in order', () => {
  const total = sumHistograms([of(1, [1, 2], 3), of(1, [4], 1), of(1, [8], 4)]);
  expect([...(total.histogram?.positive.indexes ?? [])]).toEqual([1, 3, 4]);
  expect([...(total.histogram?.positive.counts ?? [])]).toEqual([4, 1, 10]);
});

test('a layout that changes on the way', () => {
  const fine = histogramFromSpans({
    schema: 1,
    count: 2,
    sum: 1,
    zeroCount: 1,
    positiveSpans: [-3, 1, 4, 1],
    positiveCounts: [2, 1],
  });
  const coarse = { ...of(1, [1], 1), zeroThreshold: 0.5, zeroCount: 10 };
  const total = sumHistograms([fine, coarse, fine]);
  expect(total.histogram).toMatchObject({ schema: 0, zeroThreshold: 0.5, zeroCount: 16 });
  expect([...(total.histogram?.positive.indexes ?? [])]).toEqual([1]);
  expect([...(total.histogram?.positive.counts ?? [])]).toEqual([3]);
});

test('a mean, also where the sum would overflow', () => {
  expect(meanHistograms([of(1), of(2), of(6)]).histogram?.sum).toBe(3);
  const large = 1.5e308;
  const mean = meanHistograms([of(large), of(large), of(large)]).histogram;
  expect((mean?.sum ?? 0) / large).toBeCloseTo(1, 12);
  expect(mean?.count).toBe(1);
});

test('what cannot be added, and what is told about the others', () => {
  const custom = (bounds: number[]) =>
    histogramFromSpans({ schema: customSchema, count: 1, sum: 1, customBounds: bounds });
  expect(sumHistograms([of(1), of(1), custom([1])])).toMatchObject({ incompatibleAt: 2 });
  expect(sumHistograms([custom([1]), custom([2])]).boundsReconciled).toBe(true);
  const hinted = (counterReset: Histogram['counterReset']) => ({ ...of(1), counterReset });
  expect(sumHistograms([hinted('reset'), hinted('not-reset')]).resetsCollide).toBe(true);
  expect(meanHistograms([hinted('reset'), hinted('unknown')]).resetsCollide).toBe(false);
});
