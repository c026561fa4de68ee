// A Zipkin span as a stored span, mapped as the OpenTelemetry Collector maps it.
//
//   localEndpoint   service.name of the resource; net.host.ip and network.local.address, net.host.port
//   remoteEndpoint  peer.service and service.peer.name; net.peer.ip and network.peer.address,
//                   net.peer.port
//   annotations     events              error, otel.status_code   status
//   tags            attributes as text; those of a resource to the resource; otel.scope.* or
//                   otel.library.* to the scope; what OpenTelemetry's exporters made of links, dropped
//                   counts and trace state becomes that again
//
// The Collector renamed the addresses and the peer: both names are kept, so that queries made for
// either find them. A span that has no time begins at its first annotation, or when it came in.
// Spec: https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/
import { attributeText, toStoredAttribute } from '#model/attribute.ts';
import type { StoredOrigin, StoredSpan } from '#model/stored-span.ts';
import type { UnixNano } from '#model/unit.ts';
import { httpStatus, nanoOfMicros } from '../span-values.ts';
import { takeEvents, takeLinks } from './parts.ts';
import type { ZipkinEndpoint, ZipkinSpan } from './span.ts';

type Tags = Map<string, string>;

const kinds = { SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 } as const;
const internal = 1;

export class ZipkinSpans {
  readonly #nowNano: UnixNano;
  readonly #origins = new Map<string, StoredOrigin>();

  /** `nowNano` is the start of spans that tell no time at all. */
  constructor(nowNano: UnixNano) {
    this.#nowNano = nowNano;
  }

  toStored(span: ZipkinSpan): StoredSpan {
    const tags: Tags = new Map(span.tags);
    const origin = this.#origin(span, tags);
    const droppedAttributesCount = takeCount(tags, 'otel.dropped_attributes_count');
    const droppedEventsCount = takeCount(tags, 'otel.dropped_events_count');
    const droppedLinksCount = takeCount(tags, 'otel.dropped_links_count');
    const traceState = take(tags, 'w3c.tracestate') ?? '';
    const kind = span.kind === undefined ? kindOfTag(tags) : kinds[span.kind];
    const status = statusOfTags(tags, kind, span.isV1 ?? false);
    const links = takeLinks(tags);
    addEndpoints(span, tags);
    const times = this.#times(span, tags);
    return {
      origin,
      traceId: span.traceId,
      spanId: span.id,
      parentSpanId: isSame(span.parentId, span.id) ? noParent : span.parentId,
      ...times,
      name: span.name,
      kind,
      statusCode: status.code,
      statusMessage: status.message,
      traceState,
      flags: 0,
      attributes: tags,
      droppedAttributesCount,
      events: takeEvents(span.annotations),
      droppedEventsCount,
      links,
      droppedLinksCount,
    };
  }

  /** The resource and the scope; takes their tags out. Spans that have the same share one. */
  #origin(span: ZipkinSpan, tags: Tags): StoredOrigin {
    const resource: Tags = new Map();
    const nameKey = take(tags, 'otlp.service.name.source') ?? 'service.name';
    const serviceName = span.localEndpoint?.serviceName ?? '';
    if (serviceName !== '' && serviceName !== noServiceName) {
      resource.set(nameKey, toStoredAttribute(serviceName));
    }
    for (const [key, value] of tags) {
      if (!isOfResource(key)) continue;
      resource.set(key, value);
      tags.delete(key);
    }
    const scopeName = take(tags, 'otel.scope.name') ?? take(tags, 'otel.library.name') ?? '';
    const scopeVersion =
      scopeName === ''
        ? ''
        : (take(tags, 'otel.scope.version') ?? take(tags, 'otel.library.version') ?? '');
    const key = JSON.stringify([scopeName, scopeVersion, ...resource]);
    const known = this.#origins.get(key);
    if (known) return known;
    const origin: StoredOrigin = {
      resourceAttributes: resource,
      resourceDroppedAttributesCount: 0,
      resourceSchemaUrl: '',
      scopeName,
      scopeVersion,
      scopeAttributes: new Map(),
      scopeDroppedAttributesCount: 0,
      scopeSchemaUrl: '',
    };
    this.#origins.set(key, origin);
    return origin;
  }

  #times(span: ZipkinSpan, tags: Tags): Pick<StoredSpan, 'startUnixNano' | 'durationNano'> {
    const duration =
      span.durationMicros === undefined ? undefined : nanoOfMicros(span.durationMicros);
    if (span.timestampMicros > 0n) {
      return apart(span, nanoOfMicros(span.timestampMicros), duration ?? 0n);
    }
    tags.set('otel.zipkin.absentField.startTime', toStoredAttribute(true));
    const times = span.annotations
      .map(({ timestampMicros }) => nanoOfMicros(timestampMicros))
      .sort((a, b) => (a < b ? -1 : Number(a > b)));
    const [first, last = first] = [times[0], times.at(-1)];
    if (first === undefined || last === undefined) {
      return apart(span, this.#nowNano, duration ?? 0n);
    }
    return apart(span, first, duration ?? last - first);
  }
}

const noServiceName = 'OTLPResourceNoServiceName';
const noParent = new Uint8Array(8);

/**
 * A span is known by its trace, its id and its start. The two halves of a shared span have one id, and
 * with clocks of milliseconds often one start: the server's begins a nanosecond later, which Zipkin's
 * microseconds do not show, so that neither replaces the other.
 */
function apart(
  { isShared }: ZipkinSpan,
  startUnixNano: UnixNano,
  durationNano: bigint,
): Pick<StoredSpan, 'startUnixNano' | 'durationNano'> {
  if (!isShared) return { startUnixNano, durationNano };
  return {
    startUnixNano: startUnixNano + 1n,
    durationNano: durationNano > 0n ? durationNano - 1n : 0n,
  };
}

/** Names of resources in OpenTelemetry's semantic conventions. */
const resourcePrefixes = [
  'cloud.',
  'aws.ecs.',
  'aws.eks.',
  'aws.log.',
  'container.',
  'deployment.',
  'device.',
  'host.',
  'k8s.',
  'os.',
  'process.',
  'telemetry.',
  'webengine.',
];
const resourceNames = new Set([
  'service.name',
  'service.namespace',
  'service.instance.id',
  'service.version',
  'faas.name',
  'faas.id',
  'faas.version',
  'faas.instance',
  'faas.max_memory',
  'opencensus.starttime',
  'opencensus.exporterversion',
  'opencensus.pid',
  'opencensus.resourcetype',
]);

const isOfResource = (key: string): boolean =>
  resourceNames.has(key) || resourcePrefixes.some((prefix) => key.startsWith(prefix));

function take(tags: Tags, key: string): string | undefined {
  const value = tags.get(key);
  if (value === undefined) return undefined;
  tags.delete(key);
  return attributeText(value);
}

/** What is no count stays a tag. */
function takeCount(tags: Tags, key: string): number {
  const text = attributeText(tags.get(key) ?? '');
  if (!/^\d{1,9}$/.test(text)) return 0;
  tags.delete(key);
  return Number(text);
}

function kindOfTag(tags: Tags): number {
  const text = tags.get('span.kind');
  if (text !== 'internal') return 0;
  tags.delete('span.kind');
  return internal;
}

const statusCodes: Readonly<Record<string, number>> = {
  OK: 1,
  STATUS_CODE_OK: 1,
  ERROR: 2,
  STATUS_CODE_ERROR: 2,
};

/** To Zipkin a span that has the tag `error` is one, whatever its text is; the text says what. */
function statusOfTags(tags: Tags, kind: number, isV1: boolean): { code: number; message: string } {
  const given = take(tags, 'otel.status_code');
  const description = given === undefined ? undefined : take(tags, 'otel.status_description');
  const error = attributeText(tags.get('error') ?? 'false');
  if (error !== 'false') {
    if (error === 'true' || error === '') tags.delete('error');
    const text = error === 'true' ? '' : error;
    return { code: 2, message: description ?? text };
  }
  if (given !== undefined) {
    return { code: statusCodes[given.toUpperCase()] ?? 0, message: description ?? '' };
  }
  return isV1 ? httpStatus(tags, kind) : { code: 0, message: '' };
}

function addEndpoints({ localEndpoint, remoteEndpoint }: ZipkinSpan, tags: Tags): void {
  addAddress(tags, localEndpoint, ['net.host.ip', 'network.local.address'], 'net.host.port');
  addAddress(tags, remoteEndpoint, ['net.peer.ip', 'network.peer.address'], 'net.peer.port');
  const peer = remoteEndpoint?.serviceName ?? '';
  if (peer === '') return;
  for (const key of ['peer.service', 'service.peer.name']) setUnlessThere(tags, key, peer);
}

function addAddress(
  tags: Tags,
  endpoint: ZipkinEndpoint | undefined,
  addressKeys: readonly string[],
  portKey: string,
): void {
  if (!endpoint) return;
  if (endpoint.ip !== '') for (const key of addressKeys) setUnlessThere(tags, key, endpoint.ip);
  if (endpoint.port > 0) tags.set(portKey, toStoredAttribute(endpoint.port));
}

function setUnlessThere(tags: Tags, key: string, text: string): void {
  if (!tags.has(key)) tags.set(key, toStoredAttribute(text));
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, at) => byte === b[at]);
