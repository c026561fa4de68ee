// rate, increase and delta of all windows of a series of numbers in one pass: `extrapolatedDelta` without
// a look at the samples inside of a window, unless a counter fell there.
import type { Sweep } from './definition.ts';
import { type DeltaOptions, factorOf } from './extrapolate.ts';

export function sweepDelta(options: DeltaOptions): (series: Sweep) => void {
  return ({ times, values, ends, rangeMs, points, present }) => {
    const { length } = times;
    let from = 0;
    let to = 0;
    /** Where the values of the window fall, in their order. */
    const falls: number[] = [];
    let firstFall = 0;
    for (let step = 0; step < ends.length; step++) {
      const endMs = ends[step] as number;
      const startMs = endMs - rangeMs;
      while (to < length && (times[to] as number) <= endMs) {
        if (to > 0 && (values[to] as number) < (values[to - 1] as number)) falls.push(to);
        to++;
      }
      while (from < to && (times[from] as number) <= startMs) from++;
      while (firstFall < falls.length && (falls[firstFall] as number) <= from) firstFall++;
      if (to - from < 2) continue;
      const first = values[from] as number;
      let delta = (values[to - 1] as number) - first;
      if (options.isCounter) delta += lostIn(values, falls, firstFall);
      const firstMs = times[from] as number;
      const lastMs = times[to - 1] as number;
      const gaps = to - from - 1;
      const edges = { start: undefined, first, delta, firstMs, lastMs, gaps, startMs, endMs };
      points[step] = delta * factorOf(edges, options);
      present[step] = 1;
    }
  };
}

function lostIn(values: Float64Array, falls: readonly number[], first: number): number {
  let lost = 0;
  for (let i = first; i < falls.length; i++) lost += values[(falls[i] as number) - 1] as number;
  return lost;
}
