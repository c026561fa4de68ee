// A native histogram as JSON: count, sum and the buckets that are not empty, each as
// [boundary rule, lower, upper, count].
// https://prometheus.io/docs/prometheus/latest/querying/api/#native-histograms
import { printNumber } from '#query/promql/syntax/number.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { type Bucket, boundaryRule, bucketsOfHistogram } from '#query/vector/histogram/iterate.ts';

export function encodeHistogram(histogram: Histogram): string {
  const { count, sum } = histogram;
  const buckets = bucketsOfHistogram(histogram)
    .filter((bucket) => bucket.count !== 0)
    .map(encodeBucket);
  const list = buckets.length === 0 ? '' : `,"buckets":[${buckets.join(',')}]`;
  return `{"count":"${printNumber(count)}","sum":"${printNumber(sum)}"${list}}`;
}

function encodeBucket(bucket: Bucket): string {
  const { lower, upper, count } = bucket;
  const numbers = [lower, upper, count].map((each) => `"${printNumber(each)}"`);
  return `[${boundaryRule(bucket)},${numbers.join(',')}]`;
}
