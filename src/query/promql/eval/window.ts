// Samples and grids: which samples of a series lie in the window of each step.
import { isStaleMarker } from '#query/vector/stale.ts';
import { type Grid, type GridSeries, gridTime, type RawSeries } from '#query/vector/value.ts';
import type { Windows } from '../function/definition.ts';
import { type InstantNode, type Shift, shiftedMs } from '../plan/node.ts';

/** The end of the window of each step. */
export function windowEnds(grid: Grid, shift: Shift): Float64Array {
  return Float64Array.from({ length: grid.count }, (_, step) =>
    shiftedMs(shift, gridTime(grid, step)),
  );
}

/** The last sample before each of `ends` that is younger than the lookback and no stale marker. */
export function instantSeries(raw: RawSeries, node: InstantNode, ends: Float64Array): GridSeries {
  const { lookbackMs, output } = node;
  const { times } = raw;
  const values = new Float64Array(ends.length);
  const present = new Uint8Array(ends.length);
  let next = 0;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step] as number;
    while (next < times.length && (times[next] as number) <= end) next++;
    const last = next - 1;
    if (last < 0 || (times[last] as number) <= end - lookbackMs) continue;
    if (isStaleMarker(raw.values, last)) continue;
    present[step] = 1;
    values[step] =
      output === 'value' ? (raw.values[last] as number) : (times[last] as number) / 1000;
  }
  return { labels: raw.labels, values, present };
}

/** Present points of grid series as samples: what a subquery is to the function over it. */
export function samplesOfGrid(series: GridSeries, grid: Grid): RawSeries {
  let count = 0;
  for (const here of series.present) count += here;
  const times = new Float64Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (let step = 0; step < grid.count; step++) {
    if (!series.present[step]) continue;
    times[at] = gridTime(grid, step);
    values[at++] = series.values[step] as number;
  }
  return { labels: series.labels, times, values };
}

/**
 * Calls `visit` for every step whose window has samples. Windows end later and later, so that both
 * edges only move forward.
 */
export function forEachWindow(
  { times }: RawSeries,
  { ends, rangeMs }: Windows,
  visit: (step: number, from: number, to: number) => void,
): void {
  let from = 0;
  let to = 0;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step] as number;
    while (to < times.length && (times[to] as number) <= end) to++;
    while (from < to && (times[from] as number) <= end - rangeMs) from++;
    if (from < to) visit(step, from, to);
  }
}
