// A histogram with fewer, wider buckets.
import { coarserBuckets } from './buckets.ts';
import type { Histogram } from './histogram.ts';

/** In schema `schema`, which is not finer than the histogram's own; not for custom bounds. */
export function reduceResolution(histogram: Histogram, schema: number): Histogram {
  if (histogram.schema <= schema) return histogram;
  return {
    ...histogram,
    schema,
    positive: coarserBuckets(histogram.positive, histogram.schema, schema),
    negative: coarserBuckets(histogram.negative, histogram.schema, schema),
  };
}
