// A Jaeger span, from Thrift or protobuf, as both have it; and as a stored span, mapped as the
// OpenTelemetry Collector maps it.
//
//   process            service.name and resource attributes (hostname → host.name,
//                      jaeger.version → opencensus.exporterversion)
//   span.kind          kind              error, otel.status_code, http.status_code   status
//   w3c.tracestate     trace state       otel.scope.* or otel.library.*              scope
//   log                event, its field `event` (or else `message`) the name
//   parentSpanId, or the first CHILD_OF, or the first FOLLOWS_FROM of the trace      parent
//   other references   links with opentracing.ref_type
// Spec: https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/
import { attributeText } from '#model/attribute.ts';
import type { StoredEvent, StoredLink, StoredOrigin, StoredSpan } from '#model/stored-span.ts';
import type { UnixNano } from '#model/unit.ts';
import { statusOf } from './status.ts';

/** By key; values in the stored form. The last of a key counts. */
export type JaegerTags = Map<string, string>;

export interface JaegerProcess {
  readonly serviceName: string;
  readonly tags: JaegerTags;
}

export interface JaegerReference {
  readonly isChildOf: boolean;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
}

export interface JaegerLog {
  readonly timeUnixNano: UnixNano;
  readonly fields: JaegerTags;
}

export interface JaegerSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  /** All zeros where only references tell. */
  readonly parentSpanId: Uint8Array;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  /** 1 sampled, 2 debug. */
  readonly flags: number;
  readonly startUnixNano: UnixNano;
  readonly durationNano: bigint;
  readonly tags: JaegerTags;
  readonly logs: readonly JaegerLog[];
}

/** Whether it says nothing at all: such spans are passed over, as in the Collector. */
export const isBlank = ({ traceId, spanId, operationName, startUnixNano }: JaegerSpan): boolean =>
  startUnixNano === 0n && operationName === '' && isZero(spanId) && isZero(traceId);

const isZero = (id: Uint8Array): boolean => id.every((byte) => byte === 0);

/**
 * The spans of a process; those of one process must be converted together, to share an origin. The
 * tags are taken over: what has a place of its own is deleted from them.
 */
export function toStoredSpans(
  process: JaegerProcess | undefined,
  spans: readonly JaegerSpan[],
): StoredSpan[] {
  const resourceAttributes = resourceOf(process);
  const origins = new Map<string, StoredOrigin>();
  return spans.map((span) => {
    const { tags } = span;
    const scopeName = take(tags, 'otel.scope.name') ?? take(tags, 'otel.library.name') ?? '';
    const scopeVersion = takeVersion(tags, scopeName);
    const key = `${scopeName}\0${scopeVersion}`;
    const origin = origins.get(key) ?? originOf(resourceAttributes, scopeName, scopeVersion);
    origins.set(key, origin);
    return toStoredSpan(span, origin);
  });
}

/** Without a name there is no scope that could have a version. */
function takeVersion(tags: JaegerTags, scopeName: string): string {
  if (scopeName === '') return '';
  return take(tags, 'otel.scope.version') ?? take(tags, 'otel.library.version') ?? '';
}

/** What exporters send for a resource that has no name. */
const noServiceName = 'OTLPResourceNoServiceName';

function resourceOf(process: JaegerProcess | undefined): JaegerTags {
  const attributes: JaegerTags = new Map();
  if (!process) return attributes;
  const { serviceName, tags } = process;
  if (serviceName !== '' && serviceName !== noServiceName) {
    attributes.set('service.name', serviceName);
  }
  for (const [key, value] of tags) attributes.set(key, value);
  rename(attributes, 'hostname', 'host.name', (value) => value);
  const withProduct = (value: string): string => `Jaeger-${attributeText(value)}`;
  rename(attributes, 'jaeger.version', 'opencensus.exporterversion', withProduct);
  return attributes;
}

/** Does nothing when the new name is taken. */
function rename(
  tags: JaegerTags,
  from: string,
  to: string,
  change: (value: string) => string,
): void {
  const value = tags.get(from);
  if (value === undefined || tags.has(to)) return;
  tags.delete(from);
  tags.set(to, change(value));
}

const originOf = (
  resourceAttributes: JaegerTags,
  scopeName: string,
  scopeVersion: string,
): StoredOrigin => ({
  resourceAttributes,
  resourceDroppedAttributesCount: 0,
  resourceSchemaUrl: '',
  scopeName,
  scopeVersion,
  scopeAttributes: new Map(),
  scopeDroppedAttributesCount: 0,
  scopeSchemaUrl: '',
});

const kinds: Readonly<Record<string, number>> = {
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};

function toStoredSpan(span: JaegerSpan, origin: StoredOrigin): StoredSpan {
  const { tags } = span;
  const parentSpanId = parentOf(span);
  const kind = kinds[take(tags, 'span.kind')?.toLowerCase() ?? ''] ?? 0;
  const status = statusOf(tags, kind);
  return {
    origin,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId,
    startUnixNano: span.startUnixNano,
    durationNano: span.durationNano,
    name: span.operationName,
    kind,
    statusCode: status.code,
    statusMessage: status.message,
    traceState: take(tags, 'w3c.tracestate') ?? '',
    // Of Jaeger's flags only the sampled bit means the same to W3C.
    flags: span.flags & 1,
    attributes: tags,
    droppedAttributesCount: 0,
    events: span.logs.map(toEvent),
    droppedEventsCount: 0,
    links: span.references
      .filter(({ isChildOf, spanId }) => !isChildOf || !isSame(spanId, parentSpanId))
      .map(toLink),
    droppedLinksCount: 0,
  };
}

/** The text of a tag, which is taken out. */
function take(tags: JaegerTags, key: string): string | undefined {
  const value = tags.get(key);
  if (value === undefined) return undefined;
  tags.delete(key);
  return attributeText(value);
}

function parentOf({ traceId, parentSpanId, references }: JaegerSpan): Uint8Array {
  if (references.length === 0 || parentSpanId.some((byte) => byte !== 0)) return parentSpanId;
  const ofTrace = references.filter((reference) => isSame(reference.traceId, traceId));
  const parent = ofTrace.find(({ isChildOf }) => isChildOf) ?? ofTrace[0];
  return parent?.spanId ?? parentSpanId;
}

function toEvent({ timeUnixNano, fields }: JaegerLog): StoredEvent {
  const name = take(fields, 'event') ?? attributeText(fields.get('message') ?? '');
  return { timeUnixNano, name, attributes: fields, droppedAttributesCount: 0 };
}

const toLink = ({ isChildOf, traceId, spanId }: JaegerReference): StoredLink => ({
  traceId,
  spanId,
  traceState: '',
  flags: 0,
  attributes: new Map([['opentracing.ref_type', isChildOf ? 'child_of' : 'follows_from']]),
  droppedAttributesCount: 0,
});

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
