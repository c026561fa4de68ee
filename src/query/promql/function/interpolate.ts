// Values between two samples, for smoothed selectors.
import { addHistograms, subtractHistograms } from '#query/vector/histogram/add.ts';
import { detectReset } from '#query/vector/histogram/detect-reset.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { scaleHistogram } from '#query/vector/histogram/scale.ts';
import type { Note } from './definition.ts';
import { mismatchedBounds, mixedSchemas } from './note.ts';

export interface Sample<T> {
  readonly timeMs: number;
  readonly value: T;
}

/** A counter that was reset in between began at zero. */
export function interpolate(
  left: Sample<number>,
  right: Sample<number>,
  timeMs: number,
  isCounter: boolean,
): number {
  const start = isCounter && right.value < left.value ? 0 : left.value;
  return start + ((right.value - start) * (timeMs - left.timeMs)) / (right.timeMs - left.timeMs);
}

/** Undefined, with a note, when the two do not go together. */
export function interpolateHistograms(
  left: Sample<Histogram>,
  right: Sample<Histogram>,
  timeMs: number,
  { isCounter, name, annotate }: HistogramInterpolation,
): Histogram | undefined {
  if (timeMs === left.timeMs) return left.value;
  if (timeMs === right.timeMs) return right.value;
  const share = (timeMs - left.timeMs) / (right.timeMs - left.timeMs);
  if (isCounter && detectReset(right.value, left.value)) return scaleHistogram(right.value, share);
  const difference = subtractHistograms(right.value, left.value);
  if (difference?.boundsReconciled) annotate(mismatchedBounds('subtraction'));
  const sum = difference && addHistograms(scaleHistogram(difference.histogram, share), left.value);
  if (sum?.boundsReconciled) annotate(mismatchedBounds('addition'));
  if (!sum) annotate(mixedSchemas(name));
  return sum?.histogram;
}

export interface HistogramInterpolation {
  readonly isCounter: boolean;
  readonly name: string;
  annotate(note: Note): void;
}
