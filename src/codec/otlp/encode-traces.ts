// Stored spans to OTLP TracesData, in protobuf and in JSON. Every field that was received comes back
// with its type, grouped by resource and scope as OTLP does.
// Layout: traces.ts. In JSON ids are base64 and enums are names, as protobuf's own JSON mapping has
// them (which Tempo writes); OTLP's mapping has hex.
// Spec: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type {
  StoredAttributes,
  StoredEvent,
  StoredLink,
  StoredOrigin,
  StoredSpan,
} from '#model/stored-span.ts';
import { toAnyValue, writeKeyValue } from './any-value.ts';

export interface ScopeGroup {
  readonly origin: StoredOrigin;
  readonly spans: StoredSpan[];
}

export interface ResourceGroup {
  readonly origin: StoredOrigin;
  readonly scopes: ScopeGroup[];
}

/** Spans by resource, then scope, in the order in which each first appears. */
export function groupSpans(spans: readonly StoredSpan[]): ResourceGroup[] {
  const resources = new Map<string, ReturnType<typeof emptyResource>>();
  const keys = new Map<StoredOrigin, { resource: string; scope: string }>();
  const numbers = new AttributeNumbers();
  for (const span of spans) {
    const { origin } = span;
    const key = keys.get(origin) ?? originKeys(origin, numbers);
    keys.set(origin, key);
    const resource = resources.get(key.resource) ?? emptyResource(origin);
    resources.set(key.resource, resource);
    const scope = resource.scopes.get(key.scope);
    if (scope) {
      scope.spans.push(span);
      continue;
    }
    const added = { origin, spans: [span] };
    resource.scopes.set(key.scope, added);
    resource.group.scopes.push(added);
  }
  return [...resources.values()].map(({ group }) => group);
}

const emptyResource = (origin: StoredOrigin) => ({
  group: { origin, scopes: [] as ScopeGroup[] } satisfies ResourceGroup,
  scopes: new Map<string, ScopeGroup>(),
});

/** Numbers of attributes by what they are; each map is looked at once, for many scopes share a resource. */
class AttributeNumbers {
  readonly #byMap = new Map<StoredAttributes, number>();
  readonly #byText = new Map<string, number>();

  of(attributes: StoredAttributes): number {
    const known = this.#byMap.get(attributes);
    if (known !== undefined) return known;
    const text = JSON.stringify([...attributes].sort(([a], [b]) => (a < b ? -1 : 1)));
    const number = this.#byText.get(text) ?? this.#byText.size;
    this.#byText.set(text, number);
    this.#byMap.set(attributes, number);
    return number;
  }
}

function originKeys(
  origin: StoredOrigin,
  numbers: AttributeNumbers,
): { resource: string; scope: string } {
  return {
    resource: JSON.stringify([
      numbers.of(origin.resourceAttributes),
      origin.resourceDroppedAttributesCount,
      origin.resourceSchemaUrl,
    ]),
    scope: JSON.stringify([
      origin.scopeName,
      origin.scopeVersion,
      numbers.of(origin.scopeAttributes),
      origin.scopeDroppedAttributesCount,
      origin.scopeSchemaUrl,
    ]),
  };
}

/** TracesData { repeated ResourceSpans resource_spans = 1 } */
export function encodeTraces(spans: readonly StoredSpan[]): Uint8Array {
  const writer = new ProtobufWriter();
  for (const group of groupSpans(spans)) writer.message(1, () => writeResource(writer, group));
  return writer.finish();
}

/** ResourceSpans { Resource resource = 1, ScopeSpans scope_spans = 2, string schema_url = 3 } */
function writeResource(writer: ProtobufWriter, { origin, scopes }: ResourceGroup): void {
  writer.message(1, () => {
    writeAttributes(writer, 1, origin.resourceAttributes);
    writeCount(writer, 2, origin.resourceDroppedAttributesCount);
  });
  for (const scope of scopes) writer.message(2, () => writeScope(writer, scope));
  writeText(writer, 3, origin.resourceSchemaUrl);
}

/** ScopeSpans { InstrumentationScope scope = 1, Span spans = 2, string schema_url = 3 } */
function writeScope(writer: ProtobufWriter, { origin, spans }: ScopeGroup): void {
  writer.message(1, () => {
    writeText(writer, 1, origin.scopeName);
    writeText(writer, 2, origin.scopeVersion);
    writeAttributes(writer, 3, origin.scopeAttributes);
    writeCount(writer, 4, origin.scopeDroppedAttributesCount);
  });
  for (const span of spans) writer.message(2, () => writeSpan(writer, span));
  writeText(writer, 3, origin.scopeSchemaUrl);
}

function writeSpan(writer: ProtobufWriter, span: StoredSpan): void {
  writer.bytes(1, span.traceId);
  writer.bytes(2, span.spanId);
  writeText(writer, 3, span.traceState);
  if (hasId(span.parentSpanId)) writer.bytes(4, span.parentSpanId);
  writer.text(5, span.name);
  writeCount(writer, 6, span.kind);
  writer.fixed64(7, span.startUnixNano);
  writer.fixed64(8, span.startUnixNano + span.durationNano);
  writeAttributes(writer, 9, span.attributes);
  writeCount(writer, 10, span.droppedAttributesCount);
  for (const event of span.events) writer.message(11, () => writeEvent(writer, event));
  writeCount(writer, 12, span.droppedEventsCount);
  for (const link of span.links) writer.message(13, () => writeLink(writer, link));
  writeCount(writer, 14, span.droppedLinksCount);
  writer.message(15, () => {
    writeText(writer, 2, span.statusMessage);
    writeCount(writer, 3, span.statusCode);
  });
  if (span.flags !== 0) writer.fixed32(16, span.flags);
}

/** Event { fixed64 time = 1, string name = 2, KeyValue attributes = 3, uint32 dropped = 4 } */
function writeEvent(writer: ProtobufWriter, event: StoredEvent): void {
  writer.fixed64(1, event.timeUnixNano);
  writeText(writer, 2, event.name);
  writeAttributes(writer, 3, event.attributes);
  writeCount(writer, 4, event.droppedAttributesCount);
}

/** Link { bytes trace_id = 1, span_id = 2, string trace_state = 3, KeyValue attributes = 4,
 *         uint32 dropped = 5, fixed32 flags = 6 } */
function writeLink(writer: ProtobufWriter, link: StoredLink): void {
  writer.bytes(1, link.traceId);
  writer.bytes(2, link.spanId);
  writeText(writer, 3, link.traceState);
  writeAttributes(writer, 4, link.attributes);
  writeCount(writer, 5, link.droppedAttributesCount);
  if (link.flags !== 0) writer.fixed32(6, link.flags);
}

function writeAttributes(
  writer: ProtobufWriter,
  field: number,
  attributes: StoredAttributes,
): void {
  for (const [key, stored] of attributes) writeKeyValue(writer, field, key, toAnyValue(stored));
}

function writeText(writer: ProtobufWriter, field: number, text: string): void {
  if (text !== '') writer.text(field, text);
}

function writeCount(writer: ProtobufWriter, field: number, count: number): void {
  if (count !== 0) writer.varint(field, count);
}

export const hasId = (id: Uint8Array): boolean => id.some((byte) => byte !== 0);
