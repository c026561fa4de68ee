// GET /tempo/api/search → summaries of traces, newest first.
// Spec: https://grafana.com/docs/tempo/latest/api_docs/#search

import type { ResolvedRange } from '../../frame/time-range.ts';
import type { TraceSummary } from '../../frame/trace.ts';
import { requestJson } from '../request.ts';

interface FoundTrace {
  readonly traceID: string;
  readonly rootServiceName?: string;
  readonly rootTraceName?: string;
  readonly startTimeUnixNano?: string;
  readonly durationMs?: number;
  readonly spanSets?: readonly { readonly matched?: number }[];
  readonly spanSet?: { readonly matched?: number };
  readonly serviceStats?: Readonly<
    Record<string, { readonly spanCount?: number; readonly errorCount?: number }>
  >;
}

export interface TraceSearch {
  readonly query: string;
  readonly range: ResolvedRange;
  readonly limit: number;
}

export async function searchTraces(
  { query, range, limit }: TraceSearch,
  signal: AbortSignal,
): Promise<readonly TraceSummary[]> {
  const answer = await requestJson<{ readonly traces?: readonly FoundTrace[] | null }>(
    'tempo/api/search',
    {
      q: query,
      start: Math.floor(range.fromMs / 1000),
      end: Math.ceil(range.toMs / 1000),
      limit,
      spss: 1,
    },
    { signal },
  );
  return (answer.traces ?? []).map(toSummary).sort((a, b) => b.startMs - a.startMs);
}

/** What Tempo writes in place of a name when the root span is not there yet. */
const rootMissing = '<root span not yet received>';

export function toSummary(found: FoundTrace): TraceSummary {
  const stats = found.serviceStats === undefined ? undefined : Object.entries(found.serviceStats);
  const total = (pick: 'spanCount' | 'errorCount'): number | undefined =>
    stats?.reduce((sum, [, one]) => sum + (one[pick] ?? 0), 0);
  return {
    traceId: found.traceID.padStart(32, '0'),
    rootService: found.rootServiceName === rootMissing ? '' : (found.rootServiceName ?? ''),
    rootName: found.rootTraceName ?? '',
    startMs: Number(BigInt(found.startTimeUnixNano ?? '0') / 1000n) / 1000,
    durationMs: found.durationMs ?? 0,
    matchedSpans: found.spanSets?.[0]?.matched ?? found.spanSet?.matched ?? 0,
    spanCount: total('spanCount'),
    errorCount: total('errorCount'),
    services: stats?.map(([name]) => name).sort() ?? [],
  };
}
