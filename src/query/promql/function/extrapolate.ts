// The increase of a series over a window, extrapolated to the ends of the window: what rate, increase
// and delta share. https://github.com/prometheus/prometheus/blob/main/promql/functions.go
// (extrapolatedRate), step by step in the same order, so that results agree to the last bit.
import { addHistograms } from '#query/vector/histogram/add.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { scaleHistogram } from '#query/vector/histogram/scale.ts';
import type { Point, Window } from './definition.ts';
import { extendedDelta } from './extended-delta.ts';
import { extendedHistogramDelta } from './extended-histogram-delta.ts';
import { histogramDelta } from './histogram-delta.ts';
import { mismatchedBounds, mixedSamples, mixedSchemas, startOverlaps } from './note.ts';
import { kindOf } from './samples.ts';
import { beganAnew, overlaps, startInWindow } from './start-time.ts';

export interface DeltaOptions {
  /** Falling values are resets, and extrapolation stops where the counter would have been zero. */
  readonly isCounter: boolean;
  readonly isPerSecond: boolean;
}

/** Samples this many average distances away from an end do not reach it. */
const REACH = 1.1;

export function extrapolatedDelta(window: Window, options: DeltaOptions): Point | undefined {
  const kind = kindOf(window);
  if (kind === 'mixed') {
    window.annotate(mixedSamples(window.name));
    return undefined;
  }
  if (window.extension) {
    return kind === 'numbers'
      ? extendedDelta(window, options)
      : extendedHistogramDelta(window, options);
  }
  const start = options.isCounter ? startInWindow(window) : undefined;
  if (window.to - window.from < 2 && start === undefined) return undefined;
  if (kind === 'numbers') return numberDelta(window, options, start);
  return extrapolatedHistogram(window, options, start);
}

function numberDelta(
  window: Window,
  options: DeltaOptions,
  start: number | undefined,
): number | undefined {
  const { values, from, to } = window;
  const first = values[from] as number;
  let delta = (values[to - 1] as number) - first;
  if (options.isCounter) delta += lostInResets(window);
  if (start !== undefined) delta += first;
  return delta * factorOf(edgesOf(window, { start, first, delta }), options);
}

function extrapolatedHistogram(
  window: Window,
  options: DeltaOptions,
  start: number | undefined,
): Histogram | undefined {
  const first = window.histograms?.[window.from] as Histogram;
  let delta: Histogram | undefined = first;
  if (window.to - window.from > 1) {
    delta = histogramDelta(window, options.isCounter);
    if (delta && start !== undefined) delta = added(delta, first, window);
  }
  if (!delta) return undefined;
  const at = { start, first: first.count, delta: delta.count };
  return scaleHistogram(delta, factorOf(edgesOf(window, at), options));
}

function added(left: Histogram, right: Histogram, window: Window): Histogram | undefined {
  const sum = addHistograms(left, right);
  if (!sum) window.annotate(mixedSchemas(window.name));
  if (sum?.boundsReconciled) window.annotate(mismatchedBounds('addition'));
  return sum?.histogram;
}

interface Edges {
  /** When counting began, if that was within the window: there the counter was zero. */
  readonly start: number | undefined;
  readonly first: number;
  readonly delta: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Between the samples. */
  readonly gaps: number;
  readonly startMs: number;
  readonly endMs: number;
}

function edgesOf({ times, from, to, startMs, endMs }: Window, counted: Counted): Edges {
  const gaps = to - from - 1;
  const firstMs = times[from] as number;
  const lastMs = times[to - 1] as number;
  return { ...counted, firstMs, lastMs, gaps, startMs, endMs };
}

type Counted = Pick<Edges, 'start' | 'first' | 'delta'>;

/** How much more there was in the window than between the first and the last sample. */
export function factorOf(
  { start, first, delta, firstMs, lastMs, gaps, startMs, endMs }: Edges,
  { isCounter, isPerSecond }: DeltaOptions,
): number {
  let sampled = (lastMs - firstMs) / 1000;
  const distance = gaps > 0 ? sampled / gaps : 0;
  const threshold = distance * REACH;
  let toStart = 0;
  if (start !== undefined) sampled = (lastMs - start) / 1000;
  else {
    toStart = (firstMs - startMs) / 1000;
    if (toStart >= threshold) toStart = distance / 2;
    if (isCounter && delta > 0 && first >= 0) {
      const toZero = sampled * (first / delta);
      if (toZero < toStart) toStart = toZero;
    }
  }
  let toEnd = (endMs - lastMs) / 1000;
  if (toEnd >= threshold) toEnd = distance / 2;
  const factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  return isPerSecond ? factor / ((endMs - startMs) / 1000) : factor;
}

function lostInResets(window: Window): number {
  const { values, starts, from, to } = window;
  let lost = 0;
  let previous = values[from] as number;
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number;
    if (value < previous || (starts && beganAnew(window, i))) lost += previous;
    previous = value;
  }
  if (starts) warnOverlap(window);
  return lost;
}

function warnOverlap(window: Window): void {
  for (let i = window.from + 1; i < window.to; i++) {
    if (!overlaps(window, i)) continue;
    window.annotate(startOverlaps(window.name));
    return;
  }
}
