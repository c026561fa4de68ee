// The histograms of a vector, classic ones (gathered from their buckets) and native ones side by side.
// A series that is both at one step is neither: nobody knows which of the two is meant.
// https://github.com/prometheus/prometheus/blob/main/promql/engine.go (resetHistograms)
import type { TextSpan } from '#lib/errors.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { dropLabels, labelOf, METRIC_NAME } from '#query/vector/label.ts';
import { type GridSeries, type Labels, labelsKey } from '#query/vector/value.ts';
import { type Bucket, parseBound } from './classic-histogram.ts';
import type { CallContext, Note } from './definition.ts';
import { badBucket, mixedKinds } from './note.ts';

export type HistogramAt =
  | { readonly kind: 'native'; readonly histogram: Histogram }
  | { readonly kind: 'classic'; readonly buckets: Bucket[] };

export interface HistogramInput {
  /** Without `le`; the name is there, and to go. */
  readonly labels: Labels;
  readonly name: string;
  at(step: number): HistogramAt | undefined;
}

interface Gathered {
  readonly labels: Labels;
  readonly name: string;
  readonly buckets: { readonly upperBound: number; readonly series: GridSeries }[];
  readonly natives: GridSeries[];
}

const bound: ReadonlySet<string> = new Set(['le']);

/** `span` is where what is wrong with the vector is told. */
export function histogramsIn(
  series: readonly GridSeries[],
  span: TextSpan,
  { annotate }: CallContext,
): readonly HistogramInput[] {
  const found = new Map<string, Gathered>();
  const natives = new Map<string, Gathered>();
  const tell = (note: Note): void => annotate({ ...note, span });
  for (const one of series) {
    if (one.histograms) {
      // With whatever `le` it may have, as a histogram of its own.
      const key = labelsKey(one.labels);
      gather(natives, key, { labels: one.labels, name: nameOf(one) }).natives.push(one);
    }
    if (!hasNumbers(one)) continue;
    const le = labelOf(one.labels, 'le');
    const upperBound = parseBound(le);
    if (upperBound === undefined) {
      tell(badBucket(le, nameOf(one)));
      continue;
    }
    const labels = dropLabels(one.labels, bound);
    const { buckets } = gather(found, labelsKey(labels), { labels, name: nameOf(one) });
    buckets.push({ upperBound, series: one });
  }
  for (const { buckets } of found.values()) buckets.sort((a, b) => a.upperBound - b.upperBound);
  for (const [key, { labels, name, natives: members }] of natives) {
    gather(found, key, { labels, name }).natives.push(...members);
  }
  return [...found.values()].map((gathered) => inputOf(gathered, tell));
}

function gather(
  into: Map<string, Gathered>,
  key: string,
  named: Pick<Gathered, 'labels' | 'name'>,
): Gathered {
  let gathered = into.get(key);
  if (!gathered) {
    gathered = { ...named, buckets: [], natives: [] };
    into.set(key, gathered);
  }
  return gathered;
}

const hasNumbers = ({ present, histograms }: GridSeries): boolean =>
  histograms ? present.some((here, step) => here && !histograms[step]) : present.includes(1);

/** A name that is to go is not told any more. */
const nameOf = ({ labels, dropsName }: GridSeries): string =>
  dropsName ? '' : labelOf(labels, METRIC_NAME);

function inputOf(gathered: Gathered, tell: (note: Note) => void): HistogramInput {
  const { labels, name } = gathered;
  return {
    labels,
    name,
    at: (step) => {
      const buckets = bucketsAt(gathered, step);
      const histogram = nativeAt(gathered, step);
      if (histogram && buckets.length > 0) {
        tell(mixedKinds(name));
        return undefined;
      }
      if (histogram) return { kind: 'native', histogram };
      return buckets.length > 0 ? { kind: 'classic', buckets } : undefined;
    },
  };
}

function nativeAt({ natives }: Gathered, step: number): Histogram | undefined {
  for (const { present, histograms } of natives) {
    if (present[step] && histograms?.[step]) return histograms[step];
  }
  return undefined;
}

/** The buckets of one step, those of equal bounds added up, in the order of their bounds. */
function bucketsAt({ buckets }: Gathered, step: number): Bucket[] {
  const here: Bucket[] = [];
  for (const { upperBound, series } of buckets) {
    if (!series.present[step] || series.histograms?.[step]) continue;
    const count = series.values[step] as number;
    const last = here.at(-1);
    if (last && last.upperBound === upperBound) last.count += count;
    else here.push({ upperBound, count });
  }
  return here;
}
