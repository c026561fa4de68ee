// What must hold of a native histogram before it is stored.
import type { HistogramSample } from '#model/histogram-sample.ts';

export const schemaMin = -4;
export const schemaMax = 8;
export const customSchema = -53;

/** What is wrong with it, or undefined. */
export function checkHistogram(histogram: HistogramSample): string | undefined {
  const { schema, count, zeroCount, positiveCounts, negativeCounts, sum } = histogram;
  if (schema !== customSchema && (schema < schemaMin || schema > schemaMax)) {
    return `a native histogram has schema ${schema}, which is not between ${schemaMin} and ${schemaMax}`;
  }
  const problem =
    checkBuckets('positive', histogram.positiveSpans, positiveCounts) ??
    checkBuckets('negative', histogram.negativeSpans, negativeCounts);
  if (problem !== undefined) return problem;
  if (zeroCount < 0 || count < 0) return 'a native histogram has a negative count';
  let total = zeroCount;
  for (const bucket of positiveCounts) total += bucket;
  for (const bucket of negativeCounts) total += bucket;
  // Observations that were no number are in the count alone; counts that are no integers round.
  const tolerance = Math.abs(count) * 1e-9;
  const isShort = total - count > tolerance;
  const isLong = count - total > tolerance && !Number.isNaN(sum);
  if (isShort || isLong) {
    return `a native histogram counts ${count} observations, its buckets ${total}`;
  }
  return undefined;
}

function checkBuckets(side: string, spans: Int32Array, counts: Float64Array): string | undefined {
  let length = 0;
  for (let i = 0; i < spans.length; i += 2) {
    const offset = spans[i] as number;
    if (i > 0 && offset < 0) return `a native histogram has ${side} spans that overlap`;
    length += (spans[i + 1] as number) >>> 0;
  }
  if (length !== counts.length) {
    return `a native histogram has ${counts.length} ${side} buckets, its spans ${length}`;
  }
  for (const count of counts) {
    if (!(count >= 0)) return `a native histogram has a negative count in a ${side} bucket`;
  }
  return undefined;
}
