// What Prometheus's storage answers about counter resets: where a sender did not say, each histogram
// is compared with the one before. What cannot be compared (another schema, zero bucket or other bounds)
// is unknown.
// https://github.com/prometheus/prometheus/blob/main/tsdb/chunkenc/float_histogram.go (appendable)
import {
  type Buckets,
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
  if (current.schema === customSchema && !sameBounds(current, previous)) return 'unknown';
  const isReset =
    current.zeroCount < previous.zeroCount ||
    shrinks(current.positive, previous.positive) ||
    shrinks(current.negative, previous.negative);
  return isReset ? 'reset' : 'not-reset';
}

function sameBounds({ customBounds: a }: Histogram, { customBounds: b }: Histogram): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}

/** Whether any bucket of `previous` holds more than it does now. */
function shrinks(current: Buckets, previous: Buckets): boolean {
  let at = 0;
  for (let i = 0; i < previous.indexes.length; i++) {
    const index = previous.indexes[i] as number;
    while (at < current.indexes.length && (current.indexes[at] as number) < index) at++;
    const count = current.indexes[at] === index ? (current.counts[at] as number) : 0;
    if (count < (previous.counts[i] as number)) return true;
  }
  return false;
}
