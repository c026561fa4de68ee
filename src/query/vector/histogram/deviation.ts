// The variance of the observations, each taken to be in the middle of its bucket: arithmetic with
// custom bounds, geometric with exponential ones, 0 in the zero bucket.
import { RunningSum } from '../sum.ts';
import { hasCustomBounds } from './bound.ts';
import type { Histogram } from './histogram.ts';
import { type Bucket, bucketsOfHistogram } from './iterate.ts';

export const histogramAverage = ({ sum, count }: Histogram): number => sum / count;

export function histogramVariance(histogram: Histogram): number {
  const mean = histogramAverage(histogram);
  const isCustom = hasCustomBounds(histogram);
  const total = new RunningSum();
  for (const bucket of bucketsOfHistogram(histogram)) {
    const delta = middleOf(bucket, isCustom) - mean;
    total.add(bucket.count * delta * delta);
  }
  return total.value / histogram.count;
}

function middleOf({ lower, upper }: Bucket, isCustom: boolean): number {
  if (isCustom) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const middle = Math.sqrt(upper * lower);
  return upper < 0 ? -middle : middle;
}
