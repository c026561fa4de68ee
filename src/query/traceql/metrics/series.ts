// Cells in, series out: what each function makes of its numbers, with Tempo's labels and gaps. Counts
// and quantiles are 0 where nothing is; the others have no value there.
import type { NamedValue } from '../eval/summary.ts';
import { keyOf, nil, text, type Value } from '../eval/value.ts';
import type { MetricsFunctionName } from '../syntax/ast.ts';
import type { MetricsExemplar } from './answer.ts';
import type { MetricsCell } from './cells.ts';
import { compareSeries } from './compare.ts';
import type { Intervals } from './interval.ts';
import { labelOf } from './label.ts';
import { pointsMax, tooManyValues } from './limits.ts';
import type { MetricsPlan } from './plan.ts';
import { type Bucket, quantileOf } from './quantile.ts';

export interface Series {
  readonly labels: readonly NamedValue[];
  /** One per interval; NaN for none. */
  readonly values: readonly number[];
  readonly exemplars: readonly MetricsExemplar[];
}

export const nameLabel = '__name__';
export const bucketLabel = '__bucket';
export const quantileLabel = 'p';

/** Cells of one group, together. */
interface Group {
  readonly values: readonly Value[];
  readonly cells: MetricsCell[];
}

export function makeSeries(
  plan: MetricsPlan,
  cells: Iterable<MetricsCell>,
  intervals: Intervals,
): Series[] {
  if (plan.measure === 'compare') return compareSeries(plan, cells, intervals);
  const groups = groupCells(cells);
  if (groups.length * intervals.count > pointsMax) throw tooManyValues(pointsMax);
  if (plan.measure === 'bucket') {
    return plan.name === 'histogram_over_time'
      ? groups.flatMap((group) => histogramSeries(plan, group, intervals))
      : groups.flatMap((group) => quantileSeries(plan, group, intervals));
  }
  // Nothing that was counted is still a count.
  if (groups.length === 0 && plan.measure === 'count' && plan.by.length === 0) {
    groups.push({ values: [], cells: [] });
  }
  return groups.map((group) => {
    const values = valuesOf(plan, group.cells, intervals);
    return { labels: labelsOf(plan, group.values), values, exemplars: [] };
  });
}

function groupCells(cells: Iterable<MetricsCell>): Group[] {
  const groups = new Map<string, Group>();
  for (const cell of cells) {
    const key = cell.group.map(keyOf).join('\u0002');
    const group = groups.get(key);
    if (group) group.cells.push(cell);
    else groups.set(key, { values: cell.group, cells: [cell] });
  }
  return [...groups.values()];
}

/** Those of by(); the function's name where there is none. */
export function labelsOf(
  { by, name, measure }: MetricsPlan,
  values: readonly Value[],
): NamedValue[] {
  if (by.length > 0) {
    return by.map((field, i) => ({ name: labelOf(field), value: values[i] ?? nil }));
  }
  return measure === 'bucket' ? [] : [{ name: nameLabel, value: text(name) }];
}

interface Total {
  count: number;
  sum: number;
  min: number;
  max: number;
}

function totalsOf(cells: readonly MetricsCell[], intervals: Intervals): (Total | undefined)[] {
  const totals: (Total | undefined)[] = Array.from({ length: intervals.count });
  for (const { interval, count, sum, min, max } of cells) {
    const known = totals[interval];
    if (known === undefined) {
      totals[interval] = { count, sum, min, max };
      continue;
    }
    known.count += count;
    known.sum += sum;
    known.min = Math.min(known.min, min);
    known.max = Math.max(known.max, max);
  }
  return totals;
}

function valuesOf(
  { name, unit }: MetricsPlan,
  cells: readonly MetricsCell[],
  intervals: Intervals,
): number[] {
  const stepSeconds = Number(intervals.stepNano) / 1e9;
  return totalsOf(cells, intervals).map((total) => {
    if (name === 'rate') return (total?.count ?? 0) / stepSeconds;
    if (name === 'count_over_time') return total?.count ?? 0;
    return total === undefined || total.count === 0 ? Number.NaN : folds[name](total) / unit;
  });
}

const none = (): number => Number.NaN;
const folds: Record<MetricsFunctionName, (total: Total) => number> = {
  min_over_time: ({ min }) => min,
  max_over_time: ({ max }) => max,
  sum_over_time: ({ sum }) => sum,
  avg_over_time: ({ sum, count }) => sum / count,
  rate: none,
  count_over_time: none,
  quantile_over_time: none,
  histogram_over_time: none,
  compare: none,
};

function histogramSeries(plan: MetricsPlan, group: Group, { count }: Intervals): Series[] {
  const byBucket = new Map<number, number[]>();
  for (const cell of group.cells) {
    const bound = cell.bucket ?? 0;
    const values = byBucket.get(bound) ?? Array.from({ length: count }, () => 0);
    values[cell.interval] = (values[cell.interval] ?? 0) + cell.count;
    byBucket.set(bound, values);
  }
  return [...byBucket].map(([bound, values]) => ({
    labels: [...labelsOf(plan, group.values), numberLabel(bucketLabel, bound / plan.unit)],
    values,
    exemplars: [],
  }));
}

function quantileSeries(plan: MetricsPlan, group: Group, { count }: Intervals): Series[] {
  const perInterval: MetricsCell[][] = Array.from({ length: count }, () => []);
  for (const cell of group.cells) perInterval[cell.interval]?.push(cell);
  const buckets = perInterval.map(bucketsOf);
  return plan.quantiles.map((q) => ({
    labels: [...labelsOf(plan, group.values), numberLabel(quantileLabel, q)],
    values: buckets.map((each) => quantileOf(q, each) / plan.unit),
    exemplars: [],
  }));
}

export function bucketsOf(cells: Iterable<MetricsCell>): Bucket[] {
  const counts = new Map<number, number>();
  for (const { bucket = 0, count } of cells) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return [...counts].map(([bound, count]) => ({ bound, count })).sort((a, b) => a.bound - b.bound);
}

const numberLabel = (name: string, value: number): NamedValue => ({
  name,
  value: { type: 'float', value },
});
