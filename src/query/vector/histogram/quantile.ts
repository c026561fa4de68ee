// The φ-quantile of a histogram: linear inside a bucket of custom bounds and inside the zero bucket,
// exponential inside all others.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
import { hasCustomBounds } from './bound.ts';
import type { Histogram } from './histogram.ts';
import { type Bucket, bucketAt, bucketCount, countAt } from './iterate.ts';

export interface Quantile {
  readonly value: number;
  /** NaN was observed, which no bucket holds: the result is NaN, or higher than it would be. */
  readonly nanObserved?: 'result' | 'skew';
}

export function histogramQuantile(phi: number, histogram: Histogram): Quantile {
  if (phi < 0) return { value: -Infinity };
  if (phi > 1) return { value: Infinity };
  if (histogram.count === 0 || Number.isNaN(phi)) return { value: Number.NaN };
  const mayHaveNan = Number.isNaN(histogram.sum);
  // From the nearer end; NaNs count as if they were above everything, so that they need the lower.
  const isForward = mayHaveNan || phi < 0.5;
  const rank = (isForward ? phi : 1 - phi) * histogram.count;
  const found = findRank(histogram, rank, isForward);
  if (hasCustomBounds(histogram)) {
    const { lower, upper } = found.bucket;
    if (lower === -Infinity && upper <= 0) return { value: upper };
    if (lower !== -Infinity && upper === Infinity) return { value: lower };
  }
  const bucket = narrowed(histogram, found.bucket);
  const seen = Math.min(found.seen, histogram.count);
  if (seen < rank) {
    return mayHaveNan ? { value: Number.NaN, nanObserved: 'result' } : { value: bucket.upper };
  }
  const inside = isForward ? rank - (seen - bucket.count) : seen - rank;
  const value = interpolate(histogram, bucket, inside / bucket.count);
  const isSkewed = mayHaveNan && totalOf(histogram) < histogram.count;
  return isSkewed ? { value, nanObserved: 'skew' } : { value };
}

const emptyBucket: Bucket = {
  lower: 0,
  upper: 0,
  count: 0,
  isLowerInclusive: true,
  isUpperInclusive: true,
};

/** The bucket where so many observations are reached, and how many they are with it. */
function findRank(histogram: Histogram, rank: number, isForward: boolean) {
  const size = bucketCount(histogram);
  let seen = 0;
  let place = -1;
  for (let i = 0; i < size; i++) {
    place = isForward ? i : size - 1 - i;
    seen += countAt(histogram, place);
    if (seen >= rank) break;
  }
  return {
    seen,
    bucket: place < 0 ? emptyBucket : narrowed(histogram, bucketAt(histogram, place)),
  };
}

/** Zero is where a histogram ends that has only positive or only negative observations. */
function narrowed(histogram: Histogram, bucket: Bucket): Bucket {
  if (hasCustomBounds(histogram)) {
    return bucket.lower === -Infinity && bucket.upper > 0 ? { ...bucket, lower: 0 } : bucket;
  }
  if (bucket.lower >= 0 || bucket.upper <= 0) return bucket;
  const hasNegative = histogram.negative.indexes.length > 0;
  const hasPositive = histogram.positive.indexes.length > 0;
  if (hasNegative === hasPositive) return bucket;
  return hasPositive ? { ...bucket, lower: 0 } : { ...bucket, upper: 0 };
}

function interpolate(histogram: Histogram, { lower, upper }: Bucket, fraction: number): number {
  if (hasCustomBounds(histogram) || (lower <= 0 && upper >= 0)) {
    return lower + (upper - lower) * fraction;
  }
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * fraction);
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}

export function totalOf(histogram: Histogram): number {
  let total = 0;
  const size = bucketCount(histogram);
  for (let place = 0; place < size; place++) total += countAt(histogram, place);
  return total;
}
