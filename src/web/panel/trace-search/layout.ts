// Search results → the order of the table and the points of the picture above it. Pure.

import { formatDurationMs } from '../../chart/format.ts';
import { niceLogTicks, toPixel } from '../../chart/scale.ts';
import type { ResolvedRange } from '../../frame/time-range.ts';
import type { TraceSummary } from '../../frame/trace.ts';

export type TraceSort = 'start' | 'service' | 'name' | 'duration' | 'spans' | 'errors';

export interface SortOrder {
  readonly by: TraceSort;
  readonly isDescending: boolean;
}

const keyOf: Record<TraceSort, (trace: TraceSummary) => string | number> = {
  start: (trace) => trace.startMs,
  service: (trace) => trace.rootService,
  name: (trace) => trace.rootName,
  duration: (trace) => trace.durationMs,
  spans: (trace) => trace.spanCount ?? trace.matchedSpans,
  errors: (trace) => trace.errorCount ?? 0,
};

/** Equal keys keep newest first. */
export function sortTraces(traces: readonly TraceSummary[], order: SortOrder): TraceSummary[] {
  const key = keyOf[order.by];
  const sign = order.isDescending ? -1 : 1;
  return [...traces].sort((a, b) => {
    const left = key(a);
    const right = key(b);
    if (left === right) return b.startMs - a.startMs;
    return left < right ? -sign : sign;
  });
}

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly isError: boolean;
  readonly trace: TraceSummary;
}

export interface ScatterScene {
  readonly points: readonly ScatterPoint[];
  readonly yTicks: readonly { readonly y: number; readonly label: string }[];
}

export interface ScatterOptions {
  readonly range: ResolvedRange;
  readonly width: number;
  readonly height: number;
}

/** Time to the right, duration upwards on a logarithmic scale. */
export function layoutScatter(
  traces: readonly TraceSummary[],
  { range, width, height }: ScatterOptions,
): ScatterScene {
  const durations = traces.map(({ durationMs }) => Math.max(0.01, durationMs));
  const low = Math.log10(Math.min(...durations, 1e9));
  const high = Math.log10(Math.max(...durations, 0.01));
  const x = { domain: [range.fromMs, range.toMs], range: [0, width] } as const;
  const margin = Math.max(0.1, (high - low) * 0.08);
  const y = { domain: [low - margin, high + margin], range: [height, 0] } as const;
  return {
    points: traces.map((trace) => ({
      x: toPixel(x, trace.startMs),
      y: toPixel(y, Math.log10(Math.max(0.01, trace.durationMs))),
      isError: (trace.errorCount ?? 0) > 0,
      trace,
    })),
    yTicks: niceLogTicks(y.domain[0], y.domain[1]).map((durationMs) => ({
      y: toPixel(y, Math.log10(durationMs)),
      label: formatDurationMs(durationMs),
    })),
  };
}
