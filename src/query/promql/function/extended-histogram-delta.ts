// As extended-delta.ts, for native histograms.
// https://github.com/prometheus/prometheus/blob/main/promql/functions.go (extendedHistogramRate)
import { addHistograms, subtractHistograms } from '#query/vector/histogram/add.ts';
import { hasCustomBounds } from '#query/vector/histogram/bound.ts';
import { detectReset } from '#query/vector/histogram/detect-reset.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { divideHistogram } from '#query/vector/histogram/scale.ts';
import type { Window } from './definition.ts';
import { reachOf } from './extended-delta.ts';
import type { DeltaOptions } from './extrapolate.ts';
import { interpolateHistograms, type Sample } from './interpolate.ts';
import { mismatchedBounds, mixedSchemas, noCounterHistogram, noGaugeHistogram } from './note.ts';

interface Reach {
  readonly first: number;
  readonly last: number;
}

export function extendedHistogramDelta(
  window: Window,
  { isCounter, isPerSecond }: DeltaOptions,
): Histogram | undefined {
  const { startMs, endMs, name } = window;
  const reach = reachOf(window);
  if (!reach || !goTogether(window, reach, isCounter)) return undefined;
  const left = leftHistogram(window, reach, isCounter);
  const right = left && rightHistogram(window, reach, isCounter);
  if (!left || !right) return undefined;
  if (!isCounter && (left.counterReset !== 'gauge' || right.counterReset !== 'gauge')) {
    window.annotate(noGaugeHistogram(name));
  }
  let delta = combined(subtractHistograms(right, left), 'subtraction', window);
  if (isCounter) {
    for (const lost of delta ? lostInResets(window, reach, left, right) : []) {
      delta = delta && combined(addHistograms(delta, lost), 'addition', window);
    }
  }
  if (!delta) return undefined;
  const result = isPerSecond ? divideHistogram(delta, (endMs - startMs) / 1000) : delta;
  return { ...result, counterReset: 'gauge' };
}

const at = ({ histograms }: Window, i: number): Histogram => histograms?.[i] as Histogram;

const sampleAt = (window: Window, i: number): Sample<Histogram> => ({
  timeMs: window.times[i] as number,
  value: at(window, i),
});

function goTogether(window: Window, { first, last }: Reach, isCounter: boolean): boolean {
  const isCustom = hasCustomBounds(at(window, first));
  for (let i = first; i <= last; i++) {
    if (hasCustomBounds(at(window, i)) !== isCustom) {
      window.annotate(mixedSchemas(window.name));
      return false;
    }
    if (isCounter && at(window, i).counterReset === 'gauge') {
      window.annotate(noCounterHistogram(window.name));
    }
  }
  return true;
}

function between(
  window: Window,
  left: number,
  { timeMs, isCounter }: { timeMs: number; isCounter: boolean },
): Histogram | undefined {
  const options = {
    isCounter,
    name: window.name,
    annotate: window.annotate.bind(window),
  };
  return interpolateHistograms(sampleAt(window, left), sampleAt(window, left + 1), timeMs, options);
}

/** The histogram at the start of the window. */
export function leftHistogram(
  window: Window,
  { first }: Reach,
  isCounter: boolean,
): Histogram | undefined {
  const { startMs, extension, times } = window;
  if (extension !== 'smoothed' || (times[first] as number) >= startMs) return at(window, first);
  return between(window, first, { timeMs: startMs, isCounter });
}

/** The histogram at the end of the window. */
export function rightHistogram(
  window: Window,
  { last }: Reach,
  isCounter: boolean,
): Histogram | undefined {
  const { endMs, extension, times, from } = window;
  if (extension !== 'smoothed' || last === from || (times[last] as number) <= endMs) {
    return at(window, last);
  }
  return between(window, last - 1, { timeMs: endMs, isCounter });
}

/** What the counter had before each reset between the ends. */
function lostInResets(
  window: Window,
  { first, last }: Reach,
  left: Histogram,
  right: Histogram,
): readonly Histogram[] {
  const lost: Histogram[] = [];
  let previous = left;
  let from = first + 1;
  if (first < last && wasSpanned(window, first)) {
    // The left end is on the far side of this reset.
    previous = at(window, first + 1);
    from++;
  }
  // The last sample is the right end, or what that was interpolated from.
  if (from > last) return lost;
  for (let i = from; i < last; i++) {
    const current = at(window, i);
    if (detectReset(current, previous)) lost.push(previous);
    previous = current;
  }
  if (detectReset(right, previous)) lost.push(previous);
  return lost;
}

/** Whether the left end was interpolated over a reset. */
const wasSpanned = (window: Window, first: number): boolean =>
  window.extension === 'smoothed' &&
  (window.times[first] as number) < window.startMs &&
  detectReset(at(window, first + 1), at(window, first));

function combined(
  result: ReturnType<typeof addHistograms>,
  operation: 'addition' | 'subtraction',
  window: Window,
): Histogram | undefined {
  if (!result) window.annotate(mixedSchemas(window.name));
  if (result?.boundsReconciled) window.annotate(mismatchedBounds(operation));
  return result?.histogram;
}
