// A trace as the JSON that Jaeger's UI and Grafana read: times and durations in microseconds, ids in
// hexadecimal, processes apart from spans.
// https://github.com/jaegertracing/jaeger/blob/main/internal/uimodel/model.go
import { runInPieces, type Turns } from '#lib/turns.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import type { AdjustedSpan } from './adjusted-span.ts';
import { hexOf, traceIdText } from './id.ts';
import { type Process, ProcessTable } from './process.ts';
import { referencesOf } from './references.ts';
import { eventFields, spanTags, type Tag } from './tags.ts';

type Json = Record<string, unknown>;

/** `spans` are those of one trace, at least one. */
export function uiTrace(spans: readonly AdjustedSpan[]): Json {
  const processes = new ProcessTable();
  const shown = spans.map((span) => uiSpan(span, processes));
  return withProcesses(spans, shown, processes);
}

const spansPerPiece = 2_000;

/** `uiTrace` as text, made in pieces with turns for other requests between. */
export async function uiTraceText(spans: readonly AdjustedSpan[], turns: Turns): Promise<string> {
  const processes = new ProcessTable();
  const pieces = await runInPieces(turns, spans, spansPerPiece, (piece) =>
    piece.map((span) => JSON.stringify(uiSpan(span, processes))).join(','),
  );
  const frame = JSON.stringify(withProcesses(spans, [], processes));
  // Before it there is only an id.
  return frame.replace('"spans":[]', () => `"spans":[${pieces.join(',')}]`);
}

const withProcesses = (
  [first]: readonly AdjustedSpan[],
  spans: readonly Json[],
  processes: ProcessTable,
): Json => ({
  traceID: first ? traceIdOf(first.span) : '',
  spans,
  processes: Object.fromEntries(
    [...processes.entries()].map(([id, process]) => [id, uiProcess(process)]),
  ),
  warnings: null,
});

function uiSpan({ span, warnings }: AdjustedSpan, processes: ProcessTable): Json {
  const flags = span.flags & 0xff;
  return {
    traceID: traceIdOf(span),
    spanID: hexOf(span.spanId),
    ...(flags === 0 ? {} : { flags }),
    operationName: span.name,
    references: referencesOf(span).map(({ refType, traceId, spanId }) => ({
      refType,
      traceID: traceIdOf({ traceId }),
      spanID: hexOf(spanId),
    })),
    startTime: micros(span.startUnixNano),
    duration: Math.max(0, micros(span.durationNano)),
    tags: spanTags(span).map(uiTag),
    logs: span.events.map((event) => ({
      timestamp: micros(event.timeUnixNano),
      fields: eventFields(event).map(uiTag),
    })),
    processID: processes.idOf(span.origin),
    warnings: warnings.length === 0 ? null : warnings,
  };
}

const traceIdOf = ({ traceId }: Pick<StoredSpan, 'traceId'>): string => traceIdText(hexOf(traceId));

const uiProcess = ({ serviceName, tags }: Process): Json => ({
  serviceName,
  tags: tags.map(uiTag),
});

const micros = (nano: bigint): number => Number(nano / 1000n);

/** Numbers that JSON or JavaScript cannot hold are text. */
function uiTag({ key, type, value }: Tag): Json {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return { key, type, value: Number.isSafeInteger(number) ? number : String(value) };
  }
  const isWritable = typeof value !== 'number' || Number.isFinite(value);
  return { key, type, value: isWritable ? value : String(value) };
}
