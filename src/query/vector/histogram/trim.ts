// `</` and `>/`: a histogram without the observations above or below a value. Of the bucket that holds
// the value a part stays, linear or exponential as for quantiles; the sum is made anew from the middles
// of the buckets. https://prometheus.io/docs/prometheus/latest/querying/operators/#trim-operators
import { hasCustomBounds } from './bound.ts';
import { bucketsOf } from './buckets.ts';
import type { Buckets, Histogram } from './histogram.ts';
import { type Bucket, negativeBucket, positiveBucket, zeroBucket } from './iterate.ts';

export type TrimKeeps = 'below' | 'above';

/** What stays of a bucket, and where the middle of that is. */
interface Part {
  readonly count: number;
  readonly middle: number;
}

export function trimHistogram(histogram: Histogram, at: number, keeps: TrimKeeps): Histogram {
  const trim: Trim = { at, keeps, isLinear: hasCustomBounds(histogram) };
  const hasPositive = histogram.positive.indexes.length > 0;
  const hasNegative = histogram.negative.indexes.length > 0;
  const positive = histogram.positive.indexes.length
    ? Array.from(histogram.positive.indexes, (_, i) =>
        trimBucket(positiveBucket(histogram, i), 1, trim),
      )
    : [];
  const negative = Array.from(histogram.negative.indexes, (_, i) =>
    trimBucket(negativeBucket(histogram, i), -1, trim),
  );
  const zero =
    histogram.zeroCount > 0
      ? trimZero(zeroBucket(histogram), { hasNegative, hasPositive }, trim)
      : undefined;
  const parts = [...positive, ...negative, ...(zero ? [zero] : [])];
  const isTrimmed =
    !isWhole(positive, histogram.positive) ||
    !isWhole(negative, histogram.negative) ||
    (zero !== undefined && zero.count !== histogram.zeroCount);
  if (!isTrimmed) return histogram;
  return {
    ...histogram,
    count: parts.reduce((total, { count }) => total + count, 0),
    sum: parts.reduce((total, { count, middle }) => total + middle * count, 0),
    zeroCount: zero?.count ?? histogram.zeroCount,
    positive: withCounts(histogram.positive, positive),
    negative: withCounts(histogram.negative, negative),
  };
}

interface Trim {
  readonly at: number;
  readonly keeps: TrimKeeps;
  readonly isLinear: boolean;
}

const isWhole = (parts: readonly Part[], { counts }: Buckets): boolean =>
  parts.every(({ count }, i) => count === counts[i]);

const withCounts = ({ indexes }: Buckets, parts: readonly Part[]): Buckets =>
  bucketsOf(
    indexes,
    Float64Array.from(parts, ({ count }) => count),
  );

function trimBucket(bucket: Bucket, sign: 1 | -1, trim: Trim): Part {
  const { lower, upper, count } = bucket;
  const { at, keeps, isLinear } = trim;
  const isKept = keeps === 'below' ? upper <= at : lower >= at;
  if (isKept) return { count, middle: middleOf(lower, upper, sign, isLinear) };
  const isCut = keeps === 'below' ? lower < at : upper > at;
  if (!isCut) return { count: 0, middle: 0 };
  if (lower === -Infinity || upper === Infinity) return trimEndless(bucket, trim);
  const below = countBelow(bucket, sign, trim);
  return keeps === 'below'
    ? { count: below, middle: middleOf(lower, at, sign, isLinear) }
    : { count: count - below, middle: middleOf(at, upper, sign, isLinear) };
}

/**
 * How observations lie in a bucket without an end is unknown, so that it goes as a whole; unless it
 * begins at -Inf and reaches above zero: then it is taken to begin at zero.
 */
function trimEndless({ lower, upper, count }: Bucket, { at, keeps }: Trim): Part {
  const isFromZero = lower === -Infinity && upper > 0 && upper !== Infinity;
  if (keeps === 'below') {
    if (isFromZero && at > 0) return { count: (count * at) / upper, middle: at / 2 };
    if (lower === -Infinity && upper <= 0) return { count, middle: at };
    return { count: 0, middle: 0 };
  }
  if (isFromZero && at >= 0) return { count: count * (1 - at / upper), middle: (at + upper) / 2 };
  if (lower !== -Infinity && at >= lower) return { count, middle: at };
  return { count: 0, middle: 0 };
}

function countBelow({ lower, upper, count }: Bucket, sign: 1 | -1, { at, isLinear }: Trim): number {
  if (at <= lower) return 0;
  if (at >= upper) return count;
  if (isLinear) return count * ((at - lower) / (upper - lower));
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logAt = Math.log2(Math.abs(at));
  return sign > 0
    ? count * ((logAt - logLower) / (logUpper - logLower))
    : count * (1 - (logAt - logUpper) / (logLower - logUpper));
}

interface Sides {
  readonly hasNegative: boolean;
  readonly hasPositive: boolean;
}

/** Always linear. It ends at zero when there is nothing on the other side. */
function trimZero(bucket: Bucket, sides: Sides, { at, keeps }: Trim): Part {
  const { count } = bucket;
  const lower = sides.hasPositive && !sides.hasNegative ? 0 : bucket.lower;
  const upper = sides.hasNegative && !sides.hasPositive ? 0 : bucket.upper;
  const isBelow = keeps === 'below';
  if (isBelow ? at >= upper && at > lower : at <= lower) {
    return { count, middle: (lower + upper) / 2 };
  }
  if (isBelow ? at <= lower : at >= upper) return { count: 0, middle: 0 };
  return isBelow
    ? { count: count * ((at - lower) / (upper - lower)), middle: (lower + at) / 2 }
    : { count: count * ((upper - at) / (upper - lower)), middle: (at + upper) / 2 };
}

/** Arithmetic with custom bounds, geometric with exponential ones. */
function middleOf(lower: number, upper: number, sign: 1 | -1, isLinear: boolean): number {
  const isLowerEndless = !Number.isFinite(lower);
  if (!Number.isFinite(upper)) return isLowerEndless ? 0 : lower;
  if (isLowerEndless) return upper > 0 ? upper / 2 : upper;
  if (isLinear) return (lower + upper) / 2;
  return sign * Math.sqrt(Math.abs(lower * upper));
}
