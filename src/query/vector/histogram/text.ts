// `{count:4, sum:5, (0.5,1]:1, (1,2]:2}`: a histogram as Prometheus writes it into labels and templates.
import type { Histogram } from './histogram.ts';
import { type Bucket, negativeBucket, positiveBucket, zeroBucket } from './iterate.ts';

/** `formatNumber` writes numbers as Go's %g does. */
export function formatHistogram(
  histogram: Histogram,
  formatNumber: (value: number) => string,
): string {
  const { count, sum, negative, positive, zeroCount } = histogram;
  const buckets = Array.from(negative.indexes, (_, i) =>
    negativeBucket(histogram, negative.indexes.length - 1 - i),
  );
  if (zeroCount !== 0) buckets.push(zeroBucket(histogram));
  for (let i = 0; i < positive.indexes.length; i++) buckets.push(positiveBucket(histogram, i));
  const parts = buckets.map((bucket) => formatBucket(bucket, formatNumber));
  return `{${[`count:${formatNumber(count)}`, `sum:${formatNumber(sum)}`, ...parts].join(', ')}}`;
}

/** `(lower,upper]:count`, a square bracket where the bound belongs to the bucket. */
function formatBucket(bucket: Bucket, formatNumber: (value: number) => string): string {
  const { lower, upper, count, isLowerInclusive, isUpperInclusive } = bucket;
  const bounds = `${formatNumber(lower)},${formatNumber(upper)}`;
  const open = isLowerInclusive ? '[' : '(';
  return `${open}${bounds}${isUpperInclusive ? ']' : ')'}:${formatNumber(count)}`;
}
