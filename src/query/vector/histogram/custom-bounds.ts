// Custom bounds of two histograms that differ: both are brought to the bounds that they share.
import { regroupBuckets } from './buckets.ts';
import type { Histogram } from './histogram.ts';

export function sameBounds(left: Float64Array, right: Float64Array): boolean {
  if (left === right) return true;
  return left.length === right.length && left.every((bound, i) => bound === right[i]);
}

export function sharedBounds(left: Float64Array, right: Float64Array): Float64Array {
  const known = new Set(right);
  return left.filter((bound) => known.has(bound));
}

/** With only the given bounds, all of which are bounds of the histogram. */
export function withBounds(histogram: Histogram, bounds: Float64Array): Histogram {
  const own = histogram.customBounds;
  if (sameBounds(own, bounds)) return histogram;
  let target = 0;
  const positive = regroupBuckets(histogram.positive, (index) => {
    const bound = own[index] ?? Infinity;
    while (target < bounds.length && (bounds[target] as number) < bound) target++;
    return target;
  });
  return { ...histogram, customBounds: bounds, positive };
}
