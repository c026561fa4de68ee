// jaeger.thrift: the Batch that clients POST to a collector, and the calls that they send to an agent
// by UDP. In: bytes. Out: stored spans.
// Spec: https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/jaeger.thrift
//       https://github.com/jaegertracing/jaeger-idl/blob/main/thrift/agent.thrift
//
//   Batch   { 1 Process process, 2 list<Span> spans, 3 i64 seqNo, 4 ClientStats stats }
//   Process { 1 string serviceName, 2 list<Tag> tags }
//   Span    { 1 i64 traceIdLow, 2 i64 traceIdHigh, 3 i64 spanId, 4 i64 parentSpanId,
//             5 string operationName, 6 list<SpanRef> references, 7 i32 flags, 8 i64 startTime (µs),
//             9 i64 duration (µs), 10 list<Tag> tags, 11 list<Log> logs }
//   SpanRef { 1 i32 refType (0 CHILD_OF, 1 FOLLOWS_FROM), 2 i64 traceIdLow, 3 i64 traceIdHigh,
//             4 i64 spanId }
//   Log     { 1 i64 timestamp (µs), 2 list<Tag> fields }
//   Tag     { 1 string key, 2 i32 vType, 3 string vStr, 4 double vDouble, 5 bool vBool, 6 i64 vLong,
//             7 binary vBinary }

import { InputError } from '#lib/errors.ts';
import { BinaryThriftReader } from '#lib/thrift/binary.ts';
import { CompactThriftReader } from '#lib/thrift/compact.ts';
import { MalformedThrift, type ThriftReader, thriftType } from '#lib/thrift/reader.ts';
import { toStoredAttribute } from '#model/attribute.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import {
  nanoOfMicros,
  spanCost,
  storedBytes,
  storedDouble,
  storedUnknown,
} from '../span-values.ts';
import {
  isBlank,
  type JaegerLog,
  type JaegerProcess,
  type JaegerReference,
  type JaegerSpan,
  type JaegerTags,
  toStoredSpans,
} from './span.ts';

const { bool, double, i32, i64, string, struct, list } = thriftType;

/** A Batch in the binary protocol, or in the compact one. Throws InputError `jaeger_malformed`. */
export function decodeThriftBatch(bytes: Uint8Array, isCompact = false): StoredSpan[] {
  const reader = isCompact ? new CompactThriftReader(bytes) : new BinaryThriftReader(bytes);
  return located(() => readBatch(reader));
}

/** Reads a struct that follows a method's name: the list of spans of emitZipkinBatch. */
export type ZipkinListReader = (reader: ThriftReader) => readonly StoredSpan[];

/**
 * A datagram for an agent: `emitBatch`, or `emitZipkinBatch` with its list. The protocol is seen
 * from the first byte. Throws InputError `jaeger_malformed`.
 */
export function decodeAgentMessage(
  bytes: Uint8Array,
  readZipkin: ZipkinListReader,
): readonly StoredSpan[] {
  const isCompact = bytes[0] === 0x82;
  const reader = isCompact ? new CompactThriftReader(bytes) : new BinaryThriftReader(bytes);
  return located(() => {
    const { name } = reader.message();
    if (name !== 'emitBatch' && name !== 'emitZipkinBatch') {
      throw reader.malformed(`there is no method ${JSON.stringify(name.slice(0, 50))}`, 0);
    }
    let spans: readonly StoredSpan[] = [];
    reader.struct((id, type) => {
      if (id === 1 && name === 'emitBatch' && type === struct) spans = readBatch(reader);
      else if (id === 1 && name === 'emitZipkinBatch' && type === list) spans = readZipkin(reader);
      else return false;
      return true;
    });
    return spans;
  });
}

function located<Spans>(read: () => Spans): Spans {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MalformedThrift)) throw error;
    const place = error.path === '' ? '' : ` (${error.path})`;
    throw new InputError(
      'jaeger_malformed',
      `cannot decode the batch of spans as Thrift: ${error.message} at byte ${error.offset}${place}`,
      { cause: error },
    );
  }
}

function readBatch(reader: ThriftReader): StoredSpan[] {
  let process: JaegerProcess | undefined;
  const spans: JaegerSpan[] = [];
  reader.struct((id, type) => {
    if (id === 1 && type === struct) process = readProcess(reader);
    else if (id === 2 && type === list) {
      reader.list('spans', struct, () => {
        const span = readSpan(reader);
        if (!isBlank(span)) spans.push(span);
      });
    } else return false;
    return true;
  });
  return toStoredSpans(process, spans);
}

function readProcess(reader: ThriftReader): JaegerProcess {
  let serviceName = '';
  const tags: JaegerTags = new Map();
  reader.struct((id, type) => {
    if (id === 1 && type === string) serviceName = reader.text();
    else if (id === 2 && type === list) readTags(reader, 'tags', tags);
    else return false;
    return true;
  });
  return { serviceName, tags };
}

function readSpan(reader: ThriftReader): JaegerSpan {
  const traceId = new Uint8Array(16);
  const spanId = new Uint8Array(8);
  const parentSpanId = new Uint8Array(8);
  const references: JaegerReference[] = [];
  const tags: JaegerTags = new Map();
  const logs: JaegerLog[] = [];
  let operationName = '';
  let flags = 0;
  let start = 0n;
  let duration = 0n;
  reader.struct((id, type) => {
    if (type === i64) {
      if (id === 1) readId(reader, traceId, 8);
      else if (id === 2) readId(reader, traceId, 0);
      else if (id === 3) readId(reader, spanId, 0);
      else if (id === 4) readId(reader, parentSpanId, 0);
      else if (id === 8) start = reader.i64();
      else if (id === 9) duration = reader.i64();
      else return false;
    } else if (type === list) {
      if (id === 6) reader.list('references', struct, () => references.push(readReference(reader)));
      else if (id === 10) readTags(reader, 'tags', tags);
      else if (id === 11) reader.list('logs', struct, () => logs.push(readLog(reader)));
      else return false;
    } else if (id === 5 && type === string) operationName = reader.text();
    else if (id === 7 && type === i32) flags = reader.i32();
    else return false;
    return true;
  }, spanCost);
  return {
    ...{ traceId, spanId, parentSpanId, operationName, references, flags, tags, logs },
    startUnixNano: nanoOfMicros(start),
    durationNano: nanoOfMicros(duration),
  };
}

/** An i64 as the big-endian half of an id. */
function readId(reader: ThriftReader, id: Uint8Array, at: number): void {
  reader.halves();
  const view = new DataView(id.buffer);
  view.setUint32(at, reader.high);
  view.setUint32(at + 4, reader.low);
}

function readReference(reader: ThriftReader): JaegerReference {
  const traceId = new Uint8Array(16);
  const spanId = new Uint8Array(8);
  let isChildOf = true;
  reader.struct((id, type) => {
    if (id === 1 && type === i32) isChildOf = reader.i32() === 0;
    else if (id === 2 && type === i64) readId(reader, traceId, 8);
    else if (id === 3 && type === i64) readId(reader, traceId, 0);
    else if (id === 4 && type === i64) readId(reader, spanId, 0);
    else return false;
    return true;
  });
  return { isChildOf, traceId, spanId };
}

function readLog(reader: ThriftReader): JaegerLog {
  let timestamp = 0n;
  const fields: JaegerTags = new Map();
  reader.struct((id, type) => {
    if (id === 1 && type === i64) timestamp = reader.i64();
    else if (id === 2 && type === list) readTags(reader, 'fields', fields);
    else return false;
    return true;
  });
  return { timeUnixNano: nanoOfMicros(timestamp), fields };
}

function readTags(reader: ThriftReader, name: string, tags: JaegerTags): void {
  reader.list(name, struct, () => readTag(reader, tags));
}

/** A tag of which the value is missing has the default of its type, as in Jaeger. */
const defaults = ['', storedDouble(0), toStoredAttribute(false), toStoredAttribute(0), '\x04'];

function readTag(reader: ThriftReader, tags: JaegerTags): void {
  let key = '';
  let valueType = 0;
  /** By TagType: string, double, bool, long, binary. */
  const values: string[] = [];
  reader.struct((id, type) => {
    if (id === 1 && type === string) key = reader.text();
    else if (id === 2 && type === i32) valueType = reader.i32();
    else if (id === 3 && type === string) values[0] = toStoredAttribute(reader.text());
    else if (id === 4 && type === double) values[1] = storedDouble(reader.double());
    else if (id === 5 && type === bool) values[2] = toStoredAttribute(reader.bool());
    else if (id === 6 && type === i64) values[3] = toStoredAttribute(reader.i64());
    else if (id === 7 && type === string) values[4] = storedBytes(reader.binary());
    else return false;
    return true;
  });
  tags.set(key, values[valueType] ?? defaults[valueType] ?? storedUnknown(valueType));
}
