// The increase of a series over a window, extrapolated to the ends of the window: what rate, increase
// and delta share. https://github.com/prometheus/prometheus/blob/main/promql/functions.go
// (extrapolatedRate), step by step in the same order, so that results agree to the last bit.
import type { Window } from './definition.ts';

export interface ExtrapolationOptions {
  /** Falling values are resets, and extrapolation stops where the counter would have been zero. */
  readonly isCounter: boolean;
  readonly isPerSecond: boolean;
}

/** Samples this many average distances away from an end do not reach it. */
const REACH = 1.1;

export function extrapolatedDelta(
  { times, values, from, to, startMs, endMs }: Window,
  { isCounter, isPerSecond }: ExtrapolationOptions,
): number | undefined {
  if (to - from < 2) return undefined;
  const first = values[from] as number;
  let delta = (values[to - 1] as number) - first;
  if (isCounter) delta += lostInResets(values, from, to);
  const firstMs = times[from] as number;
  const lastMs = times[to - 1] as number;
  const sampled = (lastMs - firstMs) / 1000;
  const distance = sampled / (to - from - 1);
  const threshold = distance * REACH;
  let toStart = (firstMs - startMs) / 1000;
  if (toStart >= threshold) toStart = distance / 2;
  if (isCounter && delta > 0 && first >= 0) {
    const toZero = sampled * (first / delta);
    if (toZero < toStart) toStart = toZero;
  }
  let toEnd = (endMs - lastMs) / 1000;
  if (toEnd >= threshold) toEnd = distance / 2;
  let factor = (sampled + toStart + toEnd) / sampled;
  if (isPerSecond) factor /= (endMs - startMs) / 1000;
  return delta * factor;
}

function lostInResets(values: Float64Array, from: number, to: number): number {
  let lost = 0;
  let previous = values[from] as number;
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number;
    if (value < previous) lost += previous;
    previous = value;
  }
  return lost;
}
