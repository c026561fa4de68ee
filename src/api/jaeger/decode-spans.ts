// OTLP TracesData in protobuf as spans: for traces that a client hands over to have them shown, and
// that are never stored. Field numbers: codec/otlp/encode-traces.ts.
import { ProtobufReader } from '#lib/protobuf-reader.ts';
import { toStoredAttribute } from '#model/attribute.ts';
import type { StoredEvent, StoredLink, StoredOrigin, StoredSpan } from '#model/stored-span.ts';

type Attributes = Map<string, string>;
type Writable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] };

/** In the order of the bytes. Throws MalformedProtobuf. */
export function decodeSpans(bytes: Uint8Array): StoredSpan[] {
  const reader = new ProtobufReader(bytes);
  const spans: StoredSpan[] = [];
  eachField(reader, (field) => {
    if (field === 1) readMessage(reader, () => readResourceSpans(reader, spans));
    else reader.skip();
  });
  return spans;
}

function eachField(reader: ProtobufReader, read: (field: number) => void): void {
  while (reader.at < reader.limit) read(reader.tag() >>> 3);
}

function readMessage<T>(reader: ProtobufReader, read: () => T): T {
  const outer = reader.enter();
  const value = read();
  reader.leave(outer);
  return value;
}

/** A message that may come after what needs it: scopes and spans of a resource in any order. */
function readLater(reader: ProtobufReader): ProtobufReader {
  const size = reader.size();
  const from = reader.at;
  reader.at += size;
  return new ProtobufReader(reader.bytes, from, from + size);
}

function readResourceSpans(reader: ProtobufReader, spans: StoredSpan[]): void {
  const resourceAttributes: Attributes = new Map();
  const scopes: ProtobufReader[] = [];
  eachField(reader, (field) => {
    if (field === 1) readMessage(reader, () => readAttributesAt(reader, 1, resourceAttributes));
    else if (field === 2) scopes.push(readLater(reader));
    else reader.skip();
  });
  for (const scope of scopes) readScopeSpans(scope, resourceAttributes, spans);
}

function readAttributesAt(reader: ProtobufReader, at: number, into: Attributes): void {
  eachField(reader, (field) => {
    if (field === at) readMessage(reader, () => readPair(reader, into));
    else reader.skip();
  });
}

function readScopeSpans(
  reader: ProtobufReader,
  resourceAttributes: Attributes,
  spans: StoredSpan[],
): void {
  const scopeAttributes: Attributes = new Map();
  const origin: Writable<StoredOrigin> = {
    resourceAttributes,
    resourceDroppedAttributesCount: 0,
    resourceSchemaUrl: '',
    scopeName: '',
    scopeVersion: '',
    scopeAttributes,
    scopeDroppedAttributesCount: 0,
    scopeSchemaUrl: '',
  };
  const readScope = (): void =>
    eachField(reader, (field) => {
      if (field === 1) origin.scopeName = reader.text();
      else if (field === 2) origin.scopeVersion = reader.text();
      else if (field === 3) readMessage(reader, () => readPair(reader, scopeAttributes));
      else reader.skip();
    });
  eachField(reader, (field) => {
    if (field === 1) readMessage(reader, readScope);
    else if (field === 2) spans.push(readMessage(reader, () => readSpan(reader, origin)));
    else reader.skip();
  });
}

function readSpan(reader: ProtobufReader, origin: StoredOrigin): StoredSpan {
  const attributes: Attributes = new Map();
  const events: StoredEvent[] = [];
  const links: StoredLink[] = [];
  let endUnixNano = 0n;
  const span: Writable<StoredSpan> = { ...emptySpan, origin, attributes, events, links };
  const readers: Record<number, () => void> = {
    1: () => (span.traceId = readId(reader, 16)),
    2: () => (span.spanId = readId(reader, 8)),
    3: () => (span.traceState = reader.text()),
    4: () => (span.parentSpanId = readId(reader, 8)),
    5: () => (span.name = reader.text()),
    6: () => (span.kind = reader.varint()),
    7: () => (span.startUnixNano = readFixed64(reader)),
    8: () => (endUnixNano = readFixed64(reader)),
    9: () => readMessage(reader, () => readPair(reader, attributes)),
    11: () => events.push(readMessage(reader, () => readEvent(reader))),
    13: () => links.push(readMessage(reader, () => readLink(reader))),
    15: () => readMessage(reader, () => readStatus(reader, span)),
    16: () => (span.flags = reader.fixed32()),
  };
  eachField(reader, (field) => (readers[field] ?? (() => reader.skip()))());
  span.durationNano = endUnixNano - span.startUnixNano;
  return span;
}

const emptySpan: Omit<StoredSpan, 'origin' | 'attributes' | 'events' | 'links'> = {
  traceId: new Uint8Array(16),
  spanId: new Uint8Array(8),
  parentSpanId: new Uint8Array(8),
  startUnixNano: 0n,
  durationNano: 0n,
  name: '',
  kind: 0,
  statusCode: 0,
  statusMessage: '',
  traceState: '',
  flags: 0,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
};

/** Short ids are padded on the left. */
function readId(reader: ProtobufReader, size: number): Uint8Array {
  const bytes = reader.view().slice(-size);
  const id = new Uint8Array(size);
  id.set(bytes, size - bytes.length);
  return id;
}

function readFixed64(reader: ProtobufReader): bigint {
  reader.fixed64();
  return (BigInt(reader.high) << 32n) | BigInt(reader.low);
}

function readStatus(reader: ProtobufReader, span: Writable<StoredSpan>): void {
  eachField(reader, (field) => {
    if (field === 2) span.statusMessage = reader.text();
    else if (field === 3) span.statusCode = reader.varint();
    else reader.skip();
  });
}

function readEvent(reader: ProtobufReader): StoredEvent {
  const attributes: Attributes = new Map();
  let timeUnixNano = 0n;
  let name = '';
  eachField(reader, (field) => {
    if (field === 1) timeUnixNano = readFixed64(reader);
    else if (field === 2) name = reader.text();
    else if (field === 3) readMessage(reader, () => readPair(reader, attributes));
    else reader.skip();
  });
  return { timeUnixNano, name, attributes, droppedAttributesCount: 0 };
}

function readLink(reader: ProtobufReader): StoredLink {
  const attributes: Attributes = new Map();
  let traceId: Uint8Array = emptySpan.traceId;
  let spanId: Uint8Array = emptySpan.spanId;
  eachField(reader, (field) => {
    if (field === 1) traceId = readId(reader, 16);
    else if (field === 2) spanId = readId(reader, 8);
    else if (field === 4) readMessage(reader, () => readPair(reader, attributes));
    else reader.skip();
  });
  return { traceId, spanId, traceState: '', flags: 0, attributes, droppedAttributesCount: 0 };
}

/** KeyValue { string key = 1, AnyValue value = 2 } */
function readPair(reader: ProtobufReader, into: Attributes): void {
  const [key, value] = readKeyValue(reader);
  if (value instanceof Uint8Array) into.set(key, `\x04${Buffer.from(value).toString('base64')}`);
  else into.set(key, value instanceof Double ? `\x03${value.value}` : toStoredAttribute(value));
}

/** A double that would look like an integer. */
class Double {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  toJSON(): number {
    return this.value;
  }
}

type Value =
  | string
  | boolean
  | bigint
  | Double
  | Uint8Array
  | Value[]
  | { [key: string]: Value }
  | null;

function readKeyValue(reader: ProtobufReader): [string, Value] {
  let key = '';
  let value: Value = null;
  eachField(reader, (field) => {
    if (field === 1) key = reader.text();
    else if (field === 2) value = readMessage(reader, () => readAnyValue(reader));
    else reader.skip();
  });
  return [key, value];
}

function readAnyValue(reader: ProtobufReader): Value {
  let value: Value = null;
  const readers: Record<number, () => Value> = {
    1: () => reader.text(),
    2: () => reader.varint() !== 0,
    3: () => readInt64(reader),
    4: () => new Double(reader.double()),
    5: () => readMessage(reader, () => readList(reader)),
    6: () => readMessage(reader, () => readMap(reader)),
    7: () => reader.view().slice(),
  };
  eachField(reader, (field) => {
    const read = readers[field];
    if (read) value = read();
    else reader.skip();
  });
  return value;
}

function readInt64(reader: ProtobufReader): bigint {
  reader.varint();
  return BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(reader.low));
}

function readList(reader: ProtobufReader): Value[] {
  const items: Value[] = [];
  eachField(reader, (field) => {
    if (field === 1) items.push(toJson(readMessage(reader, () => readAnyValue(reader))));
    else reader.skip();
  });
  return items;
}

function readMap(reader: ProtobufReader): Value {
  const entries: [string, Value][] = [];
  eachField(reader, (field) => {
    if (field !== 1) return reader.skip();
    const [key, value] = readMessage(reader, () => readKeyValue(reader));
    entries.push([key, toJson(value)]);
  });
  return Object.fromEntries(entries);
}

/** Within lists and maps everything is JSON, which has neither bytes nor integers of 64 bits. */
function toJson(value: Value): Value {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? new Double(number) : String(value);
}
