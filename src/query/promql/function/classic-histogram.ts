// Classic histograms: series that differ in `le`, each counting what is at most that bound.
// https://github.com/prometheus/prometheus/blob/main/promql/quantile.go
import { dropLabels, labelOf, METRIC_NAME } from '#query/vector/label.ts';
import { type GridSeries, type Labels, labelsKey } from '#query/vector/value.ts';
import type { CallContext } from './definition.ts';

export interface Bucket {
  readonly upperBound: number;
  count: number;
}

export interface ClassicHistogram {
  /** Without `le` and the metric name. */
  readonly labels: Labels;
  readonly name: string;
  readonly buckets: readonly { readonly upperBound: number; readonly series: GridSeries }[];
}

/** Counts that differ by less than this share are rounding, not a falling bucket. */
const SMALL_DELTA = 1e-12;
const bucketOnly = new Set([METRIC_NAME, 'le']);

/** Series by histogram; `malformed` gets every series whose `le` is no number. */
export function gatherHistograms(
  series: readonly GridSeries[],
  malformed: (series: GridSeries) => void,
): readonly ClassicHistogram[] {
  const found = new Map<
    string,
    { labels: Labels; name: string; buckets: { upperBound: number; series: GridSeries }[] }
  >();
  for (const one of series) {
    const upperBound = parseBound(labelOf(one.labels, 'le'));
    if (upperBound === undefined) {
      malformed(one);
      continue;
    }
    const labels = dropLabels(one.labels, bucketOnly);
    const key = labelsKey(labels);
    let histogram = found.get(key);
    if (!histogram) {
      histogram = { labels, name: labelOf(one.labels, METRIC_NAME), buckets: [] };
      found.set(key, histogram);
    }
    histogram.buckets.push({ upperBound, series: one });
  }
  for (const { buckets } of found.values()) buckets.sort((a, b) => a.upperBound - b.upperBound);
  return [...found.values()];
}

function parseBound(text: string): number | undefined {
  if (/^\+?inf(inity)?$/i.test(text)) return Infinity;
  if (/^-inf(inity)?$/i.test(text)) return -Infinity;
  const bound = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(bound) ? undefined : bound;
}

/** For gatherHistograms: says which series is no bucket. */
export function warnMalformed({ annotate, args, span }: CallContext) {
  return ({ labels }: GridSeries): void => {
    const le = JSON.stringify(labelOf(labels, 'le'));
    const name = labelOf(labels, METRIC_NAME);
    const metric = name === '' ? '' : ` for metric name ${JSON.stringify(name)}`;
    annotate({
      level: 'warning',
      text: `bucket label "le" is missing or has a malformed value of ${le}${metric}`,
      span: args.at(-1)?.span ?? span,
    });
  };
}

/** The buckets of one step, those of equal bounds added up, in the order of their bounds. */
export function bucketsAt({ buckets }: ClassicHistogram, step: number): Bucket[] {
  const here: Bucket[] = [];
  for (const { upperBound, series } of buckets) {
    if (!series.present[step]) continue;
    const count = series.values[step] as number;
    const last = here.at(-1);
    if (last && last.upperBound === upperBound) last.count += count;
    else here.push({ upperBound, count });
  }
  return here;
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

/** NaN without buckets to speak of; `buckets` are monotonic and in order. */
export function bucketQuantile(phi: number, buckets: readonly Bucket[]): number {
  const last = buckets.at(-1);
  if (Number.isNaN(phi) || !last) return Number.NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  if (last.upperBound !== Infinity || buckets.length < 2) return Number.NaN;
  const total = last.count;
  if (total === 0 || Number.isNaN(total)) return Number.NaN;
  const rank = phi * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  if (index === buckets.length - 1 || index < 0) return (buckets.at(-2) as Bucket).upperBound;
  const { upperBound, count } = buckets[index] as Bucket;
  if (index === 0 && upperBound <= 0) return upperBound;
  const below = index > 0 ? (buckets[index - 1] as Bucket) : { upperBound: 0, count: 0 };
  const share = (rank - below.count) / (count - below.count);
  return below.upperBound + (upperBound - below.upperBound) * share;
}

/** The share of all observations between two values; `buckets` are monotonic and in order. */
export function bucketFraction(lower: number, upper: number, buckets: readonly Bucket[]): number {
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
