// Aggregation of a whole grid: series in, one series per group out (topk and its like: some of the
// series that came in). What a group of numbers becomes is Prometheus's definition:
// https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
import { foldMixed } from './aggregate-mixed.ts';
import { type Group, type Grouping, groupSeries } from './group.ts';
import { ignoredHistogram, type TakeNote, takeNoNotes } from './note.ts';
import { finishNow, type Pausable } from './pausable.ts';
import { quantileOf } from './quantile.ts';
import { addCompensated, RunningMean } from './sum.ts';
import type { GridSeries } from './value.ts';

export type FoldName = 'sum' | 'avg' | 'min' | 'max' | 'count' | 'group' | 'stddev' | 'stdvar';

/** `sum`, `avg`, … : one output series per group, present where any member is. */
export function* aggregateInParts(
  name: FoldName,
  series: readonly GridSeries[],
  grouping: Grouping,
  note: TakeNote = takeNoNotes,
): Pausable<readonly GridSeries[]> {
  const results: GridSeries[] = [];
  for (const group of groupSeries(series, grouping)) {
    const folded = yield* foldGroup(name, group, note);
    results.push(folded);
    yield;
  }
  return results;
}

/** The same without a pause. */
export function aggregate(
  name: FoldName,
  series: readonly GridSeries[],
  grouping: Grouping,
): readonly GridSeries[] {
  return finishNow(aggregateInParts(name, series, grouping));
}

/** `quantile(φ, …)`, φ per step. */
export function* aggregateQuantileInParts(
  phi: Float64Array,
  series: readonly GridSeries[],
  grouping: Grouping,
  note: TakeNote = takeNoNotes,
): Pausable<readonly GridSeries[]> {
  const results: GridSeries[] = [];
  for (const group of groupSeries(series, grouping)) {
    const numbers = withoutHistograms(group, 'quantile', note);
    const fold = perStep(numbers, (values, step) => quantileOf(values, phi[step] as number));
    results.push(yield* fold);
  }
  return results;
}

/** The same without a pause. */
export function aggregateQuantile(
  phi: Float64Array,
  series: readonly GridSeries[],
  grouping: Grouping,
): readonly GridSeries[] {
  return finishNow(aggregateQuantileInParts(phi, series, grouping));
}

type Fold = (group: Group) => Pausable<GridSeries>;

function foldGroup(name: FoldName, group: Group, note: TakeNote): Pausable<GridSeries> {
  if (!group.members.some(({ histograms }) => histograms)) return folds[name](group);
  if (name === 'sum' || name === 'avg') return foldMixed(name, group, note);
  if (name === 'count' || name === 'group') return folds[name](group);
  return folds[name](withoutHistograms(group, name, note));
}

/** For what has no meaning for histograms. */
function withoutHistograms(group: Group, name: string, note: TakeNote): Group {
  const members = group.members.map((member): GridSeries => {
    const { histograms } = member;
    if (!histograms) return member;
    const present = member.present.map((here, step) => (histograms[step] ? 0 : here));
    if (present.some((here, step) => here !== member.present[step])) note(ignoredHistogram(name));
    return { ...member, present };
  });
  return { ...group, members };
}

const folds: Record<FoldName, Fold> = {
  sum: foldSum,
  avg: (group) => perStep(group, mean),
  min: (group) => foldExtreme(group, (value, best) => value < best),
  max: (group) => foldExtreme(group, (value, best) => value > best),
  count: foldCount,
  group: foldPresence,
  stddev: (group) => perStep(group, (values) => Math.sqrt(variance(values))),
  stdvar: (group) => perStep(group, variance),
};

/** The labels of the group's series; its name is to go when that of any member is. */
export function seriesOfGroup({
  labels,
  members,
}: Group): Pick<GridSeries, 'labels' | 'dropsName'> {
  return members.some(({ dropsName }) => dropsName) ? { labels, dropsName: true } : { labels };
}

function* foldSum(group: Group): Pausable<GridSeries> {
  const sum = new RunningGridSum(stepCount(group.members));
  for (const { values, present } of group.members) {
    sum.add(values, present);
    yield;
  }
  return { ...seriesOfGroup(group), ...sum.points() };
}

/** The sum of grids that come one by one, step by step; a step that none of them has is absent. */
export class RunningGridSum {
  readonly #sums: Float64Array;
  readonly #compensations: Float64Array;
  readonly #present: Uint8Array;

  constructor(count: number) {
    this.#sums = new Float64Array(count);
    this.#compensations = new Float64Array(count);
    this.#present = new Uint8Array(count);
  }

  add(values: Float64Array, present: Uint8Array): void {
    const sums = this.#sums;
    const compensations = this.#compensations;
    const isSet = this.#present;
    for (let i = 0; i < values.length; i++) {
      if (!present[i]) continue;
      if (isSet[i]) addCompensated(sums, compensations, i, values[i] as number);
      else sums[i] = values[i] as number;
      isSet[i] = 1;
    }
  }

  points(): Pick<GridSeries, 'values' | 'present'> {
    const lost = this.#compensations;
    const values = this.#sums.map((sum, i) => sum + (lost[i] as number));
    return { values, present: this.#present };
  }
}

function* foldPresence(group: Group): Pausable<GridSeries> {
  const counted = yield* foldCount(group);
  return { ...counted, values: counted.values.map(Math.sign) };
}

function* foldCount(group: Group): Pausable<GridSeries> {
  const { members } = group;
  const count = stepCount(members);
  const values = new Float64Array(count);
  const present = new Uint8Array(count);
  for (const member of members) {
    for (let i = 0; i < count; i++) {
      if (!member.present[i]) continue;
      values[i] = (values[i] as number) + 1;
      present[i] = 1;
    }
    yield;
  }
  return { ...seriesOfGroup(group), values, present };
}

/** A NaN gives way to any number. */
function* foldExtreme(
  group: Group,
  isBetter: (value: number, best: number) => boolean,
): Pausable<GridSeries> {
  const { members } = group;
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
    yield;
  }
  return { ...seriesOfGroup(group), values, present };
}

/** Folds that look at all values of one step together; `values` may be changed by `fold`. */
function* perStep(
  group: Group,
  fold: (values: Float64Array, step: number) => number,
): Pausable<GridSeries> {
  const { members } = group;
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
    yield;
  }
  return { ...seriesOfGroup(group), values, present };
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
