// What functions of whole vectors share: reading arguments and making series. Types are checked
// before anything is evaluated, so that an argument of another type is a bug.
import { BugError } from '#lib/errors.ts';
import { dropName } from '#query/vector/label.ts';
import { mergeEqualLabels } from '#query/vector/merge.ts';
import type { GridSeries, Labels } from '#query/vector/value.ts';
import type { Value, Windows } from './definition.ts';

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

/** Every present value through `of`, undefined taking it away; the metric name goes. */
export function mapSeries(
  vector: Value | undefined,
  of: (value: number, step: number) => number | undefined,
): Value {
  const mapped = seriesOf(vector).map((series) => {
    const values = new Float64Array(series.values.length);
    const present = new Uint8Array(series.values.length);
    for (let step = 0; step < values.length; step++) {
      if (!series.present[step]) continue;
      const value = of(series.values[step] as number, step);
      if (value === undefined) continue;
      values[step] = value;
      present[step] = 1;
    }
    return { labels: dropName(series.labels), values, present };
  });
  return vectorOf(mergeEqualLabels(mapped));
}

/** One series that is there wherever `of` gives a number. */
export function oneSeries(
  labels: Labels,
  count: number,
  of: (step: number) => number | undefined,
): GridSeries {
  const values = new Float64Array(count);
  const present = new Uint8Array(count);
  for (let step = 0; step < count; step++) {
    const value = of(step);
    if (value === undefined) continue;
    values[step] = value;
    present[step] = 1;
  }
  return { labels, values, present };
}
