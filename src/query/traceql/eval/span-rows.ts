// Rows of the store in, traces out.
import type { StoredOrigin } from '#model/stored-span.ts';
import { type SpanEvent, type SpanLink, Trace, type TraceSpan } from './trace.ts';

type Attributes = ReadonlyMap<string, string>;

/** A row of compileTraceSpans: names as in otel_spans. */
export interface SpanRow {
  readonly trace_id: Uint8Array;
  readonly span_id: Uint8Array;
  readonly parent_span_id: Uint8Array;
  readonly start_unix_nano: bigint;
  readonly duration_nano: bigint;
  readonly scope_id: bigint;
  readonly service_name: string;
  readonly name: string;
  readonly kind: number;
  readonly status_code: number;
  readonly status_message: string;
  readonly picked_attributes?: Attributes;
  readonly event_name?: readonly string[];
  readonly event_time_unix_nano?: readonly bigint[];
  readonly event_attributes?: readonly Attributes[];
  readonly link_trace_id?: readonly Uint8Array[];
  readonly link_span_id?: readonly Uint8Array[];
  readonly link_attributes?: readonly Attributes[];
  readonly arrival?: number;
}

/** A row of compileScopes. */
export interface ScopeRow {
  readonly scope_id: bigint;
  readonly resource_attributes: Attributes;
  readonly resource_dropped_attributes_count: number;
  readonly resource_schema_url: string;
  readonly scope_name: string;
  readonly scope_version: string;
  readonly scope_attributes: Attributes;
  readonly scope_dropped_attributes_count: number;
  readonly scope_schema_url: string;
}

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

export const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

export function toOrigins(rows: readonly ScopeRow[]): Map<bigint, StoredOrigin> {
  return new Map(
    rows.map((row) => [
      row.scope_id,
      {
        resourceAttributes: row.resource_attributes,
        resourceDroppedAttributesCount: row.resource_dropped_attributes_count,
        resourceSchemaUrl: row.resource_schema_url,
        scopeName: row.scope_name,
        scopeVersion: row.scope_version,
        scopeAttributes: row.scope_attributes,
        scopeDroppedAttributesCount: row.scope_dropped_attributes_count,
        scopeSchemaUrl: row.scope_schema_url,
      },
    ]),
  );
}

/** What a span has whose scope row is gone: expired a moment before its spans. */
export const noOrigin: StoredOrigin = {
  resourceAttributes: new Map(),
  resourceDroppedAttributesCount: 0,
  resourceSchemaUrl: '',
  scopeName: '',
  scopeVersion: '',
  scopeAttributes: new Map(),
  scopeDroppedAttributesCount: 0,
  scopeSchemaUrl: '',
};

/** Traces by id, each whole; rows may come in any order and repeat. */
export function toTraces(
  rows: readonly SpanRow[],
  origins: ReadonlyMap<bigint, StoredOrigin>,
): Map<string, Trace> {
  const spans = new Map<string, TraceSpan[]>();
  for (const row of rows) {
    const span = toSpan(row, origins.get(row.scope_id) ?? noOrigin);
    const others = spans.get(span.traceId);
    if (others) others.push(span);
    else spans.set(span.traceId, [span]);
  }
  return new Map([...spans].map(([traceId, all]) => [traceId, new Trace(traceId, all)]));
}

const noAttributes: Attributes = new Map();
const noId = '0'.repeat(16);

/** No id is no parent; a span that has none itself is broken, and no root. */
export const parentIdOf = (parentSpanId: string, spanId: string): string =>
  parentSpanId === noId && spanId !== noId ? '' : parentSpanId;

function toSpan(row: SpanRow, origin: StoredOrigin): TraceSpan {
  const spanId = hexOf(row.span_id);
  return {
    traceId: hexOf(row.trace_id),
    spanId,
    parentSpanId: parentIdOf(hexOf(row.parent_span_id), spanId),
    startUnixNano: row.start_unix_nano,
    durationNano: Number(row.duration_nano),
    name: row.name,
    serviceName: row.service_name,
    kind: row.kind,
    statusCode: row.status_code,
    statusMessage: row.status_message,
    origin,
    attributes: row.picked_attributes ?? noAttributes,
    events: toEvents(row),
    links: toLinks(row),
    arrival: row.arrival,
  };
}

function toEvents(row: SpanRow): readonly SpanEvent[] {
  return (row.event_name ?? []).map((name, i) => ({
    name,
    timeUnixNano: row.event_time_unix_nano?.[i] ?? 0n,
    attributes: row.event_attributes?.[i] ?? noAttributes,
  }));
}

function toLinks(row: SpanRow): readonly SpanLink[] {
  return (row.link_trace_id ?? []).map((traceId, i) => ({
    traceId: hexOf(traceId),
    spanId: hexOf(row.link_span_id?.[i] ?? new Uint8Array()),
    attributes: row.link_attributes?.[i] ?? noAttributes,
  }));
}
