// The sum and the difference of two histograms.
import { alignHistograms } from './align.ts';
import { mergeBuckets } from './buckets.ts';
import { combineResets, resetsCollide } from './counter-reset.ts';
import type { Histogram } from './histogram.ts';

export interface Combined {
  readonly histogram: Histogram;
  /** One begins counting anew and the other is known not to. */
  readonly resetsCollide: boolean;
  /** Custom bounds differed, so that only those of both were kept. */
  readonly boundsReconciled: boolean;
}

/** Undefined when only one of them has custom bounds. */
export const addHistograms = (left: Histogram, right: Histogram): Combined | undefined =>
  combine(left, right, 1);

/**
 * Undefined when only one of them has custom bounds. The counter reset is that of a sum, which means
 * over times; the operator `-` makes a gauge of the result.
 */
export const subtractHistograms = (left: Histogram, right: Histogram): Combined | undefined =>
  combine(left, right, -1);

function combine(leftGiven: Histogram, rightGiven: Histogram, sign: 1 | -1): Combined | undefined {
  const aligned = alignHistograms(leftGiven, rightGiven);
  if (!aligned) return undefined;
  const { left, right, boundsReconciled } = aligned;
  return {
    histogram: {
      ...left,
      count: left.count + sign * right.count,
      sum: left.sum + sign * right.sum,
      zeroCount: left.zeroCount + sign * right.zeroCount,
      positive: mergeBuckets(left.positive, right.positive, sign),
      negative: mergeBuckets(left.negative, right.negative, sign),
      counterReset: combineResets(left.counterReset, right.counterReset),
    },
    resetsCollide: resetsCollide(left.counterReset, right.counterReset),
    boundsReconciled,
  };
}
