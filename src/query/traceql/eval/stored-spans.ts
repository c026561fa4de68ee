// Rows of compileTrace in, spans with all their fields out.
import { attributeText, attributeTypeOf, toStoredAttribute } from '#model/attribute.ts';
import type { StoredOrigin, StoredSpan } from '#model/stored-span.ts';
import { noOrigin, type SpanRow } from './span-rows.ts';
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
  const spans: StoredSpan[] = [];
  let previous: FullSpanRow | undefined;
  for (const row of inOrder(rows)) {
    if (previous && isSame(previous, row)) spans.pop();
    spans.push(toStoredSpan(row, origins.get(row.scope_id) ?? noOrigin));
    previous = row;
  }
  return spans;
}

/** Traces have up to hundreds of thousands of spans: doubles are compared as long as they differ. */
function inOrder(rows: readonly FullSpanRow[]): FullSpanRow[] {
  const first = rows[0]?.start_unix_nano ?? 0n;
  const starts = Float64Array.from(rows, (row) => Number(row.start_unix_nano - first));
  const order = Uint32Array.from(rows, (_, i) => i).sort((a, b) => {
    const difference = (starts[a] as number) - (starts[b] as number);
    if (difference !== 0) return difference;
    return compareRows(rows[a] as FullSpanRow, rows[b] as FullSpanRow) || a - b;
  });
  return Array.from(order, (i) => rows[i] as FullSpanRow);
}

function compareRows(a: FullSpanRow, b: FullSpanRow): number {
  if (a.start_unix_nano !== b.start_unix_nano)
    return a.start_unix_nano < b.start_unix_nano ? -1 : 1;
  return Buffer.compare(a.span_id, b.span_id);
}

const isSame = (a: FullSpanRow, b: FullSpanRow): boolean => compareRows(a, b) === 0;

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
