// Rows of compileTrace in, spans with all their fields out.
import { attributeText, attributeTypeOf, toStoredAttribute } from '#model/attribute.ts';
import type { StoredOrigin, StoredSpan } from '#model/stored-span.ts';
import { hexOf, noOrigin, type SpanRow } from './span-rows.ts';
import { cutToBytes, tempoTextBytesMax } from './value.ts';

type Attributes = ReadonlyMap<string, string>;

export interface FullSpanRow extends SpanRow {
  readonly trace_state: string;
  readonly flags: number;
  readonly attributes: Attributes;
  readonly dropped_attributes_count: number;
  readonly event_name: readonly string[];
  readonly event_time_unix_nano: readonly bigint[];
  readonly event_attributes: readonly Attributes[];
  readonly event_dropped_attributes_count: readonly number[];
  readonly dropped_events_count: number;
  readonly link_trace_id: readonly Uint8Array[];
  readonly link_span_id: readonly Uint8Array[];
  readonly link_trace_state: readonly string[];
  readonly link_flags: readonly number[];
  readonly link_attributes: readonly Attributes[];
  readonly link_dropped_attributes_count: readonly number[];
  readonly dropped_links_count: number;
}

/** By start, then id; every identity once. */
export function toStoredSpans(
  rows: readonly FullSpanRow[],
  origins: ReadonlyMap<bigint, StoredOrigin>,
): StoredSpan[] {
  const unique = new Map<string, FullSpanRow>();
  for (const row of rows) unique.set(`${hexOf(row.span_id)}${row.start_unix_nano}`, row);
  const entries = [...unique].sort(([a, left], [b, right]) => {
    if (left.start_unix_nano !== right.start_unix_nano) {
      return left.start_unix_nano < right.start_unix_nano ? -1 : 1;
    }
    return a < b ? -1 : 1;
  });
  return entries.map(([, row]) => toStoredSpan(row, origins.get(row.scope_id) ?? noOrigin));
}

/** The span with its texts cut to what Tempo keeps of them. */
export function asTempoKeeps(span: StoredSpan): StoredSpan {
  const { origin } = span;
  return {
    ...span,
    origin: {
      ...origin,
      resourceAttributes: cutTexts(origin.resourceAttributes),
      scopeAttributes: cutTexts(origin.scopeAttributes),
    },
    attributes: cutTexts(span.attributes),
    events: span.events.map((one) => ({ ...one, attributes: cutTexts(one.attributes) })),
    links: span.links.map((one) => ({ ...one, attributes: cutTexts(one.attributes) })),
  };
}

function cutTexts(attributes: Attributes): Attributes {
  const isShort = (stored: string): boolean => stored.length * 3 <= tempoTextBytesMax;
  if ([...attributes.values()].every(isShort)) return attributes;
  return new Map(
    [...attributes].map(([name, stored]) => {
      if (isShort(stored) || attributeTypeOf(stored) !== 'string') return [name, stored];
      return [name, toStoredAttribute(cutToBytes(attributeText(stored), tempoTextBytesMax))];
    }),
  );
}

function toStoredSpan(row: FullSpanRow, origin: StoredOrigin): StoredSpan {
  return {
    origin,
    traceId: row.trace_id,
    spanId: row.span_id,
    parentSpanId: row.parent_span_id,
    startUnixNano: row.start_unix_nano,
    durationNano: row.duration_nano,
    name: row.name,
    kind: row.kind,
    statusCode: row.status_code,
    statusMessage: row.status_message,
    traceState: row.trace_state,
    flags: row.flags,
    attributes: row.attributes,
    droppedAttributesCount: row.dropped_attributes_count,
    events: row.event_name.map((name, i) => ({
      timeUnixNano: row.event_time_unix_nano[i] as bigint,
      name,
      attributes: row.event_attributes[i] as Attributes,
      droppedAttributesCount: row.event_dropped_attributes_count[i] as number,
    })),
    droppedEventsCount: row.dropped_events_count,
    links: row.link_trace_id.map((traceId, i) => ({
      traceId,
      spanId: row.link_span_id[i] as Uint8Array,
      traceState: row.link_trace_state[i] as string,
      flags: row.link_flags[i] as number,
      attributes: row.link_attributes[i] as Attributes,
      droppedAttributesCount: row.link_dropped_attributes_count[i] as number,
    })),
    droppedLinksCount: row.dropped_links_count,
  };
}
