// Lists of Zipkin v1 spans in Thrift: the body of POST /api/v1/spans (binary protocol), and the
// argument of an agent's emitZipkinBatch.
// Spec: https://github.com/openzipkin/zipkin-api/blob/master/thrift/zipkinCore.thrift
//
//   Span             { 1 i64 trace_id, 3 string name, 4 i64 id, 5 i64 parent_id,
//                      6 list<Annotation> annotations, 8 list<BinaryAnnotation> binary_annotations,
//                      9 bool debug, 10 i64 timestamp (µs), 11 i64 duration (µs), 12 i64 trace_id_high }
//   Annotation       { 1 i64 timestamp (µs), 2 string value, 3 Endpoint host }
//   BinaryAnnotation { 1 string key, 2 binary value, 3 i32 annotation_type, 4 Endpoint host }
//   Endpoint         { 1 i32 ipv4, 2 i16 port, 3 string service_name, 4 binary ipv6 }
import { InputError } from '#lib/errors.ts';
import { BinaryThriftReader } from '#lib/thrift/binary.ts';
import { MalformedThrift, type ThriftReader, thriftType } from '#lib/thrift/reader.ts';
import { toStoredAttribute } from '#model/attribute.ts';
import { spanCost, storedBytes, storedDouble } from '../span-values.ts';
import { isZero } from './hex-id.ts';
import { ipText } from './ip.ts';
import { BadSpan } from './json-fields.ts';
import type { DecodedZipkin, ZipkinEndpoint } from './span.ts';
import { SpanList } from './span-list.ts';
import { fromV1, type V1Annotation, type V1BinaryAnnotation, type V1Span } from './v1.ts';

const { i16, i32, i64, string, struct, list } = thriftType;

/** Throws InputError `zipkin_malformed`, with the byte. `nowNano` as of SpanList. */
export function decodeZipkinThrift(bytes: Uint8Array, nowNano: bigint): DecodedZipkin {
  try {
    return readZipkinList(new BinaryThriftReader(bytes), nowNano);
  } catch (error) {
    if (!(error instanceof MalformedThrift)) throw error;
    const place = error.path === '' ? '' : ` (${error.path})`;
    const message = `cannot decode the list of spans as Thrift: ${error.message} at byte ${error.offset}${place}`;
    throw new InputError('zipkin_malformed', message, { cause: error });
  }
}

/** Throws MalformedThrift. */
export function readZipkinList(reader: ThriftReader, nowNano: bigint): DecodedZipkin {
  const spans = new SpanList(nowNano);
  let count = 0;
  reader.list('spans', struct, () => {
    const place = `spans[${count++}]`;
    const span = readSpan(reader);
    spans.take(() => {
      if (isZero(span.traceId))
        throw new BadSpan(() => `${place}.trace_id: expected one, was zero`);
      if (isZero(span.id)) throw new BadSpan(() => `${place}.id: expected one, was zero`);
      return fromV1(span);
    });
  });
  return spans.finish();
}

function readSpan(reader: ThriftReader): V1Span {
  const traceId = new Uint8Array(16);
  const id = new Uint8Array(8);
  const parentId = new Uint8Array(8);
  const annotations: V1Annotation[] = [];
  const binaryAnnotations: V1BinaryAnnotation[] = [];
  let name = '';
  let timestampMicros = 0n;
  let durationMicros: bigint | undefined;
  reader.struct((field, type) => {
    if (type === i64) {
      if (field === 1) readId(reader, traceId, 8);
      else if (field === 4) readId(reader, id, 0);
      else if (field === 5) readId(reader, parentId, 0);
      else if (field === 12) readId(reader, traceId, 0);
      else if (field === 10) timestampMicros = reader.i64();
      else if (field === 11) durationMicros = reader.i64();
      else return false;
    } else if (field === 3 && type === string) name = reader.text();
    else if (field === 6 && type === list) {
      reader.list('annotations', struct, () => annotations.push(readAnnotation(reader)));
    } else if (field === 8 && type === list) {
      reader.list('binary_annotations', struct, () =>
        binaryAnnotations.push(readBinaryAnnotation(reader)),
      );
    } else return false;
    return true;
  }, spanCost);
  const ids = { traceId, id, parentId };
  return { ...ids, name, timestampMicros, durationMicros, annotations, binaryAnnotations };
}

function readId(reader: ThriftReader, id: Uint8Array, at: number): void {
  reader.halves();
  const view = new DataView(id.buffer);
  view.setUint32(at, reader.high);
  view.setUint32(at + 4, reader.low);
}

function readAnnotation(reader: ThriftReader): V1Annotation {
  let timestampMicros = 0n;
  let value = '';
  let endpoint: ZipkinEndpoint | undefined;
  reader.struct((field, type) => {
    if (field === 1 && type === i64) timestampMicros = reader.i64();
    else if (field === 2 && type === string) value = reader.text();
    else if (field === 3 && type === struct) endpoint = readEndpoint(reader);
    else return false;
    return true;
  });
  return { timestampMicros, value, endpoint };
}

function readBinaryAnnotation(reader: ThriftReader): V1BinaryAnnotation {
  let key = '';
  let value: Uint8Array = new Uint8Array(0);
  let valueType: number = annotationTypes.string;
  let endpoint: ZipkinEndpoint | undefined;
  reader.struct((field, type) => {
    if (field === 1 && type === string) key = reader.text();
    else if (field === 2 && type === string) value = reader.binary();
    else if (field === 3 && type === i32) valueType = reader.i32();
    else if (field === 4 && type === struct) endpoint = readEndpoint(reader);
    else return false;
    return true;
  });
  return { key, value: storedValue(value, valueType), endpoint };
}

/** AnnotationType. */
const annotationTypes = {
  bool: 0,
  bytes: 1,
  i16: 2,
  i32: 3,
  i64: 4,
  double: 5,
  string: 6,
} as const;

/** A value that has not the size of its type stays bytes. */
function storedValue(bytes: Uint8Array, type: number): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  if (type === annotationTypes.string) return toStoredAttribute(new TextDecoder().decode(bytes));
  if (type === annotationTypes.bool && length === 1) return toStoredAttribute(bytes[0] === 1);
  if (type === annotationTypes.i16 && length >= 2) return toStoredAttribute(view.getInt16(0));
  if (type === annotationTypes.i32 && length >= 4) return toStoredAttribute(view.getInt32(0));
  if (type === annotationTypes.i64 && length >= 8) return toStoredAttribute(view.getBigInt64(0));
  if (type === annotationTypes.double && length >= 8) return storedDouble(view.getFloat64(0));
  return storedBytes(bytes);
}

function readEndpoint(reader: ThriftReader): ZipkinEndpoint {
  const ipv4 = new Uint8Array(4);
  let ipv6 = '';
  let port = 0;
  let serviceName = '';
  reader.struct((field, type) => {
    if (field === 1 && type === i32) new DataView(ipv4.buffer).setInt32(0, reader.i32());
    else if (field === 2 && type === i16) port = reader.i16() & 0xffff;
    else if (field === 3 && type === string) serviceName = reader.text();
    else if (field === 4 && type === string) ipv6 = ipText(reader.binary());
    else return false;
    return true;
  });
  return { serviceName, ip: ipv6 || (isZero(ipv4) ? '' : ipText(ipv4)), port };
}
