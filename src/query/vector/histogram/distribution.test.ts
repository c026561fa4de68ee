import { expect, test } from 'vitest';
import { exponentialBound } from './bound.ts';
import { histogramFromSpans } from './construct.ts';
import { detectReset } from './detect-reset.ts';
import { histogramVariance } from './deviation.ts';
import { histogramFraction } from './fraction.ts';
import { customSchema, type Histogram } from './histogram.ts';
import { boundaryRule, bucketsOfHistogram } from './iterate.ts';
import { histogramQuantile } from './quantile.ts';
import { formatHistogram } from './text.ts';
import { trimHistogram } from './trim.ts';

type Parts = Partial<Parameters<typeof histogramFromSpans>[0]>;
const make = (parts: Parts = {}): Histogram =>
  histogramFromSpans({ schema: 0, count: 12, sum: 20, ...parts });
const both = make({
  zeroThreshold: 0.25,
  zeroCount: 2,
  positiveSpans: [-2, 1, 1, 2],
  positiveCounts: [1, 2, 3],
  negativeSpans: [0, 2],
  negativeCounts: [3, 1],
});
const custom = make({
  schema: customSchema,
  customBounds: [1, 2],
  positiveSpans: [0, 3],
  positiveCounts: [4, 4, 4],
});

test('bounds are powers of two and the numbers of Prometheus between them', () => {
  expect(exponentialBound(1, 0)).toBe(2);
  expect(exponentialBound(-1, -2)).toBe(2 ** -4);
  expect(exponentialBound(1, 1)).toBe(Math.SQRT2 - Number.EPSILON);
  expect(exponentialBound(1, 8)).toBe(1.0027112750502025);
  expect(exponentialBound(1024, 0)).toBe(Number.MAX_VALUE);
  expect(exponentialBound(1025, 0)).toBe(Infinity);
  expect(exponentialBound(-1074, 0)).toBe(Number.MIN_VALUE);
});

test('buckets ascend and give way to the zero bucket', () => {
  const shown = bucketsOfHistogram(both).map((bucket) => [
    boundaryRule(bucket),
    bucket.lower,
    bucket.upper,
    bucket.count,
  ]);
  expect(shown).toEqual([
    [1, -2, -1, 1],
    [1, -1, -0.5, 3],
    [3, -0.25, 0.25, 2],
    [0, 0.25, 0.25, 1],
    [0, 0.5, 1, 2],
    [0, 1, 2, 3],
  ]);
  expect(bucketsOfHistogram(custom).map(boundaryRule)).toEqual([3, 0, 0]);
});

test('the text of a histogram', () => {
  expect(formatHistogram(both, String)).toBe(
    '{count:12, sum:20, [-2,-1):1, [-1,-0.5):3, [-0.25,0.25]:2, (0.125,0.25]:1, (0.5,1]:2, (1,2]:3}',
  );
});

test.each([
  [-1, -Infinity],
  [2, Infinity],
  [0.5, 0.25],
  [1, 2],
  [0.875, Math.SQRT2],
])('quantile %d', (phi, value) => {
  expect(histogramQuantile(phi, both).value).toBeCloseTo(value, 12);
});

test('quantiles: zero is where one-sided histograms begin; custom buckets are linear', () => {
  const positive = make({
    count: 4,
    zeroThreshold: 1,
    zeroCount: 2,
    positiveSpans: [1, 1],
    positiveCounts: [2],
  });
  expect(histogramQuantile(0.25, positive).value).toBe(0.5);
  expect(histogramQuantile(0.5, custom).value).toBe(1.5);
  expect(histogramQuantile(0.1, custom).value).toBeCloseTo(0.3, 12);
  expect(histogramQuantile(0.9, custom).value).toBe(2);
  expect(histogramQuantile(0.5, make({ count: 0 })).value).toBeNaN();
  expect(histogramQuantile(Number.NaN, both).value).toBeNaN();
});

test('NaN that was observed is told', () => {
  const seen = make({ sum: Number.NaN, count: 10, positiveSpans: [1, 1], positiveCounts: [8] });
  expect(histogramQuantile(0.9, seen)).toEqual({ value: Number.NaN, nanObserved: 'result' });
  expect(histogramQuantile(0.4, seen).nanObserved).toBe('skew');
  expect(histogramFraction(-Infinity, Infinity, seen)).toEqual({ value: 0.8, hasNan: true });
});

test('fractions', () => {
  const of = (lower: number, upper: number, histogram = both) =>
    histogramFraction(lower, upper, histogram).value;
  expect(of(-Infinity, Infinity)).toBe(1);
  expect(of(1, Math.SQRT2)).toBeCloseTo(1.5 / 12, 12);
  expect(of(-0.25, 0)).toBeCloseTo(1 / 12, 12);
  expect(of(2, 1)).toBe(0);
  expect(of(1.5, 2, custom)).toBeCloseTo(1 / 6, 12);
  expect(of(Number.NaN, 1)).toBeNaN();
});

test('variance', () => {
  expect(
    histogramVariance(make({ count: 2, sum: 2, positiveSpans: [0, 1], positiveCounts: [2] })),
  ).toBeCloseTo((Math.SQRT1_2 - 1) ** 2, 12);
});

test('counting began anew when something became less', () => {
  const before = make({ positiveSpans: [0, 2], positiveCounts: [4, 8] });
  const now = (parts: Parts): boolean => detectReset(make({ count: 20, ...parts }), before);
  expect(now({ positiveSpans: [0, 2], positiveCounts: [4, 8] })).toBe(false);
  expect(now({ positiveSpans: [1, 1], positiveCounts: [20] })).toBe(true);
  expect(now({ count: 11, positiveSpans: [0, 2], positiveCounts: [4, 8] })).toBe(true);
  expect(now({ schema: -1, positiveSpans: [0, 2], positiveCounts: [4, 8] })).toBe(false);
  expect(now({ schema: 1 })).toBe(true);
  expect(now({ zeroThreshold: 1, zeroCount: 4, positiveSpans: [1, 1], positiveCounts: [8] })).toBe(
    false,
  );
  expect(now({ counterReset: 'not-reset' })).toBe(false);
  const moved = make({
    ...{ schema: customSchema, count: 12 },
    customBounds: [2, 3],
    positiveSpans: [0, 3],
    positiveCounts: [8, 2, 2],
  });
  expect(detectReset(moved, custom)).toBe(false);
  expect(detectReset(custom, before)).toBe(true);
});

test('trimmed: whole buckets, a part of one, nothing', () => {
  expect(trimHistogram(both, Infinity, 'below')).toBe(both);
  const below = trimHistogram(both, Math.SQRT2, 'below');
  expect(below.count).toBeCloseTo(10.5, 12);
  const above = trimHistogram(both, 0, 'above');
  expect(above).toMatchObject({ count: 7, zeroCount: 1 });
  expect(above.negative.indexes).toHaveLength(0);
  expect(trimHistogram(custom, 1.5, 'below')).toMatchObject({ count: 6, sum: 4 * 0.5 + 2 * 1.25 });
  expect(trimHistogram(custom, 2, 'above')).toMatchObject({ count: 4, sum: 8 });
  expect(trimHistogram(both, -Infinity, 'below')).toMatchObject({ count: 0, sum: 0 });
});
