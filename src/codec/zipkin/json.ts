// Lists of Zipkin spans in JSON, of v2 and of v1. A span that cannot be taken does not keep the
// others from being taken. Spans say by their fields which version they are; those that do not are
// of the version of the path they came by.
// Spec: https://zipkin.io/zipkin-api/#/default/post_spans
import { InputError, messageOf } from '#lib/errors.ts';
import { toStoredAttribute } from '#model/attribute.ts';
import { isZero } from './hex-id.ts';
import { Field } from './json-fields.ts';
import type { DecodedZipkin, ZipkinEndpoint, ZipkinKind, ZipkinSpan } from './span.ts';
import { SpanList } from './span-list.ts';
import { fromV1, type V1BinaryAnnotation } from './v1.ts';

export type ZipkinVersion = 1 | 2;

/** Throws InputError `zipkin_malformed` when it is no JSON array. `nowNano` as of SpanList. */
export function decodeZipkinJson(
  text: string,
  version: ZipkinVersion,
  nowNano: bigint,
): DecodedZipkin {
  const list = new SpanList(nowNano);
  for (const item of itemsOf(parse(text))) {
    list.take(() => (versionOf(item, version) === 2 ? [readV2(item)] : readV1(item)));
  }
  return list.finish();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `cannot decode the list of spans as JSON: ${messageOf(cause)}`;
    throw new InputError('zipkin_malformed', message, { cause });
  }
}

/** Lists in the list are read one after another: some senders join what they have gathered. */
function itemsOf(body: unknown): Field[] {
  if (!Array.isArray(body)) {
    const message = 'cannot decode the list of spans: expected a JSON array';
    throw new InputError('zipkin_malformed', message);
  }
  return new Field(body)
    .list()
    .flatMap((item) => (Array.isArray(item.value) ? item.list() : [item]));
}

const v2Fields: readonly string[] = ['kind', 'localEndpoint', 'remoteEndpoint', 'tags', 'shared'];

function versionOf(item: Field, version: ZipkinVersion): ZipkinVersion {
  const { value } = item;
  if (value === null || typeof value !== 'object') return version;
  if (v2Fields.some((name) => name in value)) return 2;
  if ('binaryAnnotations' in value) return 1;
  return version;
}

/** What both versions have. */
function readHead(item: Field) {
  const [traceIdField, idField] = [item.get('traceId'), item.get('id')];
  const [traceId, id] = [traceIdField.id(16), idField.id(8)];
  if (isZero(traceId)) throw traceIdField.bad('an id that is not zero');
  if (isZero(id)) throw idField.bad('an id that is not zero');
  return {
    traceId,
    id,
    parentId: item.get('parentId').id(8),
    name: item.get('name').text(),
    timestampMicros: item.get('timestamp').whole() ?? 0n,
    durationMicros: item.get('duration').whole(),
  };
}

function readV2(item: Field): ZipkinSpan {
  return {
    ...readHead(item),
    kind: readKind(item.get('kind')),
    localEndpoint: readEndpoint(item.get('localEndpoint')),
    remoteEndpoint: readEndpoint(item.get('remoteEndpoint')),
    annotations: item.get('annotations').list().map(readAnnotation),
    tags: readTags(item.get('tags')),
    isShared: item.get('shared').flag(),
  };
}

const kinds: readonly string[] = ['CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER'];

function readKind(field: Field): ZipkinKind | undefined {
  const text = field.text();
  if (text === '') return undefined;
  if (!kinds.includes(text)) throw field.bad(kinds.join(', '));
  return text as ZipkinKind;
}

function readEndpoint(field: Field): ZipkinEndpoint | undefined {
  if (field.isMissing) return undefined;
  return {
    serviceName: field.get('serviceName').text(),
    ip: field.get('ipv6').text() || field.get('ipv4').text(),
    port: Number(field.get('port').whole() ?? 0n),
  };
}

const readAnnotation = (field: Field) => ({
  timestampMicros: field.get('timestamp').whole() ?? 0n,
  value: field.get('value').text(),
});

/** Text; numbers and truth values, which no client should send, keep their type. */
function readTags(field: Field): Map<string, string> {
  if (field.isMissing) return new Map();
  return new Map(
    Object.keys(field.object()).map((key) => [key, readScalar(field.get(key), 'a string')]),
  );
}

function readScalar(field: Field, expected: string): string {
  const { value } = field;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return toStoredAttribute(value);
  }
  throw field.bad(expected);
}

function readV1(item: Field): ZipkinSpan[] {
  return fromV1({
    ...readHead(item),
    annotations: item
      .get('annotations')
      .list()
      .map((field) => ({
        ...readAnnotation(field),
        endpoint: readEndpoint(field.get('endpoint')),
      })),
    binaryAnnotations: item.get('binaryAnnotations').list().map(readBinaryAnnotation),
  });
}

const readBinaryAnnotation = (field: Field): V1BinaryAnnotation => ({
  key: field.get('key').text(),
  value: readScalar(field.get('value'), 'a string, a number, true or false'),
  endpoint: readEndpoint(field.get('endpoint')),
});
