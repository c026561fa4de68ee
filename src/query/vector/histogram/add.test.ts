import { expect, test } from 'vitest';
import { addHistograms, subtractHistograms } from './add.ts';
import { histogramFromSpans } from './construct.ts';
import { equalHistograms } from './equal.ts';
import { customSchema, type Histogram } from './histogram.ts';
import { divideHistogram, negateHistogram, scaleHistogram } from './scale.ts';

const exponential = (parts: Partial<Parameters<typeof histogramFromSpans>[0]> = {}): Histogram =>
  histogramFromSpans({ schema: 0, count: 4, sum: 5, ...parts });
const custom = (bounds: number[], counts: number[]): Histogram =>
  histogramFromSpans({
    schema: customSchema,
    count: counts.reduce((total, count) => total + count, 0),
    sum: 1,
    positiveSpans: [0, counts.length],
    positiveCounts: counts,
    customBounds: bounds,
  });
const entries = ({ positive }: Histogram): [number, number][] =>
  Array.from(positive.indexes, (index, i) => [index, positive.counts[i] as number]);

test('empty buckets are left out, spans are relative', () => {
  const made = exponential({ positiveSpans: [-2, 2, 1, 2], positiveCounts: [1, 0, 2, 3] });
  expect(entries(made)).toEqual([
    [-2, 1],
    [1, 2],
    [2, 3],
  ]);
});

test('of different schemas the coarser one holds', () => {
  const fine = exponential({ schema: 1, positiveSpans: [0, 5], positiveCounts: [1, 1, 1, 1, 1] });
  const coarse = exponential({ positiveSpans: [1, 1], positiveCounts: [10] });
  const sum = addHistograms(fine, coarse)?.histogram as Histogram;
  expect(sum.schema).toBe(0);
  expect(entries(sum)).toEqual([
    [0, 1],
    [1, 12],
    [2, 2],
  ]);
});

test('the wider zero bucket takes what lies in it, and ends at the end of a bucket', () => {
  const narrow = exponential({
    zeroThreshold: 0.5,
    zeroCount: 1,
    positiveSpans: [0, 3],
    positiveCounts: [2, 3, 4],
    negativeSpans: [0, 1],
    negativeCounts: [5],
  });
  const wide = exponential({ zeroThreshold: 1.5, zeroCount: 10 });
  const sum = addHistograms(wide, narrow)?.histogram as Histogram;
  expect(sum).toMatchObject({ zeroThreshold: 2, zeroCount: 21 });
  expect(entries(sum)).toEqual([[2, 4]]);
  expect(sum.negative.indexes).toHaveLength(0);
});

test('custom bounds: only those of both stay', () => {
  const sum = addHistograms(custom([1, 2, 3], [1, 2, 4, 8]), custom([2, 4], [10, 20, 40]));
  expect(sum?.boundsReconciled).toBe(true);
  expect([...(sum?.histogram.customBounds ?? [])]).toEqual([2]);
  expect(entries(sum?.histogram as Histogram)).toEqual([
    [0, 13],
    [1, 72],
  ]);
  expect(addHistograms(custom([1], [1]), custom([1], [1]))?.boundsReconciled).toBe(false);
  expect(addHistograms(custom([1], [1]), exponential())).toBeUndefined();
});

test('what is known about counter resets', () => {
  const hints = (left: Histogram['counterReset'], right: Histogram['counterReset']) => {
    const sum = addHistograms(
      exponential({ counterReset: left }),
      exponential({ counterReset: right }),
    );
    return [sum?.histogram.counterReset, sum?.resetsCollide];
  };
  expect(hints('gauge', 'reset')).toEqual(['gauge', false]);
  expect(hints('not-reset', 'not-reset')).toEqual(['not-reset', false]);
  expect(hints('unknown', 'reset')).toEqual(['unknown', false]);
  expect(hints('not-reset', 'reset')).toEqual(['unknown', true]);
});

test('the difference of equal ones is empty', () => {
  const one = exponential({ positiveSpans: [0, 2], positiveCounts: [1, 3] });
  const difference = subtractHistograms(one, one)?.histogram as Histogram;
  expect(difference).toMatchObject({ count: 0, sum: 0 });
  expect(entries(difference)).toEqual([]);
});

test('times, divided by, negated', () => {
  const one = exponential({ positiveSpans: [0, 1], positiveCounts: [4], counterReset: 'reset' });
  expect(scaleHistogram(one, 2)).toMatchObject({ count: 8, sum: 10, counterReset: 'reset' });
  expect(negateHistogram(one)).toMatchObject({ count: -4, counterReset: 'gauge' });
  expect(entries(divideHistogram(one, 4))).toEqual([[0, 1]]);
  const byZero = divideHistogram(one, 0);
  expect(byZero).toMatchObject({ count: Infinity, sum: Infinity, zeroCount: Number.NaN });
  expect(entries(byZero)).toEqual([]);
});

test('equality is of the data, not of the counter reset', () => {
  const one = exponential({ sum: Number.NaN, counterReset: 'reset' });
  expect(equalHistograms(one, exponential({ sum: Number.NaN }))).toBe(true);
  expect(equalHistograms(exponential({ sum: 0 }), exponential({ sum: -0 }))).toBe(false);
  expect(equalHistograms(custom([1], [1]), custom([2], [1]))).toBe(false);
});
