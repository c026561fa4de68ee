// How much native histograms grew from the first sample of a window to its last.
// https://github.com/prometheus/prometheus/blob/main/promql/functions.go (histogramRate)
import { addHistograms, subtractHistograms } from '#query/vector/histogram/add.ts';
import { hasCustomBounds } from '#query/vector/histogram/bound.ts';
import { noBuckets } from '#query/vector/histogram/buckets.ts';
import { detectReset } from '#query/vector/histogram/detect-reset.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { reduceResolution } from '#query/vector/histogram/reduce.ts';
import type { Note, Window } from './definition.ts';
import {
  mismatchedBounds,
  mixedSchemas,
  noCounterHistogram,
  noGaugeHistogram,
  startOverlaps,
} from './note.ts';
import { histogramsOf } from './samples.ts';
import { beganAnew, overlaps } from './start-time.ts';

/** Of two samples or more; undefined when they do not go together. */
export function histogramDelta(window: Window, isCounter: boolean): Histogram | undefined {
  const samples = histogramsOf(window);
  const notes: Note[] = [];
  const delta = isCounter ? counted(window, samples, notes) : difference(window, samples, notes);
  for (const note of notes) window.annotate(note);
  return delta && { ...delta, counterReset: 'gauge' };
}

/** Of gauges. */
function difference(
  { name }: Window,
  samples: readonly Histogram[],
  notes: Note[],
): Histogram | undefined {
  const first = samples[0] as Histogram;
  const last = samples.at(-1) as Histogram;
  const delta = subtracted(last, first, name, notes);
  if (delta && (first.counterReset !== 'gauge' || last.counterReset !== 'gauge')) {
    notes.push(noGaugeHistogram(name));
  }
  return delta;
}

function counted(
  window: Window,
  samples: readonly Histogram[],
  notes: Note[],
): Histogram | undefined {
  const { name } = window;
  if (samples.some(({ counterReset }) => counterReset === 'gauge')) {
    notes.push(noCounterHistogram(name));
  }
  const isReset = (i: number, previous: Histogram): boolean =>
    beganAnew(window, window.from + i) || detectReset(samples[i] as Histogram, previous);
  // After a reset right behind it the first sample counts for nothing, not even for its layout.
  const first = samples[0] as Histogram;
  const start = isReset(1, first) ? emptied(samples[1] as Histogram) : first;
  const used = [start, ...samples.slice(1)];
  if (used.some((one) => hasCustomBounds(one) !== hasCustomBounds(start))) {
    return mismatch(name, notes);
  }
  const schema = used.reduce((least, one) => Math.min(least, one.schema), start.schema);
  const last = reduceResolution(samples.at(-1) as Histogram, schema);
  let delta = subtracted(last, start, name, notes);
  let previous = start;
  for (let i = 1; delta && i < samples.length; i++) {
    if (overlaps(window, window.from + i)) notes.push(startOverlaps(name));
    if (isReset(i, previous)) {
      const sum = addHistograms(delta, previous);
      if (!sum) return mismatch(name, notes);
      if (sum.boundsReconciled) notes.push(mismatchedBounds('addition'));
      delta = sum.histogram;
    }
    previous = samples[i] as Histogram;
  }
  return delta;
}

const emptied = (histogram: Histogram): Histogram => ({
  ...histogram,
  count: 0,
  sum: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: noBuckets,
  negative: noBuckets,
  counterReset: 'unknown',
});

function subtracted(
  left: Histogram,
  right: Histogram,
  name: string,
  notes: Note[],
): Histogram | undefined {
  const result = subtractHistograms(left, right);
  if (!result) return mismatch(name, notes);
  if (result.boundsReconciled) notes.push(mismatchedBounds('subtraction'));
  return result.histogram;
}

/** What was noted before is about a result that there is none of. */
function mismatch(name: string, notes: Note[]): undefined {
  notes.length = 0;
  notes.push(mixedSchemas(name));
  return undefined;
}
