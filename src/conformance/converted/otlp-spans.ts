// OTLP JSON of traces as stored spans.
import { toStoredAttribute } from '#model/attribute.ts';
import type { StoredOrigin, StoredSpan } from '#model/stored-span.ts';

interface JsonValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly JsonValue[] };
  readonly kvlistValue?: { readonly values?: readonly JsonPair[] };
}

interface JsonPair {
  readonly key: string;
  readonly value: JsonValue;
}

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly flags?: number;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly JsonPair[];
  readonly droppedAttributesCount?: number;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly events?: readonly {
    readonly timeUnixNano: string;
    readonly name?: string;
    readonly attributes?: readonly JsonPair[];
  }[];
  readonly links?: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState?: string;
    readonly attributes?: readonly JsonPair[];
  }[];
}

export interface JsonTraces {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes?: readonly JsonPair[] };
    readonly schemaUrl?: string;
    readonly scopeSpans: readonly {
      readonly scope?: {
        readonly name?: string;
        readonly version?: string;
        readonly attributes?: readonly JsonPair[];
      };
      readonly schemaUrl?: string;
      readonly spans: readonly JsonSpan[];
    }[];
  }[];
}

export function toStoredSpans(traces: JsonTraces): StoredSpan[] {
  return traces.resourceSpans.flatMap(({ resource, schemaUrl = '', scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans, schemaUrl: scopeSchemaUrl = '' }) => {
      const origin: StoredOrigin = {
        resourceAttributes: toAttributes(resource?.attributes),
        resourceDroppedAttributesCount: 0,
        resourceSchemaUrl: schemaUrl,
        scopeName: scope?.name ?? '',
        scopeVersion: scope?.version ?? '',
        scopeAttributes: toAttributes(scope?.attributes),
        scopeDroppedAttributesCount: 0,
        scopeSchemaUrl,
      };
      return spans.map((span) => toStoredSpan(span, origin));
    }),
  );
}

const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

function toStoredSpan(span: JsonSpan, origin: StoredOrigin): StoredSpan {
  const startUnixNano = BigInt(span.startTimeUnixNano);
  return {
    origin,
    traceId: unhex(span.traceId),
    spanId: unhex(span.spanId),
    parentSpanId: span.parentSpanId ? unhex(span.parentSpanId) : new Uint8Array(8),
    startUnixNano,
    durationNano: BigInt(span.endTimeUnixNano) - startUnixNano,
    name: span.name,
    kind: span.kind ?? 0,
    statusCode: span.status?.code ?? 0,
    statusMessage: span.status?.message ?? '',
    traceState: span.traceState ?? '',
    flags: span.flags ?? 0,
    attributes: toAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount ?? 0,
    events: (span.events ?? []).map((event) => ({
      timeUnixNano: BigInt(event.timeUnixNano),
      name: event.name ?? '',
      attributes: toAttributes(event.attributes),
      droppedAttributesCount: 0,
    })),
    droppedEventsCount: 0,
    links: (span.links ?? []).map((link) => ({
      traceId: unhex(link.traceId),
      spanId: unhex(link.spanId),
      traceState: link.traceState ?? '',
      flags: 0,
      attributes: toAttributes(link.attributes),
      droppedAttributesCount: 0,
    })),
    droppedLinksCount: 0,
  };
}

const toAttributes = (pairs: readonly JsonPair[] = []): Map<string, string> =>
  new Map(pairs.map(({ key, value }) => [key, toStored(value)]));

function toStored(value: JsonValue): string {
  if (value.stringValue !== undefined) return toStoredAttribute(value.stringValue);
  if (value.boolValue !== undefined) return toStoredAttribute(value.boolValue);
  if (value.intValue !== undefined) return toStoredAttribute(BigInt(value.intValue));
  if (value.doubleValue !== undefined) return `\x03${value.doubleValue}`;
  if (value.bytesValue !== undefined) return `\x04${value.bytesValue}`;
  return value.arrayValue || value.kvlistValue ? `\x05${toJsonText(value)}` : '\x06';
}

/** JSON in which a double always has a point. */
function toJsonText(value: JsonValue): string {
  if (value.arrayValue) return `[${(value.arrayValue.values ?? []).map(toJsonText).join(',')}]`;
  if (value.kvlistValue) {
    const pairs = value.kvlistValue.values ?? [];
    return `{${pairs.map((pair) => `${JSON.stringify(pair.key)}:${toJsonText(pair.value)}`).join(',')}}`;
  }
  if (value.doubleValue !== undefined) {
    const text = String(value.doubleValue);
    return /[.e]/.test(text) ? text : `${text}.0`;
  }
  if (value.intValue !== undefined) return String(value.intValue);
  return JSON.stringify(value.stringValue ?? value.boolValue ?? value.bytesValue ?? null);
}
