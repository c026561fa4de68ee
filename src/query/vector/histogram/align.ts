// Two histograms made to have the same layout: schema, zero bucket, custom bounds.
import { hasCustomBounds } from './bound.ts';
import { sameBounds, sharedBounds, withBounds } from './custom-bounds.ts';
import type { Histogram } from './histogram.ts';
import { reduceResolution } from './reduce.ts';
import { reconcileZeroBuckets } from './zero-bucket.ts';

export interface Aligned {
  readonly left: Histogram;
  readonly right: Histogram;
  /** Whether custom bounds differed, so that only those of both were kept. */
  readonly boundsReconciled: boolean;
}

/** Undefined when only one of them has custom bounds. */
export function alignHistograms(left: Histogram, right: Histogram): Aligned | undefined {
  const isCustom = hasCustomBounds(left);
  if (isCustom !== hasCustomBounds(right)) return undefined;
  if (isCustom) return alignBounds(left, right);
  const [wideLeft, wideRight] = reconcileZeroBuckets(left, right);
  const schema = Math.min(left.schema, right.schema);
  return {
    left: reduceResolution(wideLeft, schema),
    right: reduceResolution(wideRight, schema),
    boundsReconciled: false,
  };
}

function alignBounds(left: Histogram, right: Histogram): Aligned {
  if (sameBounds(left.customBounds, right.customBounds)) {
    return { left, right, boundsReconciled: false };
  }
  const bounds = sharedBounds(left.customBounds, right.customBounds);
  return {
    left: withBounds(left, bounds),
    right: withBounds(right, bounds),
    boundsReconciled: true,
  };
}
