// Arrays of samples: where a time stands in one, and several put behind each other.

/** The index of the first time after `timeMs`; times rise. */
export function firstAfter(times: Float64Array, timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** One behind the other. Copies bytes, so that stale markers stay what they are. */
export function joinArrays(arrays: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
