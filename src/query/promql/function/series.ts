// What functions of whole vectors share: reading arguments and making series. Types are checked
// before anything is evaluated, so that an argument of another type is a bug.
import { BugError } from '#lib/errors.ts';
import { mergeEqualLabels } from '#query/vector/merge.ts';
import type { Pausable } from '#query/vector/pausable.ts';
import type { GridSeries, Labels } from '#query/vector/value.ts';
import type { Point, Value, Windows } from './definition.ts';
import { GridBuilder } from './grid-builder.ts';

export function seriesOf(value: Value | undefined): readonly GridSeries[] {
  if (value?.kind !== 'vector') throw new BugError('BUG: a vector was checked to be here');
  return value.series;
}

export function scalarOf(value: Value | undefined): Float64Array {
  if (value?.kind !== 'scalar') throw new BugError('BUG: a scalar was checked to be here');
  return value.values;
}

export function textOf(value: Value | undefined): string {
  if (value?.kind !== 'string') throw new BugError('BUG: a string was checked to be here');
  return value.value;
}

export function windowsOf(value: Value | undefined): Windows {
  if (value?.kind !== 'matrix') throw new BugError('BUG: a range vector was checked to be here');
  return value.windows;
}

export const vectorOf = (series: readonly GridSeries[]): Value => ({ kind: 'vector', series });

/** The point of a step; undefined when there is none. */
export function pointAt(
  { present, values, histograms }: GridSeries,
  step: number,
): Point | undefined {
  if (!present[step]) return undefined;
  return histograms?.[step] ?? (values[step] as number);
}

/** Every present point through `of`, undefined taking it away; the metric name is to go. */
export function* mapPoints(
  vector: Value | undefined,
  of: (point: Point, step: number) => Point | undefined,
): Pausable<Value> {
  const mapped: GridSeries[] = [];
  for (const series of seriesOf(vector)) {
    const points = new GridBuilder(series.values.length);
    for (let step = 0; step < series.values.length; step++) {
      const point = pointAt(series, step);
      if (point !== undefined) points.set(step, of(point, step));
    }
    if (!points.isEmpty) mapped.push(points.build(series.labels, true));
    yield;
  }
  return vectorOf(mergeEqualLabels(mapped));
}

/** Every number through `of`; histograms are left out. */
export const mapSeries = (
  vector: Value | undefined,
  of: (value: number, step: number) => number | undefined,
): Pausable<Value> =>
  mapPoints(vector, (point, step) => (typeof point === 'number' ? of(point, step) : undefined));

/** One series that is there wherever `of` gives a number. */
export function oneSeries(
  labels: Labels,
  count: number,
  of: (step: number) => number | undefined,
): GridSeries {
  const points = new GridBuilder(count);
  for (let step = 0; step < count; step++) points.set(step, of(step));
  return points.build(labels);
}

/** Only the numbers of a vector. */
export function onlyNumbers(series: readonly GridSeries[]): readonly GridSeries[] {
  return series.flatMap((one) => {
    const { histograms } = one;
    if (!histograms) return [one];
    const present = one.present.map((here, step) => (histograms[step] ? 0 : here));
    if (!present.includes(1)) return [];
    const { labels, values, dropsName } = one;
    return [{ labels, values, present, ...(dropsName ? { dropsName } : {}) }];
  });
}
