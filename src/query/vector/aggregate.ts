// Aggregation of a whole grid: series in, one series per group out (topk and its like: some of the
// series that came in). What a group of numbers becomes is Prometheus's definition:
// https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
import { type Group, type Grouping, groupSeries } from './group.ts';
import { quantileOf } from './quantile.ts';
import { addCompensated, RunningMean } from './sum.ts';
import type { GridSeries } from './value.ts';

export type FoldName = 'sum' | 'avg' | 'min' | 'max' | 'count' | 'group' | 'stddev' | 'stdvar';

/** `sum`, `avg`, … : one output series per group, present where any member is. */
export function aggregate(
  name: FoldName,
  series: readonly GridSeries[],
  grouping: Grouping,
): readonly GridSeries[] {
  return groupSeries(series, grouping).map((group) => folds[name](group));
}

/** `quantile(φ, …)`, φ per step. */
export function aggregateQuantile(
  phi: Float64Array,
  series: readonly GridSeries[],
  grouping: Grouping,
): readonly GridSeries[] {
  return groupSeries(series, grouping).map((group) =>
    perStep(group, (values, step) => quantileOf(values, phi[step] as number)),
  );
}

const folds: Record<FoldName, (group: Group) => GridSeries> = {
  sum: foldSum,
  avg: (group) => perStep(group, mean),
  min: (group) => foldExtreme(group, (value, best) => value < best),
  max: (group) => foldExtreme(group, (value, best) => value > best),
  count: foldCount,
  group: (group) => {
    const counted = foldCount(group);
    return { ...counted, values: counted.values.map(Math.sign) };
  },
  stddev: (group) => perStep(group, (values) => Math.sqrt(variance(values))),
  stdvar: (group) => perStep(group, variance),
};

function foldSum({ labels, members }: Group): GridSeries {
  const count = stepCount(members);
  const values = new Float64Array(count);
  const compensations = new Float64Array(count);
  const present = new Uint8Array(count);
  for (const member of members) {
    const memberValues = member.values;
    const memberPresent = member.present;
    for (let i = 0; i < count; i++) {
      if (!memberPresent[i]) continue;
      if (present[i]) addCompensated(values, compensations, i, memberValues[i] as number);
      else values[i] = memberValues[i] as number;
      present[i] = 1;
    }
  }
  for (let i = 0; i < count; i++) values[i] = (values[i] as number) + (compensations[i] as number);
  return { labels, values, present };
}

function foldCount({ labels, members }: Group): GridSeries {
  const count = stepCount(members);
  const values = new Float64Array(count);
  const present = new Uint8Array(count);
  for (const member of members) {
    for (let i = 0; i < count; i++) {
      if (!member.present[i]) continue;
      values[i] = (values[i] as number) + 1;
      present[i] = 1;
    }
  }
  return { labels, values, present };
}

/** A NaN gives way to any number. */
function foldExtreme(
  { labels, members }: Group,
  isBetter: (value: number, best: number) => boolean,
): GridSeries {
  const count = stepCount(members);
  const values = new Float64Array(count);
  const present = new Uint8Array(count);
  for (const member of members) {
    for (let i = 0; i < count; i++) {
      if (!member.present[i]) continue;
      const value = member.values[i] as number;
      const best = values[i] as number;
      if (!present[i] || Number.isNaN(best) || isBetter(value, best)) values[i] = value;
      present[i] = 1;
    }
  }
  return { labels, values, present };
}

/** Folds that look at all values of one step together; `values` may be changed by `fold`. */
function perStep(
  { labels, members }: Group,
  fold: (values: Float64Array, step: number) => number,
): GridSeries {
  const count = stepCount(members);
  const values = new Float64Array(count);
  const present = new Uint8Array(count);
  const gathered = new Float64Array(members.length);
  for (let step = 0; step < count; step++) {
    let size = 0;
    for (const member of members) {
      if (member.present[step]) gathered[size++] = member.values[step] as number;
    }
    if (size === 0) continue;
    present[step] = 1;
    values[step] = fold(gathered.subarray(0, size), step);
  }
  return { labels, values, present };
}

function mean(values: Float64Array): number {
  const running = new RunningMean();
  for (const value of values) running.add(value);
  return running.value;
}

/** Population variance (Welford); NaN as soon as one value is no finite number. */
export function variance(values: Float64Array): number {
  let average = 0;
  let squares = 0;
  let count = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) return Number.NaN;
    count++;
    const delta = value - average;
    average += delta / count;
    squares += delta * (value - average);
  }
  return squares / count;
}

const stepCount = (members: readonly GridSeries[]): number => members[0]?.values.length ?? 0;
