// GET /tempo/api/v2/traces/<id> → a trace, from OTLP JSON. Ids are hex (OTLP JSON) or base64
// (protobuf's own JSON, which Tempo sends); both are read.
// Spec: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

import type {
  Attribute,
  AttributeValue,
  Span,
  SpanKind,
  SpanStatus,
  Trace,
} from '../../frame/trace.ts';
import { RequestError, requestJson } from '../request.ts';

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number | string;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] };
}
interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}
interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: string | number;
  readonly startTimeUnixNano: string | number;
  readonly endTimeUnixNano: string | number;
  readonly attributes?: readonly KeyValue[];
  readonly status?: { readonly code?: string | number; readonly message?: string };
  readonly events?: readonly {
    readonly name?: string;
    readonly timeUnixNano: string | number;
    readonly attributes?: readonly KeyValue[];
  }[];
  readonly links?: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes?: readonly KeyValue[];
  }[];
}
interface WireScopeSpans {
  readonly scope?: { readonly name?: string; readonly version?: string };
  readonly spans?: readonly WireSpan[];
}
export interface WireResourceSpans {
  readonly resource?: { readonly attributes?: readonly KeyValue[] };
  readonly scopeSpans?: readonly WireScopeSpans[];
}

/**
 * `traceId` as it stands in an address: percent-encoded where that is needed. An error with status
 * 404 when there is no such trace.
 */
export async function queryTrace(traceId: string, signal: AbortSignal): Promise<Trace> {
  const answer = await requestJson<{ readonly trace?: { resourceSpans?: WireResourceSpans[] } }>(
    `tempo/api/v2/traces/${traceId}`,
    {},
    { signal },
  );
  const trace = toTrace(answer.trace?.resourceSpans ?? []);
  if (trace.spans.length === 0) throw new RequestError('There is no trace with this id.', 404);
  return trace;
}

export function toTrace(resourceSpans: readonly WireResourceSpans[]): Trace {
  const spans = resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const attributes = toAttributes(resource?.attributes);
    const service = attributes.find(({ key }) => key === 'service.name')?.value;
    const serviceName = typeof service === 'string' ? service : 'unknown service';
    return (scopeSpans ?? []).flatMap(({ scope, spans: wireSpans }) => {
      const origin = {
        serviceName,
        resource: attributes,
        scopeName: scope?.name ?? '',
        scopeVersion: scope?.version ?? '',
      };
      return (wireSpans ?? []).map((span) => toSpan(span, origin));
    });
  });
  spans.sort((a, b) => (a.startNano < b.startNano ? -1 : a.startNano > b.startNano ? 1 : 0));
  return { traceId: spans[0]?.traceId ?? '', spans };
}

type SpanOrigin = Pick<Span, 'serviceName' | 'resource' | 'scopeName' | 'scopeVersion'>;

/** All of a span in one literal: objects put together of others are slow to read, and there may be 100,000. */
function toSpan(span: WireSpan, origin: SpanOrigin): Span {
  return {
    serviceName: origin.serviceName,
    resource: origin.resource,
    scopeName: origin.scopeName,
    scopeVersion: origin.scopeVersion,
    traceId: toHex(span.traceId, 32),
    spanId: toHex(span.spanId, 16),
    parentSpanId: toHex(span.parentSpanId ?? '', 16),
    name: span.name ?? '',
    kind: toKind(span.kind),
    startNano: BigInt(span.startTimeUnixNano),
    endNano: BigInt(span.endTimeUnixNano),
    status: toStatus(span.status?.code),
    statusMessage: span.status?.message ?? '',
    attributes: toAttributes(span.attributes),
    events: (span.events ?? []).map((event) => ({
      name: event.name ?? '',
      timeNano: BigInt(event.timeUnixNano),
      attributes: toAttributes(event.attributes),
    })),
    links: (span.links ?? []).map((link) => ({
      traceId: toHex(link.traceId, 32),
      spanId: toHex(link.spanId, 16),
      attributes: toAttributes(link.attributes),
    })),
  };
}

/** `digits` is the length in hex: 32 for a trace id, 16 for a span id. All zeros mean none: ''. */
export function toHex(id: string, digits: 16 | 32): string {
  const isHex = id.length === digits && /^[0-9a-fA-F]+$/.test(id);
  const hex = isHex ? id.toLowerCase() : base64ToHex(id);
  return /^0*$/.test(hex) ? '' : hex;
}

const base64ToHex = (text: string): string =>
  Array.from(atob(text), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');

const kinds: readonly SpanKind[] = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];

function toKind(kind: string | number | undefined): SpanKind {
  if (typeof kind === 'number') return kinds[kind] ?? 'unspecified';
  const name = kind?.replace('SPAN_KIND_', '').toLowerCase();
  return kinds.find((one) => one === name) ?? 'unspecified';
}

function toStatus(code: string | number | undefined): SpanStatus {
  if (code === 2 || code === 'STATUS_CODE_ERROR') return 'error';
  return code === 1 || code === 'STATUS_CODE_OK' ? 'ok' : 'unset';
}

const toAttributes = (attributes: readonly KeyValue[] | undefined): readonly Attribute[] =>
  (attributes ?? [])
    .map(({ key, value }) => ({ key, value: toValue(value) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));

function toValue(value: AnyValue | undefined): AttributeValue {
  if (value === undefined) return null;
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.intValue !== undefined) {
    const number = Number(value.intValue);
    return Number.isSafeInteger(number) ? number : String(value.intValue);
  }
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.bytesValue !== undefined) return value.bytesValue;
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(toValue);
  if (value.kvlistValue === undefined) return null;
  return Object.fromEntries(
    (value.kvlistValue.values ?? []).map((pair) => [pair.key, toValue(pair.value)]),
  );
}
