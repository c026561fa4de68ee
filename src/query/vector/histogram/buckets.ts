// Buckets of one side of a histogram: made, merged, made coarser. Counts of 0 are left out everywhere.
import type { Buckets } from './histogram.ts';

export const noBuckets: Buckets = { indexes: new Int32Array(0), counts: new Float64Array(0) };

/** Ascending indexes and their counts; those of 0 go. The arrays are taken over. */
export function bucketsOf(indexes: Int32Array, counts: Float64Array): Buckets {
  if (indexes.length === 0) return noBuckets;
  if (!counts.includes(0)) return { indexes, counts };
  const kept = counts.reduce((total, count) => total + Number(count !== 0), 0);
  if (kept === 0) return noBuckets;
  return {
    indexes: indexes.filter((_, i) => counts[i] !== 0),
    counts: counts.filter((count) => count !== 0),
  };
}

/**
 * From spans as Prometheus has them: offset, length, offset, length, …; the first offset is the index
 * of the first bucket, each further one the gap behind the span before it. Counts are absolute.
 */
export function bucketsFromSpans(spans: ArrayLike<number>, counts: ArrayLike<number>): Buckets {
  const indexes = new Int32Array(counts.length);
  let index = 0;
  let at = 0;
  for (let span = 0; span + 1 < spans.length; span += 2) {
    index += spans[span] as number;
    for (let i = 0; i < (spans[span + 1] as number) && at < counts.length; i++) {
      indexes[at++] = index++;
    }
  }
  return bucketsOf(indexes.subarray(0, at), Float64Array.from(counts).subarray(0, at));
}

/** The spans of buckets, in the same form. */
export function spansOf({ indexes }: Buckets): Int32Array {
  const spans: number[] = [];
  let next = 0;
  for (const index of indexes) {
    if (spans.length > 0 && index === next) spans[spans.length - 1] = (spans.at(-1) as number) + 1;
    else spans.push(index - next, 1);
    next = index + 1;
  }
  return Int32Array.from(spans);
}

export function mapCounts({ indexes, counts }: Buckets, of: (count: number) => number): Buckets {
  return bucketsOf(indexes, counts.map(of));
}

/** `left` + sign · `right`. */
export function mergeBuckets(left: Buckets, right: Buckets, sign: 1 | -1): Buckets {
  if (right.indexes.length === 0) return left;
  const size = left.indexes.length + right.indexes.length;
  const indexes = new Int32Array(size);
  const counts = new Float64Array(size);
  let l = 0;
  let r = 0;
  let at = 0;
  while (l < left.indexes.length || r < right.indexes.length) {
    const leftIndex = left.indexes[l] ?? Infinity;
    const rightIndex = right.indexes[r] ?? Infinity;
    indexes[at] = Math.min(leftIndex, rightIndex);
    let count = 0;
    if (leftIndex <= rightIndex) count = left.counts[l++] as number;
    if (rightIndex <= leftIndex) count += sign * (right.counts[r++] as number);
    counts[at++] = count;
  }
  return bucketsOf(indexes.slice(0, at), counts.slice(0, at));
}

/** Into the buckets of a coarser schema: 2^(from - to) neighbours become one. */
export function coarserBuckets(buckets: Buckets, fromSchema: number, toSchema: number): Buckets {
  const shift = fromSchema - toSchema;
  if (shift === 0 || buckets.indexes.length === 0) return buckets;
  return regroupBuckets(buckets, (index) => coarserIndex(index, shift));
}

export const coarserIndex = (index: number, shift: number): number => ((index - 1) >> shift) + 1;

/** Buckets with new indexes, which ascend as the old ones do; equal ones become one. */
export function regroupBuckets(
  { indexes, counts }: Buckets,
  indexOf: (index: number) => number,
): Buckets {
  const newIndexes = new Int32Array(indexes.length);
  const newCounts = new Float64Array(indexes.length);
  let size = 0;
  for (let i = 0; i < indexes.length; i++) {
    const index = indexOf(indexes[i] as number);
    if (size === 0 || newIndexes[size - 1] !== index) newIndexes[size++] = index;
    newCounts[size - 1] = (newCounts[size - 1] as number) + (counts[i] as number);
  }
  return bucketsOf(newIndexes.slice(0, size), newCounts.slice(0, size));
}
