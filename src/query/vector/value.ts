// Values of metric queries, shared by PromQL and LogQL. A range query is evaluated for all its steps
// at once: a grid.
import type { Histogram } from './histogram/histogram.ts';

/** Label set without duplicates, sorted by name; `__name__` is a label like the others. */
export type Labels = Readonly<Record<string, string>>;

/** Evaluation times: startMs, startMs + stepMs, … ; `count` of them. An instant query has count 1. */
export interface Grid {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** One series on the grid: `values[i]` belongs to step i where `present[i]` is 1. */
export interface GridSeries {
  readonly labels: Labels;
  readonly values: Float64Array;
  readonly present: Uint8Array;
  /**
   * Native histograms: where `histograms[i]` is one, the point of step i is that histogram and
   * `values[i]` means nothing. Absent when no point is a histogram.
   */
  readonly histograms?: readonly (Histogram | undefined)[];
  /**
   * The name (with `__type__` and `__unit__`) is to go when the query ends: until then operators can
   * still see it. https://prometheus.io/docs/prometheus/latest/feature_flags/#delay-name-removal
   */
  readonly dropsName?: boolean;
}

/** Raw samples of one series, ascending by time, without repeated times and without stale markers
 * unless the reader asked for them. Times in milliseconds. */
export interface RawSeries {
  readonly labels: Labels;
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** As in GridSeries: where defined, sample i is that histogram. A stale marker never is one. */
  readonly histograms?: readonly (Histogram | undefined)[];
  /** When the counting of each sample began, milliseconds; NaN where the sender did not say. */
  readonly starts?: Float64Array;
  /** As in GridSeries: of the points of a subquery. */
  readonly dropsName?: boolean;
}

export const gridTime = (grid: Grid, step: number): number => grid.startMs + step * grid.stepMs;

/** Between the parts of a key: a lone surrogate, which no text decoded from UTF-8 contains. */
export const KEY_SEPARATOR = '\ud800';

/** A key that two equal label sets share, and no others. */
export function labelsKey(labels: Labels): string {
  let key = '';
  for (const name in labels) key += `${name}${KEY_SEPARATOR}${labels[name]}${KEY_SEPARATOR}`;
  return key;
}

export function sortedLabels(entries: Iterable<readonly [string, string]>): Labels {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
