// A native histogram as a script expects it, compared with one that was answered.
// https://github.com/prometheus/prometheus/blob/main/promql/promqltest/test.go (compareNativeHistogram)
import { type Buckets, customSchema, type Histogram } from '#query/vector/histogram/histogram.ts';
import type { ShownBucket, ShownHistogram } from './answer.ts';
import { isClose } from './close.ts';

/** Undefined when they are the same; else what differs. */
export function compareHistogram(
  want: Histogram,
  have: Histogram | ShownHistogram,
  namesHint: boolean,
): string | undefined {
  if (!isClose(want.count, have.count)) return `count ${have.count} for ${want.count}`;
  if (!isClose(want.sum, have.sum)) return `sum ${have.sum} for ${want.sum}`;
  if ('buckets' in have) return compareShown(showBuckets(want), have.buckets);
  if (want.schema !== have.schema) return `schema ${have.schema} for ${want.schema}`;
  if (want.zeroThreshold !== have.zeroThreshold) {
    return `zero threshold ${have.zeroThreshold} for ${want.zeroThreshold}`;
  }
  if (!isClose(want.zeroCount, have.zeroCount)) {
    return `zero count ${have.zeroCount} for ${want.zeroCount}`;
  }
  if (String(want.customBounds) !== String(have.customBounds)) {
    return `bounds ${have.customBounds} for ${want.customBounds}`;
  }
  if (namesHint && want.counterReset !== have.counterReset) {
    return `counter reset ${have.counterReset} for ${want.counterReset}`;
  }
  return (
    compareBuckets('positive', want.positive, have.positive) ??
    compareBuckets('negative', want.negative, have.negative)
  );
}

function compareBuckets(side: string, want: Buckets, have: Buckets): string | undefined {
  const isSame =
    String(want.indexes) === String(have.indexes) &&
    want.counts.every((count, i) => isClose(count, have.counts[i] as number));
  return isSame ? undefined : `${side} buckets ${show(have)} for ${show(want)}`;
}

const show = ({ indexes, counts }: Buckets): string =>
  [...indexes].map((index, i) => `${index}:${counts[i]}`).join(' ');

function compareShown(
  want: readonly ShownBucket[],
  have: readonly ShownBucket[],
): string | undefined {
  const isSame =
    want.length === have.length &&
    want.every((bucket, i) => {
      const other = have[i] as ShownBucket;
      return (
        bucket.rule === other.rule &&
        isClose(bucket.left, other.left) &&
        isClose(bucket.right, other.right) &&
        isClose(bucket.count, other.count)
      );
    });
  return isSame ? undefined : `buckets ${JSON.stringify(have)} for ${JSON.stringify(want)}`;
}

/** The buckets as the HTTP API shows them: ascending, without empty ones. */
export function showBuckets(histogram: Histogram): ShownBucket[] {
  const { positive, negative, zeroCount, zeroThreshold, customBounds, schema } = histogram;
  const bound = (index: number): number => {
    if (schema !== customSchema) {
      const exponent = index * 2 ** -schema;
      return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
    }
    if (index < 0) return -Infinity;
    return index < customBounds.length ? (customBounds[index] as number) : Infinity;
  };
  const shown: ShownBucket[] = [];
  for (let i = negative.indexes.length - 1; i >= 0; i--) {
    const index = negative.indexes[i] as number;
    const [left, right] = [-bound(index), Math.min(-bound(index - 1), -zeroThreshold)];
    shown.push({ rule: 1, left, right, count: negative.counts[i] as number });
  }
  // Prometheus leaves a zero bucket out that holds less than nothing.
  if (zeroCount > 0) {
    shown.push({ rule: 3, left: -zeroThreshold, right: zeroThreshold, count: zeroCount });
  }
  for (const [i, index] of positive.indexes.entries()) {
    const lower = bound(index - 1);
    const left = schema === customSchema ? lower : Math.max(lower, zeroThreshold);
    const right = bound(index);
    const rule = schema === customSchema && left === -Infinity ? 3 : 0;
    shown.push({ rule, left, right, count: positive.counts[i] as number });
  }
  return shown;
}
