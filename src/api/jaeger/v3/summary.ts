// What a list of found traces shows of each, made of its spans.
import type { StoredSpan } from '#model/stored-span.ts';
import { statusCodes } from '#query/trace/span-words.ts';
import type { FoundSpans } from '#query/traceql/engine.ts';
import { hexOf, isZero } from '../model/id.ts';
import { serviceOf } from '../model/process.ts';

export interface ServiceSummary {
  readonly name: string;
  readonly spanCount: number;
  readonly errorSpanCount: number;
}

export interface TraceSummary {
  readonly traceId: string;
  readonly rootServiceName: string;
  readonly rootOperationName: string;
  readonly minStartTimeUnixNano: bigint;
  readonly maxEndTimeUnixNano: bigint;
  readonly spanCount: number;
  readonly errorSpanCount: number;
  /** Spans whose parent is not in the trace. */
  readonly orphanSpanCount: number;
  /** By name. */
  readonly services: readonly ServiceSummary[];
}

export function summarize({ traceId, spans }: FoundSpans): TraceSummary {
  const ids = new Set(spans.map(({ spanId }) => hexOf(spanId)));
  const isOrphan = ({ parentSpanId }: StoredSpan): boolean =>
    !isZero(parentSpanId) && !ids.has(hexOf(parentSpanId));
  // Spans come by start. Without a root the first span that has lost its parent stands for it.
  const root = spans.find(({ parentSpanId }) => isZero(parentSpanId)) ?? spans.find(isOrphan);
  let start = spans[0]?.startUnixNano ?? 0n;
  let end = start;
  for (const { startUnixNano, durationNano } of spans) {
    if (startUnixNano < start) start = startUnixNano;
    if (startUnixNano + durationNano > end) end = startUnixNano + durationNano;
  }
  return {
    traceId,
    rootServiceName: root ? serviceOf(root.origin.resourceAttributes) : '',
    rootOperationName: root?.name ?? '',
    minStartTimeUnixNano: start,
    maxEndTimeUnixNano: end,
    spanCount: spans.length,
    errorSpanCount: spans.filter(isError).length,
    orphanSpanCount: spans.filter(isOrphan).length,
    services: summarizeServices(spans),
  };
}

const isError = ({ statusCode }: StoredSpan): boolean => statusCode === statusCodes.ERROR;

function summarizeServices(spans: readonly StoredSpan[]): ServiceSummary[] {
  const counts = new Map<string, { spanCount: number; errorSpanCount: number }>();
  for (const span of spans) {
    const name = serviceOf(span.origin.resourceAttributes);
    const { spanCount, errorSpanCount } = counts.get(name) ?? { spanCount: 0, errorSpanCount: 0 };
    counts.set(name, {
      spanCount: spanCount + 1,
      errorSpanCount: errorSpanCount + (isError(span) ? 1 : 0),
    });
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => ({ name, ...each }));
}
