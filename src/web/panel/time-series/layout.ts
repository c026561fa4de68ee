// Series and exemplars → what a time series chart shows. Pure; View.tsx draws it.

import { seriesColour } from '../../chart/palette.ts';
import type { PlotBox } from '../../chart/plot-box.ts';
import { type AlignOptions, alignSeries } from '../../frame/align.ts';
import {
  type Exemplar,
  type Labels,
  legendNames,
  type SeriesFrame,
  type SeriesStats,
  statsOf,
} from '../../frame/series.ts';

/** More lines than this tell nobody anything and make drawing slow. */
export const seriesShownMax = 100;

export interface SeriesItem {
  /** Unique within the scene. */
  readonly key: string;
  readonly name: string;
  readonly labels: Labels;
  readonly colour: string;
  readonly stats: SeriesStats;
  readonly column: readonly (number | null)[];
}

export interface TimeSeriesScene {
  /** Milliseconds, one per step. */
  readonly times: readonly number[];
  readonly items: readonly SeriesItem[];
  /** Series of the answer that are not among `items`. */
  readonly leftOut: number;
}

/** The largest series win when there are too many; the order is that of the answer. */
export function layoutTimeSeries(
  series: readonly SeriesFrame[],
  grid: AlignOptions,
  nameless?: string,
): TimeSeriesScene {
  const chosen = largest(series, seriesShownMax);
  const { times, columns } = alignSeries(chosen, grid);
  const names = legendNames(chosen, nameless);
  const items = chosen.map((one, index) => ({
    key: JSON.stringify(one.labels),
    name: names[index] ?? '',
    labels: one.labels,
    colour: seriesColour(index),
    stats: statsOf(one.values),
    column: columns[index] ?? [],
  }));
  return { times, items, leftOut: series.length - chosen.length };
}

function largest(series: readonly SeriesFrame[], countMax: number): readonly SeriesFrame[] {
  if (series.length <= countMax) return series;
  const ranked = series
    .map((one, index) => ({ index, max: statsOf(one.values).max ?? Number.NEGATIVE_INFINITY }))
    .sort((a, b) => b.max - a.max)
    .slice(0, countMax);
  const kept = new Set(ranked.map(({ index }) => index));
  return series.filter((_, index) => kept.has(index));
}

/** When the line of a series ends, in milliseconds; undefined when it has no value. */
export function lastPoint({ column }: SeriesItem, times: readonly number[]): number | undefined {
  return times[column.findLastIndex((value) => value !== null)];
}

export type LegendSort = 'name' | 'last' | 'mean' | 'max';

/** Numbers from the largest; names from A; series without a value last. */
export function sortItems(items: readonly SeriesItem[], by: LegendSort): readonly SeriesItem[] {
  const sorted = [...items];
  if (by === 'name') return sorted.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const value = (item: SeriesItem): number => item.stats[by] ?? Number.NEGATIVE_INFINITY;
  return sorted.sort((a, b) => value(b) - value(a));
}

export interface ExemplarPoint {
  readonly x: number;
  readonly y: number;
  readonly exemplar: Exemplar;
  /** The value is outside of the plot; the point stands at its edge. */
  readonly isClamped: boolean;
}

const columnPx = 14;
const perColumnMax = 3;

/**
 * Points for exemplars. `byValue` puts them at the height of their value (quantiles of what they
 * measured); otherwise the value has another meaning than the y axis, and they stand in one row at
 * the foot of the plot. Of many at one time the largest are shown, since those are the ones to look at.
 */
export function layoutExemplars(
  exemplars: readonly Exemplar[],
  box: PlotBox,
  byValue: boolean,
): readonly ExemplarPoint[] {
  const columns = new Map<number, ExemplarPoint[]>();
  const ranked = [...exemplars].sort((a, b) => b.value - a.value);
  for (const exemplar of ranked) {
    if (exemplar.timeMs < box.fromMs || exemplar.timeMs > box.toMs) continue;
    const x = box.left + ((exemplar.timeMs - box.fromMs) / (box.toMs - box.fromMs)) * box.width;
    const share = byValue ? (exemplar.value - box.yMin) / (box.yMax - box.yMin || 1) : 0;
    const y = box.top + box.height * (1 - Math.min(1, Math.max(0, share))) - (byValue ? 0 : 6);
    const at = Math.floor(x / columnPx);
    const column = columns.get(at) ?? [];
    columns.set(at, column);
    const isHidden = column.some((other) => Math.abs(other.y - y) < columnPx);
    if (isHidden || column.length >= perColumnMax) continue;
    column.push({ x, y, exemplar, isClamped: share > 1 || share < 0 });
  }
  return [...columns.values()].flat();
}

/** The series of one step, from the largest value; `nearest` is the one closest to `value`. */
export function valuesAt(
  items: readonly SeriesItem[],
  index: number,
  value: number,
): { readonly rows: readonly { item: SeriesItem; value: number }[]; readonly nearest: string } {
  const rows = items
    .flatMap((item) => {
      const at = item.column[index];
      return at === null || at === undefined ? [] : [{ item, value: at }];
    })
    .sort((a, b) => b.value - a.value);
  let nearest = '';
  let distance = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (Math.abs(row.value - value) < distance) {
      distance = Math.abs(row.value - value);
      nearest = row.item.key;
    }
  }
  return { rows, nearest };
}
