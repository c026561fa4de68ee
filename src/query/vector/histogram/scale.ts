// A histogram times a number, divided by one, negated. What is negative cannot be a counter any more.
import { mapCounts, noBuckets } from './buckets.ts';
import type { Histogram } from './histogram.ts';

export function scaleHistogram(histogram: Histogram, factor: number): Histogram {
  return mapHistogram(histogram, (value) => value * factor, factor < 0);
}

/** Divided by 0, it has no buckets left, and counts and sum are infinite (or NaN, where they were 0). */
export function divideHistogram(histogram: Histogram, divisor: number): Histogram {
  const divided = mapHistogram(histogram, (value) => value / divisor, divisor < 0);
  return divisor === 0 ? { ...divided, positive: noBuckets, negative: noBuckets } : divided;
}

export const negateHistogram = (histogram: Histogram): Histogram => scaleHistogram(histogram, -1);

function mapHistogram(
  histogram: Histogram,
  of: (value: number) => number,
  isGauge: boolean,
): Histogram {
  return {
    ...histogram,
    count: of(histogram.count),
    sum: of(histogram.sum),
    zeroCount: of(histogram.zeroCount),
    positive: mapCounts(histogram.positive, of),
    negative: mapCounts(histogram.negative, of),
    counterReset: isGauge ? 'gauge' : histogram.counterReset,
  };
}
