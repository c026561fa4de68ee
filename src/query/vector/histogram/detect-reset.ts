// Whether counting began anew between two samples of one histogram: something became less.
// https://prometheus.io/docs/specs/native_histograms/#counter-reset-considerations
import { hasCustomBounds } from './bound.ts';
import { coarserBuckets } from './buckets.ts';
import { sameBounds, sharedBounds, withBounds } from './custom-bounds.ts';
import type { Buckets, Histogram } from './histogram.ts';
import { widenZeroBucket, zeroBucketAt } from './zero-bucket.ts';

/** What the sample itself says comes first; gauges are looked at as if they were counters. */
export function detectReset(current: Histogram, previous: Histogram): boolean {
  if (current.counterReset === 'reset') return true;
  if (current.counterReset === 'not-reset') return false;
  return isLess(current, previous);
}

function isLess(current: Histogram, previous: Histogram): boolean {
  if (current.count < previous.count) return true;
  if (hasCustomBounds(current)) {
    return !hasCustomBounds(previous) || isLessCustom(current, previous);
  }
  // A finer schema or a narrower zero bucket never comes without a new beginning.
  if (hasCustomBounds(previous) || current.schema > previous.schema) return true;
  if (current.zeroThreshold < previous.zeroThreshold) return true;
  const zero = zeroBucketAt(previous, current.zeroThreshold);
  if (zero.threshold !== current.zeroThreshold || current.zeroCount < zero.count) return true;
  const wide = widenZeroBucket(previous, current.zeroThreshold);
  const coarser = (buckets: Buckets): Buckets =>
    coarserBuckets(buckets, previous.schema, current.schema);
  return (
    anyBucketLess(current.positive, coarser(wide.positive)) ||
    anyBucketLess(current.negative, coarser(wide.negative))
  );
}

function isLessCustom(current: Histogram, previous: Histogram): boolean {
  if (sameBounds(current.customBounds, previous.customBounds)) {
    return anyBucketLess(current.positive, previous.positive);
  }
  const bounds = sharedBounds(current.customBounds, previous.customBounds);
  const before = withBounds(previous, bounds).positive;
  return anyBucketLess(withBounds(current, bounds).positive, before);
}

/** Whether any bucket of `previous` holds more than it does now. */
export function anyBucketLess(current: Buckets, previous: Buckets): boolean {
  let at = 0;
  for (let i = 0; i < previous.indexes.length; i++) {
    const index = previous.indexes[i] as number;
    while (at < current.indexes.length && (current.indexes[at] as number) < index) at++;
    const count = current.indexes[at] === index ? (current.counts[at] as number) : 0;
    if (count < (previous.counts[i] as number)) return true;
  }
  return false;
}
