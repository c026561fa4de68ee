// How many neighbours in each window of a series of numbers stand in a relation, in one pass.
import type { Sweep } from './definition.ts';

export function sweepCount(
  isRelated: (value: number, before: number) => boolean,
): (series: Sweep) => void {
  return ({ times, values, ends, rangeMs, points, present }) => {
    const isCounted = (i: number): boolean =>
      isRelated(values[i] as number, values[i - 1] as number);
    let from = 0;
    let to = 0;
    let count = 0;
    for (let step = 0; step < ends.length; step++) {
      const endMs = ends[step] as number;
      while (to < times.length && (times[to] as number) <= endMs) {
        if (to > from && isCounted(to)) count++;
        to++;
      }
      while (from < to && (times[from] as number) <= endMs - rangeMs) {
        from++;
        if (from < to && isCounted(from)) count--;
      }
      if (from === to) continue;
      points[step] = count;
      present[step] = 1;
    }
  };
}
