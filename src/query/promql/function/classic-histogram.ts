// Classic histograms: series that differ in `le`, each counting what is at most that bound.
// https://github.com/prometheus/prometheus/blob/main/promql/quantile.go

export interface Bucket {
  readonly upperBound: number;
  count: number;
}

/** Counts that differ by less than this share are rounding, not a falling bucket. */
const SMALL_DELTA = 1e-12;

/** The value of `le`; undefined when it is no number. */
export function parseBound(text: string): number | undefined {
  if (/^\+?inf(inity)?$/i.test(text)) return Infinity;
  if (/^-inf(inity)?$/i.test(text)) return -Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Raises falling counts; says whether any fell by more than rounding. */
export function makeMonotonic(buckets: Bucket[]): boolean {
  let wasForced = false;
  let previous = buckets[0]?.count ?? 0;
  for (const bucket of buckets.slice(1)) {
    const { count } = bucket;
    if (count === previous) continue;
    const isRounding =
      Math.abs(count - previous) / (Math.abs(count) + Math.abs(previous)) < SMALL_DELTA;
    if (isRounding || count < previous) {
      if (!isRounding) wasForced = true;
      bucket.count = previous;
    } else previous = count;
  }
  return wasForced;
}

export interface BucketQuantile {
  readonly value: number;
  /** Whether counts fell from one bucket to the next, and were raised. */
  readonly wasForced: boolean;
}

/** NaN without buckets to speak of; `buckets` are in order, and raised where they fall. */
export function bucketQuantile(phi: number, buckets: Bucket[]): BucketQuantile {
  if (Number.isNaN(phi)) return { value: Number.NaN, wasForced: false };
  if (phi < 0) return { value: -Infinity, wasForced: false };
  if (phi > 1) return { value: Infinity, wasForced: false };
  if (buckets.at(-1)?.upperBound !== Infinity) return { value: Number.NaN, wasForced: false };
  const wasForced = makeMonotonic(buckets);
  return { value: valueAt(phi, buckets), wasForced };
}

function valueAt(phi: number, buckets: readonly Bucket[]): number {
  const total = (buckets.at(-1) as Bucket).count;
  if (buckets.length < 2 || total === 0 || Number.isNaN(total)) return Number.NaN;
  const rank = phi * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  if (index === buckets.length - 1 || index < 0) return (buckets.at(-2) as Bucket).upperBound;
  const { upperBound, count } = buckets[index] as Bucket;
  if (index === 0 && upperBound <= 0) return upperBound;
  const below = index > 0 ? (buckets[index - 1] as Bucket) : { upperBound: 0, count: 0 };
  const share = (rank - below.count) / (count - below.count);
  return below.upperBound + (upperBound - below.upperBound) * share;
}

/** The share of all observations between two values; `buckets` are in order. */
export function bucketFraction(lower: number, upper: number, buckets: Bucket[]): number {
  makeMonotonic(buckets);
  const last = buckets.at(-1);
  if (!last || last.upperBound !== Infinity || last.count === 0 || Number.isNaN(last.count)) {
    return Number.NaN;
  }
  if (Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets) - rankOf(lower, buckets)) / last.count;
}

/**
 * How many observations are at most `value`, interpolated within its bucket. A first bucket that
 * reaches down to -Inf has nothing to interpolate from and counts whole.
 */
function rankOf(value: number, buckets: readonly Bucket[]): number {
  let below = { upperBound: -Infinity, count: 0 };
  for (const bucket of buckets) {
    if (below.upperBound >= value) return below.count;
    if (bucket.upperBound > value) {
      const isFirst = below.upperBound === -Infinity;
      if (isFirst && bucket.upperBound <= 0) return bucket.count;
      const lowerBound = isFirst ? 0 : below.upperBound;
      const share = Math.max(0, (value - lowerBound) / (bucket.upperBound - lowerBound));
      const rank = below.count + (bucket.count - below.count) * share;
      return Math.min(rank, (buckets.at(-1) as Bucket).count);
    }
    below = bucket;
  }
  return below.count;
}
