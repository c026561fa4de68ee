// GET /api/traces/of-series → the spans behind a point of a metric made of traces, as TraceQL.

import type { ResolvedRange } from '../frame/time-range.ts';
import { requestJson } from './request.ts';

export interface SeriesPoint {
  /** A selector of PromQL. */
  readonly selector: string;
  readonly timeMs: number;
  /** How far back the point looks. */
  readonly windowMs: number;
}

export interface SpansBehindPoint {
  readonly traceql: string;
  readonly range: ResolvedRange;
}

export async function spansOfSeries(
  { selector, timeMs, windowMs }: SeriesPoint,
  signal: AbortSignal,
): Promise<SpansBehindPoint> {
  const { traceql, start, end } = await requestJson<{
    readonly traceql: string;
    readonly start: number;
    readonly end: number;
  }>(
    'api/traces/of-series',
    { query: selector, time: timeMs / 1000, window: `${Math.max(1000, Math.round(windowMs))}ms` },
    { signal },
  );
  return { traceql, range: { fromMs: start * 1000, toMs: end * 1000 } };
}
