// GET /api/spans/compare → the attributes that tell some spans of a search from the others.

import type { ResolvedRange } from '../frame/time-range.ts';
import { requestJson } from './request.ts';

export interface ComparedValue {
  /** As TraceQL names types: `string`, `int`, `status`; `nil` where a span has no such attribute. */
  readonly type: string;
  readonly value: string;
  /** Spans. */
  readonly selection: number;
  readonly baseline: number;
  /** Of all spans of the set, 0 to 1. */
  readonly selectionShare: number;
  readonly baselineShare: number;
}

export interface ComparedAttribute {
  /** As in a query: `span.http.route`. */
  readonly attribute: string;
  readonly score: number;
  readonly values: readonly ComparedValue[];
}

export interface ComparedSpans {
  /** Spans of each set. */
  readonly selection: number;
  readonly baseline: number;
  /** The most telling first. */
  readonly attributes: readonly ComparedAttribute[];
}

export interface SpanComparison {
  /** TraceQL: all spans that are looked at. */
  readonly query: string;
  /** A filter of TraceQL: those of them that are compared with the others. */
  readonly selection: string;
  readonly range: ResolvedRange;
  readonly valuesMax: number;
}

export const compareSpans = (
  { query, selection, range, valuesMax }: SpanComparison,
  signal: AbortSignal,
): Promise<ComparedSpans> =>
  requestJson(
    'api/spans/compare',
    {
      q: query,
      selection,
      start: Math.floor(range.fromMs / 1000),
      end: Math.ceil(range.toMs / 1000),
      limit: valuesMax,
    },
    { signal },
  );
