// Smoothed instant selectors: the value on the line between the samples before and after each step.
import { hasCustomBounds } from '#query/vector/histogram/bound.ts';
import { labelOf, METRIC_NAME } from '#query/vector/label.ts';
import type { GridSeries, RawSeries } from '#query/vector/value.ts';
import type { Note, Point } from '../function/definition.ts';
import { GridBuilder } from '../function/grid-builder.ts';
import { interpolate, interpolateHistograms } from '../function/interpolate.ts';
import { mixedSamples, mixedSchemas } from '../function/note.ts';

interface Smoothing {
  readonly ends: Float64Array;
  readonly lookbackMs: number;
  annotate(note: Note): void;
}

/** Samples up to the lookback before and after a step count. */
export function smoothedSeries(raw: RawSeries, smoothing: Smoothing): GridSeries {
  const { ends, lookbackMs } = smoothing;
  const { times } = raw;
  const points = new GridBuilder(ends.length);
  let from = 0;
  let to = 0;
  let next = 0;
  for (let step = 0; step < ends.length; step++) {
    const end = ends[step] as number;
    while (to < times.length && (times[to] as number) <= end + lookbackMs) to++;
    while (from < to && (times[from] as number) <= end - lookbackMs) from++;
    while (next < times.length && (times[next] as number) < end) next++;
    if (from < to) points.set(step, smoothed(raw, { from, to, next, timeMs: end }, smoothing));
  }
  return points.build(raw.labels);
}

interface Place {
  readonly from: number;
  readonly to: number;
  /** The first sample that is not before the time. */
  readonly next: number;
  readonly timeMs: number;
}

function smoothed(raw: RawSeries, place: Place, { annotate }: Smoothing): Point | undefined {
  const { from, to, next, timeMs } = place;
  const { times, values, histograms } = raw;
  const name = labelOf(raw.labels, METRIC_NAME);
  if (histograms && isMixed(raw, from, to)) {
    annotate(mixedSamples(name));
    return undefined;
  }
  const isBehind = next < to;
  if (isBehind && times[next] === timeMs) return histograms?.[next] ?? (values[next] as number);
  if (next <= from) return undefined;
  const before = next - 1;
  const last = histograms?.[before];
  if (!isBehind) return last ?? (values[before] as number);
  const [leftMs, rightMs] = [times[before] as number, times[next] as number];
  const right = histograms?.[next];
  if (!last || !right) {
    const left = { timeMs: leftMs, value: values[before] as number };
    return interpolate(left, { timeMs: rightMs, value: values[next] as number }, timeMs, false);
  }
  if (hasCustomBounds(last) !== hasCustomBounds(right)) {
    annotate(mixedSchemas(name));
    return undefined;
  }
  const isCounter = last.counterReset !== 'gauge' && right.counterReset !== 'gauge';
  const left = { timeMs: leftMs, value: last };
  const options = { isCounter, name, annotate };
  return interpolateHistograms(left, { timeMs: rightMs, value: right }, timeMs, options);
}

function isMixed({ histograms }: RawSeries, from: number, to: number): boolean {
  const first = histograms?.[from] !== undefined;
  for (let i = from + 1; i < to; i++) {
    if ((histograms?.[i] !== undefined) !== first) return true;
  }
  return false;
}
