// GET /api/traces/compare → the calls of two traces side by side.
import { requestJson } from './request.ts';

export interface CallTotals {
  readonly count: number;
  readonly errors: number;
  readonly durationNano: number;
  readonly selfNano: number;
  readonly criticalNano: number;
}

export interface ComparedCall {
  readonly serviceName: string;
  readonly name: string;
  readonly kind: string;
  readonly depth: number;
  readonly left?: CallTotals;
  readonly right?: CallTotals;
}

export interface TraceComparison {
  readonly left: { readonly traceId: string; readonly spans: number };
  readonly right: { readonly traceId: string; readonly spans: number };
  readonly calls: readonly ComparedCall[];
}

export const compareTraces = (
  ids: { readonly left: string; readonly right: string },
  signal: AbortSignal,
): Promise<TraceComparison> => requestJson('api/traces/compare', ids, { signal });
