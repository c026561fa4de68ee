// Buckets with their bounds, from the lowest to the highest: negative, zero, positive.
import { hasCustomBounds, upperBound } from './bound.ts';
import type { Histogram } from './histogram.ts';

export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  readonly isLowerInclusive: boolean;
  readonly isUpperInclusive: boolean;
}

/** How many buckets there are; the zero bucket is one when something is in it. */
export const bucketCount = (histogram: Histogram): number =>
  histogram.negative.indexes.length +
  Number(histogram.zeroCount > 0) +
  histogram.positive.indexes.length;

/** What is in bucket `place`, 0 being the lowest. */
export function countAt({ negative, zeroCount, positive }: Histogram, place: number): number {
  const negatives = negative.counts.length;
  if (place < negatives) return negative.counts[negatives - 1 - place] as number;
  if (zeroCount <= 0) return positive.counts[place - negatives] as number;
  return place === negatives ? zeroCount : (positive.counts[place - negatives - 1] as number);
}

/** Bucket `place`, 0 being the lowest. Where it reaches into the zero bucket, it ends there. */
export function bucketAt(histogram: Histogram, place: number): Bucket {
  const { negative, zeroCount, zeroThreshold } = histogram;
  const negatives = negative.indexes.length;
  if (place < negatives) {
    const bucket = negativeBucket(histogram, negatives - 1 - place);
    return bucket.upper < 0 && bucket.upper > -zeroThreshold
      ? { ...bucket, upper: -zeroThreshold }
      : bucket;
  }
  if (zeroCount > 0 && place === negatives) return zeroBucket(histogram);
  const bucket = positiveBucket(histogram, place - negatives - Number(zeroCount > 0));
  return bucket.lower > 0 && bucket.lower < zeroThreshold
    ? { ...bucket, lower: zeroThreshold }
    : bucket;
}

/** All buckets, from the lowest to the highest. */
export function bucketsOfHistogram(histogram: Histogram): readonly Bucket[] {
  return Array.from({ length: bucketCount(histogram) }, (_, place) => bucketAt(histogram, place));
}

/** Which ends belong to the bucket, as the HTTP API has it: 0 upper, 1 lower, 2 none, 3 both. */
export function boundaryRule({ isLowerInclusive, isUpperInclusive }: Bucket): 0 | 1 | 2 | 3 {
  if (isLowerInclusive) return isUpperInclusive ? 3 : 1;
  return isUpperInclusive ? 0 : 2;
}

/** The `i`th bucket above zero, not cut by the zero bucket. */
export function positiveBucket(histogram: Histogram, i: number): Bucket {
  const index = histogram.positive.indexes[i] as number;
  const lower = upperBound(histogram, index - 1);
  const upper = upperBound(histogram, index);
  const isCustom = hasCustomBounds(histogram);
  return {
    lower,
    upper,
    count: histogram.positive.counts[i] as number,
    isLowerInclusive: isCustom ? index === 0 : lower < 0,
    isUpperInclusive: isCustom || upper > 0,
  };
}

/** The `i`th bucket below zero, counted from zero downwards, not cut by the zero bucket. */
export function negativeBucket(histogram: Histogram, i: number): Bucket {
  const index = histogram.negative.indexes[i] as number;
  const lower = -upperBound(histogram, index);
  const upper = -upperBound(histogram, index - 1);
  return {
    lower,
    upper,
    count: histogram.negative.counts[i] as number,
    isLowerInclusive: lower < 0,
    isUpperInclusive: upper > 0,
  };
}

export function zeroBucket({ zeroThreshold, zeroCount }: Histogram): Bucket {
  return {
    lower: -zeroThreshold,
    upper: zeroThreshold,
    count: zeroCount,
    isLowerInclusive: true,
    isUpperInclusive: true,
  };
}
