// A value as the result of a query. Range selectors that are anchored or smoothed get their values at
// the ends of the window as samples, and points of subqueries lose the names that were to go.
import { dropName, labelOf, METRIC_NAME } from '#query/vector/label.ts';
import type { RawSeries } from '#query/vector/value.ts';
import type { Point, Value, Window, Windows } from '../function/definition.ts';
import { leftEnd, reachOf, rightEnd } from '../function/extended-delta.ts';
import { leftHistogram, rightHistogram } from '../function/extended-histogram-delta.ts';
import { kindOf } from '../function/samples.ts';
import { forEachWindow } from './window.ts';

export function asResult(value: Value): Value {
  if (value.kind !== 'matrix') return value;
  const { windows } = value;
  const series = windows.series.map((raw) =>
    raw.dropsName ? { ...raw, labels: dropName(raw.labels) } : raw,
  );
  if (!windows.extension) return { kind: 'matrix', windows: { ...windows, series } };
  const { ends, rangeMs } = windows;
  const extended = series.flatMap((raw) => extendedSeries(raw, windows) ?? []);
  // One more millisecond: a window does not have the time that it starts at.
  return { kind: 'matrix', windows: { series: extended, ends, rangeMs: rangeMs + 1 } };
}

/** Of the first window, which is the only one of an instant query. */
function extendedSeries(raw: RawSeries, windows: Windows): RawSeries | undefined {
  let extended: RawSeries | undefined;
  forEachWindow(raw, windows, (step, from, to) => {
    const endMs = windows.ends[step] as number;
    const window: Window = {
      times: raw.times,
      values: raw.values,
      histograms: raw.histograms,
      starts: raw.starts,
      from,
      to,
      endMs,
      startMs: endMs - windows.rangeMs,
      stepTimeMs: endMs,
      extension: windows.extension?.kind,
      name: labelOf(raw.labels, METRIC_NAME),
      annotate: () => undefined,
    };
    extended ??= withEnds(raw, window);
  });
  return extended;
}

function withEnds(raw: RawSeries, window: Window): RawSeries | undefined {
  const kind = kindOf(window);
  const reach = kind === 'mixed' ? undefined : reachOf(window);
  if (!reach) return undefined;
  const isNumbers = kind === 'numbers';
  const left = isNumbers ? leftEnd(window, reach, false) : leftHistogram(window, reach, false);
  const right = isNumbers ? rightEnd(window, reach, false) : rightHistogram(window, reach, false);
  const points: [number, Point | undefined][] = [[window.startMs, left]];
  for (let i = reach.first; i <= reach.last; i++) {
    const timeMs = raw.times[i] as number;
    if (timeMs <= window.startMs || timeMs >= window.endMs) continue;
    points.push([timeMs, raw.histograms?.[i] ?? (raw.values[i] as number)]);
  }
  points.push([window.endMs, right]);
  const numbers = points.map(([, point]) => (typeof point === 'number' ? point : 0));
  const histograms = points.map(([, point]) => (typeof point === 'number' ? undefined : point));
  return {
    labels: raw.labels,
    times: Float64Array.from(points, ([timeMs]) => timeMs),
    values: Float64Array.from(numbers),
    ...(isNumbers ? {} : { histograms }),
  };
}
