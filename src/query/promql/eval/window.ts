// Samples and grids: which samples of a series lie in the window of each step.
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { finishNow, type Pausable } from '#query/vector/pausable.ts';
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

/** After windows of so many samples together others may have their turn. */
const partSamples = 100_000;

type Visit = (step: number, from: number, to: number) => void;

/**
 * Calls `visit` for every step whose window has samples. Windows end later and later, so that both
 * edges only move forward.
 */
export function* forEachWindowInParts(
  { times }: RawSeries,
  { ends, rangeMs, extension }: Windows,
  visit: Visit,
): Pausable<void> {
  let visited = 0;
  const { beforeMs, afterMs } = extension ?? exactly;
  let from = 0;
  let to = 0;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step] as number;
    while (to < times.length && (times[to] as number) <= end + afterMs) to++;
    while (from < to && (times[from] as number) <= end - rangeMs - beforeMs) from++;
    if (from === to) continue;
    visit(step, from, to);
    visited += to - from;
    if (visited < partSamples) continue;
    visited = 0;
    yield;
  }
}

/** The same without a pause. */
export const forEachWindow = (raw: RawSeries, windows: Windows, visit: Visit): void =>
  finishNow(forEachWindowInParts(raw, windows, visit));
