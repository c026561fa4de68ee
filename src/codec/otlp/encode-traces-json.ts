// Stored spans to the JSON of TracesData: 64-bit integers as text, bytes as base64, enums as names,
// fields that have their default left out. Layout and grouping: encode-traces.ts.
// Spec: https://protobuf.dev/programming-guides/json/
import type {
  StoredAttributes,
  StoredEvent,
  StoredLink,
  StoredOrigin,
  StoredSpan,
} from '#model/stored-span.ts';
import { anyValueJson, toAnyValue } from './any-value.ts';
import { groupSpans, hasId, type ResourceGroup, type ScopeGroup } from './encode-traces.ts';

type Json = Record<string, unknown>;

/** The list of ResourceSpans; what it is called around it differs from API to API. */
export function tracesToJson(spans: readonly StoredSpan[]): Json[] {
  return groupSpans(spans).map(resourceJson);
}

function resourceJson({ origin, scopes }: ResourceGroup): Json {
  return withoutDefaults({
    resource: withoutDefaults({
      attributes: attributesJson(origin.resourceAttributes),
      droppedAttributesCount: origin.resourceDroppedAttributesCount,
    }),
    scopeSpans: scopes.map(scopeJson),
    schemaUrl: origin.resourceSchemaUrl,
  });
}

function scopeJson({ origin, spans }: ScopeGroup): Json {
  return withoutDefaults({
    scope: instrumentationJson(origin),
    spans: spans.map(spanJson),
    schemaUrl: origin.scopeSchemaUrl,
  });
}

const instrumentationJson = (origin: StoredOrigin): Json =>
  withoutDefaults({
    name: origin.scopeName,
    version: origin.scopeVersion,
    attributes: attributesJson(origin.scopeAttributes),
    droppedAttributesCount: origin.scopeDroppedAttributesCount,
  });

const kinds = ['', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const codes = ['', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'];

function spanJson(span: StoredSpan): Json {
  const kind = kinds[span.kind];
  return withoutDefaults({
    traceId: base64(span.traceId),
    spanId: base64(span.spanId),
    traceState: span.traceState,
    parentSpanId: hasId(span.parentSpanId) ? base64(span.parentSpanId) : '',
    flags: span.flags,
    name: span.name,
    kind: kind ? `SPAN_KIND_${kind}` : span.kind,
    startTimeUnixNano: String(span.startUnixNano),
    endTimeUnixNano: String(span.startUnixNano + span.durationNano),
    attributes: attributesJson(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(eventJson),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(linkJson),
    droppedLinksCount: span.droppedLinksCount,
    status: withoutDefaults({
      message: span.statusMessage,
      code: codes[span.statusCode] ?? span.statusCode,
    }),
  });
}

const eventJson = (event: StoredEvent): Json =>
  withoutDefaults({
    timeUnixNano: String(event.timeUnixNano),
    name: event.name,
    attributes: attributesJson(event.attributes),
    droppedAttributesCount: event.droppedAttributesCount,
  });

const linkJson = (link: StoredLink): Json =>
  withoutDefaults({
    traceId: base64(link.traceId),
    spanId: base64(link.spanId),
    traceState: link.traceState,
    attributes: attributesJson(link.attributes),
    droppedAttributesCount: link.droppedAttributesCount,
    flags: link.flags,
  });

const attributesJson = (attributes: StoredAttributes): Json[] =>
  [...attributes].map(([key, stored]) => ({ key, value: anyValueJson(toAnyValue(stored)) }));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Messages stay, also empty ones; numbers, texts and lists go where they are the default. */
function withoutDefaults(fields: Json): Json {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== 0 && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
