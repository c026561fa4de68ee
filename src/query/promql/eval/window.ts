// Samples and grids: which samples of a series lie in the window of each step.
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { isStaleMarker } from '#query/vector/stale.ts';
import { type Grid, type GridSeries, gridTime, type RawSeries } from '#query/vector/value.ts';
import type { Annotation, Extension, Note, Windows } from '../function/definition.ts';
import { GridBuilder } from '../function/grid-builder.ts';
import { type InstantNode, type Shift, shiftedMs } from '../plan/node.ts';
import { smoothedSeries } from './smooth.ts';

/** The end of the window of each step. */
export function windowEnds(grid: Grid, shift: Shift): Float64Array {
  return Float64Array.from({ length: grid.count }, (_, step) =>
    shiftedMs(shift, gridTime(grid, step)),
  );
}

/** The last sample before each of `ends` that is younger than the lookback and no stale marker. */
export function instantSeries(
  raw: RawSeries,
  node: InstantNode,
  { ends, annotate }: { ends: Float64Array; annotate: (annotation: Annotation) => void },
): GridSeries {
  const { lookbackMs, output, isSmoothed, span } = node;
  if (isSmoothed) {
    const tell = (note: Note): void => annotate({ ...note, span });
    return smoothedSeries(raw, { ends, lookbackMs, annotate: tell });
  }
  const { times, histograms } = raw;
  const points = new GridBuilder(ends.length);
  let next = 0;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step] as number;
    while (next < times.length && (times[next] as number) <= end) next++;
    const last = next - 1;
    if (last < 0 || (times[last] as number) <= end - lookbackMs) continue;
    if (isStaleMarker(raw.values, last)) continue;
    const histogram = output === 'value' || output === 'info' ? histograms?.[last] : undefined;
    points.set(step, histogram ?? numberOf(raw, last, output));
  }
  return points.build(raw.labels);
}

function numberOf(raw: RawSeries, index: number, output: InstantNode['output']): number {
  if (output === 'value') return raw.values[index] as number;
  if (output !== 'start') return (raw.times[index] as number) / 1000;
  const start = raw.starts?.[index] ?? Number.NaN;
  // Prometheus has 0 for a start that nobody told.
  return Number.isNaN(start) ? 0 : start / 1000;
}

/**
 * Present points of grid series as samples: what a subquery is to the function over it. What a
 * histogram says about resets is about the sample before it, which may not be among these.
 */
export function samplesOfGrid(series: GridSeries, grid: Grid): RawSeries {
  let count = 0;
  for (const here of series.present) count += here;
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  const histograms: (Histogram | undefined)[] = [];
  let at = 0;
  for (let step = 0; step < grid.count; step++) {
    if (!series.present[step]) continue;
    times[at] = gridTime(grid, step);
    values[at] = series.values[step] as number;
    const histogram = series.histograms?.[step];
    if (histogram) histograms[at] = withoutResetHint(histogram);
    at++;
  }
  return {
    labels: series.labels,
    times,
    values,
    ...(histograms.length > 0 ? { histograms } : {}),
    ...(series.dropsName ? { dropsName: true } : {}),
  };
}

const withoutResetHint = (histogram: Histogram): Histogram =>
  histogram.counterReset === 'gauge' ? histogram : { ...histogram, counterReset: 'unknown' };

const exactly: Omit<Extension, 'kind'> = { beforeMs: 0, afterMs: 0 };

type Visit = (step: number, from: number, to: number) => void;

/** How far a walk over the windows of a series has come. */
export interface Walk {
  step: number;
  from: number;
  to: number;
}

/** After windows of so many samples together others may have their turn. */
const partSamples = 100_000;

/**
 * Calls `visit` for every step whose window has samples. Windows end later and later, so that both
 * edges only move forward.
 */
export function forEachWindow(raw: RawSeries, windows: Windows, visit: Visit): void {
  visitWindows(raw, windows, { visit, walk: { step: 0, from: 0, to: 0 }, samplesMax: Infinity });
}

/** The next windows, of a good number of samples; false when there are no more. */
export const visitSome = (raw: RawSeries, windows: Windows, visit: Visit, walk: Walk): boolean =>
  visitWindows(raw, windows, { visit, walk, samplesMax: partSamples });

function visitWindows(
  { times }: RawSeries,
  { ends, rangeMs, extension }: Windows,
  { visit, walk, samplesMax }: { visit: Visit; walk: Walk; samplesMax: number },
): boolean {
  const { beforeMs, afterMs } = extension ?? exactly;
  let { step, from, to } = walk;
  let visited = 0;
  for (; step < ends.length && visited < samplesMax; step++) {
    const end = ends[step] as number;
    while (to < times.length && (times[to] as number) <= end + afterMs) to++;
    while (from < to && (times[from] as number) <= end - rangeMs - beforeMs) from++;
    if (from < to) visit(step, from, to);
    visited += to - from;
  }
  walk.step = step;
  walk.from = from;
  walk.to = to;
  return step < ends.length;
}
