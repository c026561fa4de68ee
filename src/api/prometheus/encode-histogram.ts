// A native histogram as JSON: count, sum and the buckets that are not empty, each as
// [boundary rule, lower, upper, count]. The rule: 0 open left, 1 open right, 2 both open, 3 both closed.
// https://prometheus.io/docs/prometheus/latest/querying/api/#native-histograms
import { printNumber } from '#query/promql/syntax/number.ts';
import { customSchema, type Histogram } from '#query/vector/histogram/histogram.ts';

export function encodeHistogram(histogram: Histogram): string {
  const { count, sum } = histogram;
  const buckets = bucketsOf(histogram);
  const list = buckets.length === 0 ? '' : `,"buckets":[${buckets.join(',')}]`;
  return `{"count":"${printNumber(count)}","sum":"${printNumber(sum)}"${list}}`;
}

/** From the lowest to the highest. */
function bucketsOf(histogram: Histogram): string[] {
  const { positive, negative, zeroCount, zeroThreshold } = histogram;
  const buckets: string[] = [];
  for (let i = negative.indexes.length - 1; i >= 0; i--) {
    const index = negative.indexes[i] as number;
    const [lower, upper] = [-boundOf(histogram, index), -boundOf(histogram, index - 1)];
    buckets.push(encodeBucket(1, lower, upper, negative.counts[i] as number));
  }
  if (zeroCount !== 0) buckets.push(encodeBucket(3, -zeroThreshold, zeroThreshold, zeroCount));
  const isCustom = histogram.schema === customSchema;
  positive.indexes.forEach((index, i) => {
    const rule = isCustom && index === 0 ? 3 : 0;
    const [lower, upper] = [boundOf(histogram, index - 1), boundOf(histogram, index)];
    buckets.push(encodeBucket(rule, lower, upper, positive.counts[i] as number));
  });
  return buckets;
}

const encodeBucket = (rule: number, lower: number, upper: number, count: number): string =>
  `[${rule},"${printNumber(lower)}","${printNumber(upper)}","${printNumber(count)}"]`;

/** The upper bound of a bucket of positive values. */
function boundOf({ schema, customBounds }: Histogram, index: number): number {
  if (schema === customSchema) {
    if (index < 0) return Number.NEGATIVE_INFINITY;
    return customBounds[index] ?? Number.POSITIVE_INFINITY;
  }
  if (schema < 0) return 2 ** (index * 2 ** -schema);
  // In two factors: powers of two are exact, and the other one lies between 1 and 2.
  const perDouble = 2 ** schema;
  const whole = Math.floor(index / perDouble);
  return 2 ** ((index - whole * perDouble) / perDouble) * 2 ** whole;
}
