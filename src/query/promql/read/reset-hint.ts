// What Prometheus's storage answers about counter resets: where a sender did not say, each histogram
// is compared with the one before. What cannot be compared (another schema, zero bucket or other bounds)
// is unknown.
// https://github.com/prometheus/prometheus/blob/main/tsdb/chunkenc/float_histogram.go (appendable)
import { sameBounds } from '#query/vector/histogram/custom-bounds.ts';
import { anyBucketLess } from '#query/vector/histogram/detect-reset.ts';
import {
  type CounterReset,
  customSchema,
  type Histogram,
} from '#query/vector/histogram/histogram.ts';

/** The hint of a histogram with the given hint, after another of its series. */
export function resetHint(current: Histogram, previous: Histogram | undefined): CounterReset {
  if (current.counterReset === 'gauge' || current.counterReset === 'reset') {
    return current.counterReset;
  }
  if (!previous || previous.counterReset === 'gauge') return 'unknown';
  if (current.count < previous.count) return 'reset';
  if (current.schema !== previous.schema || current.zeroThreshold !== previous.zeroThreshold) {
    return 'unknown';
  }
  if (current.schema === customSchema && !sameBounds(current.customBounds, previous.customBounds))
    return 'unknown';
  const isReset =
    current.zeroCount < previous.zeroCount ||
    anyBucketLess(current.positive, previous.positive) ||
    anyBucketLess(current.negative, previous.negative);
  return isReset ? 'reset' : 'not-reset';
}
