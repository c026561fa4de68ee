// Zero buckets of different widths: the narrower one is widened until both are as wide and neither
// ends inside a bucket that has something in it.
import { exponentialBound } from './bound.ts';
import type { Buckets, Histogram } from './histogram.ts';

export interface ZeroBucket {
  readonly threshold: number;
  readonly count: number;
}

/** The zero bucket at a threshold at least as large; larger still where that lies in a bucket. */
export function zeroBucketAt(histogram: Histogram, threshold: number): ZeroBucket {
  let reached = threshold;
  for (;;) {
    const next = Math.max(
      endOfBucketAt(histogram.positive, histogram.schema, reached),
      endOfBucketAt(histogram.negative, histogram.schema, reached),
    );
    if (next <= reached) break;
    reached = next;
  }
  const count =
    histogram.zeroCount +
    countBelow(histogram.positive, histogram.schema, reached) +
    countBelow(histogram.negative, histogram.schema, reached);
  return { threshold: reached, count };
}

/** The upper bound of the bucket that `threshold` lies in; 0 when it lies in none. */
function endOfBucketAt({ indexes }: Buckets, schema: number, threshold: number): number {
  for (const index of indexes) {
    if (exponentialBound(index - 1, schema) >= threshold) return 0;
    const upper = exponentialBound(index, schema);
    if (upper > threshold) return upper;
  }
  return 0;
}

function countBelow({ indexes, counts }: Buckets, schema: number, threshold: number): number {
  let count = 0;
  for (let i = 0; i < indexes.length; i++) {
    if (exponentialBound(indexes[i] as number, schema) > threshold) break;
    count += counts[i] as number;
  }
  return count;
}

/** With the wider zero bucket; buckets inside it are gone. */
export function widenZeroBucket(histogram: Histogram, threshold: number): Histogram {
  if (histogram.zeroThreshold >= threshold) return histogram;
  const zero = zeroBucketAt(histogram, threshold);
  return {
    ...histogram,
    zeroThreshold: zero.threshold,
    zeroCount: zero.count,
    positive: bucketsAbove(histogram.positive, histogram.schema, zero.threshold),
    negative: bucketsAbove(histogram.negative, histogram.schema, zero.threshold),
  };
}

function bucketsAbove(buckets: Buckets, schema: number, threshold: number): Buckets {
  const { indexes, counts } = buckets;
  let first = 0;
  while (
    first < indexes.length &&
    exponentialBound(indexes[first] as number, schema) <= threshold
  ) {
    first++;
  }
  if (first === 0) return buckets;
  return { indexes: indexes.subarray(first), counts: counts.subarray(first) };
}

/** Both with the same zero bucket. */
export function reconcileZeroBuckets(
  left: Histogram,
  right: Histogram,
): readonly [Histogram, Histogram] {
  let wideLeft = left;
  let wideRight = right;
  while (wideLeft.zeroThreshold !== wideRight.zeroThreshold) {
    wideLeft = widenZeroBucket(wideLeft, wideRight.zeroThreshold);
    wideRight = widenZeroBucket(wideRight, wideLeft.zeroThreshold);
    if (Number.isNaN(wideLeft.zeroThreshold) || Number.isNaN(wideRight.zeroThreshold)) break;
  }
  return [wideLeft, wideRight];
}
