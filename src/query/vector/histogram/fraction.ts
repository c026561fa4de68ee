// Which part of the observations lies between two values.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_fraction
import { hasCustomBounds } from './bound.ts';
import type { Histogram } from './histogram.ts';
import { type Bucket, bucketsOfHistogram } from './iterate.ts';
import { totalOf } from './quantile.ts';

export interface Fraction {
  readonly value: number;
  /** NaN was observed; such observations are in no fraction. */
  readonly hasNan: boolean;
}

export function histogramFraction(lower: number, upper: number, histogram: Histogram): Fraction {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) {
    return { value: Number.NaN, hasNan: false };
  }
  if (lower >= upper) return { value: 0, hasNan: false };
  const buckets = bucketsOfHistogram(histogram);
  let total = histogram.count;
  if (Number.isNaN(histogram.sum)) total = totalOf(histogram);
  const rankOf = (value: number): number => Math.min(rankAt(histogram, buckets, value), total);
  const value = (rankOf(upper) - rankOf(lower)) / histogram.count;
  return { value, hasNan: total < histogram.count };
}

/** How many observations are below `value`. */
function rankAt(histogram: Histogram, buckets: readonly Bucket[], value: number): number {
  let rank = 0;
  for (const bucket of buckets) {
    const isZero = bucket.lower <= 0 && bucket.upper >= 0;
    const { lower, upper } = isZero ? endingAtZero(histogram, bucket) : bucket;
    if (lower >= value) return rank;
    if (upper > value) {
      const isLinear = hasCustomBounds(histogram) || isZero;
      if (isLinear && lower === -Infinity) return bucket.count;
      const share = isLinear ? (value - lower) / (upper - lower) : logShare(lower, upper, value);
      return rank + bucket.count * share;
    }
    rank += bucket.count;
  }
  return Infinity;
}

function endingAtZero(histogram: Histogram, { lower, upper }: Bucket) {
  const hasNegative = histogram.negative.indexes.length > 0;
  const hasPositive = histogram.positive.indexes.length > 0;
  if (hasNegative === hasPositive) return { lower, upper };
  return hasPositive ? { lower: 0, upper } : { lower, upper: 0 };
}

/** How far `value` is into the bucket when buckets grow exponentially. */
function logShare(lower: number, upper: number, value: number): number {
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logValue = Math.log2(Math.abs(value));
  return value > 0
    ? (logValue - logLower) / (logUpper - logLower)
    : 1 - (logValue - logUpper) / (logLower - logUpper);
}
