// The order of samples by time. What the store gives are few ascending runs behind each other, one per
// write that was merged: runs are merged two by two, which is several times as fast as sorting.

/** Indices by time; of equal times in the order in which they come. */
export function orderByTime(times: Float64Array): Uint32Array {
  let source = new Uint32Array(times.length);
  for (let i = 0; i < source.length; i++) source[i] = i;
  let target = new Uint32Array(times.length);
  let bounds = runsOf(times);
  while (bounds.length > 2) {
    const merged = [0];
    for (let run = 0; run + 1 < bounds.length; run += 2) {
      const from = bounds[run] as number;
      const middle = bounds[run + 1] as number;
      const to = bounds[run + 2] ?? middle;
      mergeRuns(times, { source, target }, { from, middle, to });
      merged.push(to);
    }
    bounds = merged;
    [source, target] = [target, source];
  }
  return source;
}

/** Where runs begin, and the end of the last. */
function runsOf(times: Float64Array): number[] {
  const bounds = [0];
  for (let i = 1; i < times.length; i++) {
    if ((times[i] as number) < (times[i - 1] as number)) bounds.push(i);
  }
  bounds.push(times.length);
  return bounds;
}

interface Arrays {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
}

interface Neighbours {
  readonly from: number;
  readonly middle: number;
  readonly to: number;
}

function mergeRuns(
  times: Float64Array,
  { source, target }: Arrays,
  { from, middle, to }: Neighbours,
): void {
  let left = from;
  let right = middle;
  for (let at = from; at < to; at++) {
    const isLeft =
      right >= to ||
      (left < middle &&
        (times[source[left] as number] as number) <= (times[source[right] as number] as number));
    target[at] = source[isLeft ? left++ : right++] as number;
  }
}
