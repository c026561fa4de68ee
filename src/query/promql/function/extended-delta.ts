// rate, increase and delta of anchored and smoothed selectors: from one end of the window to the
// other, nothing extrapolated. Anchored takes the last sample before an end, smoothed interpolates.
// https://github.com/prometheus/prometheus/blob/main/promql/functions.go (extendedRate)
import type { Window } from './definition.ts';
import type { DeltaOptions } from './extrapolate.ts';
import { interpolate, type Sample } from './interpolate.ts';

/** The samples that reach from one end of the window to the other; undefined when none are in it. */
export function reachOf(window: Window): { first: number; last: number } | undefined {
  const { times, from, to, startMs, endMs, extension } = window;
  let first = from;
  while (first < to - 2 && (times[first + 1] as number) <= startMs) first++;
  let last = to - 1;
  if (extension === 'smoothed') {
    last = from;
    while (last < to - 1 && (times[last] as number) < endMs) last++;
    if ((times[first] as number) > endMs) return undefined;
  }
  return (times[last] as number) <= startMs ? undefined : { first, last };
}

export function extendedDelta(
  window: Window,
  { isCounter, isPerSecond }: DeltaOptions,
): number | undefined {
  const { times, values, startMs, endMs } = window;
  const reach = reachOf(window);
  if (!reach) return undefined;
  const { first, last } = reach;
  const left = leftEnd(window, reach, isCounter);
  const right = rightEnd(window, reach, isCounter);
  let delta = right - left;
  if (isCounter) {
    // The samples at the ends are in `left` and `right` already.
    const from = (times[first] as number) <= startMs ? first + 1 : first;
    const to = (times[last] as number) >= endMs ? last : last + 1;
    delta += lostInResets(left, right, values.subarray(from, Math.max(from, to)));
  }
  return isPerSecond ? delta / ((endMs - startMs) / 1000) : delta;
}

const sampleAt = ({ times, values }: Window, i: number): Sample<number> => ({
  timeMs: times[i] as number,
  value: values[i] as number,
});

export function leftEnd(window: Window, { first }: { first: number }, isCounter: boolean): number {
  const sample = sampleAt(window, first);
  const { startMs, extension } = window;
  if (extension !== 'smoothed' || sample.timeMs >= startMs) return sample.value;
  return interpolate(sample, sampleAt(window, first + 1), startMs, isCounter);
}

export function rightEnd(window: Window, { last }: { last: number }, isCounter: boolean): number {
  const sample = sampleAt(window, last);
  const { from, endMs, extension } = window;
  if (extension !== 'smoothed' || last === from || sample.timeMs <= endMs) return sample.value;
  return interpolate(sampleAt(window, last - 1), sample, endMs, isCounter);
}

function lostInResets(left: number, right: number, between: Float64Array): number {
  let lost = 0;
  let previous = left;
  for (const value of between) {
    if (value < previous) lost += previous;
    previous = value;
  }
  return right < previous ? lost + previous : lost;
}
