// Equality of histograms: of all their data, but not of what is known about counter resets.
import { sameBounds } from './custom-bounds.ts';
import type { Buckets, Histogram } from './histogram.ts';

export function equalHistograms(left: Histogram, right: Histogram): boolean {
  return (
    left.schema === right.schema &&
    Object.is(left.count, right.count) &&
    Object.is(left.sum, right.sum) &&
    left.zeroThreshold === right.zeroThreshold &&
    Object.is(left.zeroCount, right.zeroCount) &&
    sameBounds(left.customBounds, right.customBounds) &&
    equalBuckets(left.positive, right.positive) &&
    equalBuckets(left.negative, right.negative)
  );
}

function equalBuckets(left: Buckets, right: Buckets): boolean {
  return (
    left.indexes.length === right.indexes.length &&
    left.indexes.every((index, i) => index === right.indexes[i]) &&
    left.counts.every((count, i) => Object.is(count, right.counts[i]))
  );
}
