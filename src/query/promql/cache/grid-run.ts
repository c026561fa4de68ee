// Answers for a run of steps of a grid: cut, put behind each other, weighed.
import { sortByLabels } from '#query/vector/label.ts';
import { type GridSeries, type Labels, labelsKey } from '#query/vector/value.ts';
import type { Steps } from '../plan/part.ts';

export interface GridRun {
  readonly startMs: number;
  readonly count: number;
  /** In the order of labels, each with `count` values; nobody may change them. */
  readonly series: readonly GridSeries[];
  /** Of the write log, from before anything of it was read. */
  readonly sequence: number;
}

const seriesOverheadBytes = 400;

export function runBytes({ series, count }: Pick<GridRun, 'series' | 'count'>): number {
  let bytes = 0;
  for (const { labels } of series) {
    bytes += seriesOverheadBytes + count * 9 + labelsLength(labels) * 2;
  }
  return bytes;
}

export function labelsLength(labels: Labels): number {
  let length = 0;
  for (const name in labels) length += name.length + (labels[name] as string).length;
  return length;
}

/** Some of the steps; views, not copies. */
export function sliceRun(
  series: readonly GridSeries[],
  { first, count }: Steps,
): readonly GridSeries[] {
  return series.map((one) => {
    const values = one.values.subarray(first, first + count);
    return { ...one, values, present: one.present.subarray(first, first + count) };
  });
}

/** One behind the other; a series that one of them lacks is absent there. */
export function joinRuns(
  runs: readonly Pick<GridRun, 'count' | 'series'>[],
): readonly GridSeries[] {
  const total = runs.reduce((sum, { count }) => sum + count, 0);
  const joined = new Map<string, GridSeries>();
  let from = 0;
  for (const { count, series } of runs) {
    for (const one of series) {
      const key = labelsKey(one.labels);
      let whole = joined.get(key);
      if (!whole) {
        whole = { ...one, values: new Float64Array(total), present: new Uint8Array(total) };
        joined.set(key, whole);
      }
      whole.values.set(one.values, from);
      whole.present.set(one.present, from);
    }
    from += count;
  }
  return sortByLabels([...joined.values()]);
}
