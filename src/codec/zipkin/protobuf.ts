// ListOfSpans of zipkin.proto3, to stored spans.
// Spec: https://github.com/openzipkin/zipkin-api/blob/master/zipkin.proto
//
//   ListOfSpans { Span spans = 1 }
//   Span       { bytes trace_id = 1, bytes parent_id = 2, bytes id = 3, Kind kind = 4, string name = 5,
//                fixed64 timestamp = 6 (µs), uint64 duration = 7 (µs), Endpoint local_endpoint = 8,
//                Endpoint remote_endpoint = 9, Annotation annotations = 10,
//                map<string, string> tags = 11, bool debug = 12, bool shared = 13 }
//   Endpoint   { string service_name = 1, bytes ipv4 = 2, bytes ipv6 = 3, int32 port = 4 }
//   Annotation { fixed64 timestamp = 1 (µs), string value = 2 }
import { InputError } from '#lib/errors.ts';
import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';
import { toStoredAttribute } from '#model/attribute.ts';
import { spanCost } from '../span-values.ts';
import { isZero } from './hex-id.ts';
import { ipText } from './ip.ts';
import { BadSpan } from './json-fields.ts';
import type {
  DecodedZipkin,
  ZipkinAnnotation,
  ZipkinEndpoint,
  ZipkinKind,
  ZipkinSpan,
} from './span.ts';
import { SpanList } from './span-list.ts';

/** Throws InputError `zipkin_malformed`, with the byte. `nowNano` as of SpanList. */
export function decodeZipkinProtobuf(bytes: Uint8Array, nowNano: bigint): DecodedZipkin {
  const reader = new ProtobufReader(bytes);
  const scanner = new SpanScanner(reader);
  const list = new SpanList(nowNano);
  let count = 0;
  try {
    while (reader.at < reader.limit) {
      if (reader.tag() !== 0x0a) {
        reader.skip();
        continue;
      }
      const place = `spans[${count++}]`;
      const fields = scanner.nested(() => scanner.span(), spanCost);
      list.take(() => [checked(fields, place)]);
    }
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    const where = count === 0 ? '' : ` (spans[${count - 1}])`;
    const message = `cannot decode the list of spans as protobuf: ${error.message} at byte ${error.offset}${where}`;
    throw new InputError('zipkin_malformed', message, { cause: error });
  }
  return list.finish();
}

/** `span` has its ids as they came, of any length. */
function checked(span: ZipkinSpan, place: string): ZipkinSpan {
  const traceId = padded(span.traceId, 16, `${place}.trace_id`);
  const id = padded(span.id, 8, `${place}.id`);
  const parentId = padded(span.parentId, 8, `${place}.parent_id`);
  if (isZero(traceId))
    throw new BadSpan(() => `${place}.trace_id: expected an id that is not zero`);
  if (isZero(id)) throw new BadSpan(() => `${place}.id: expected an id that is not zero`);
  return { ...span, traceId, id, parentId };
}

function padded(bytes: Uint8Array, size: number, place: string): Uint8Array {
  if (bytes.length > size) {
    throw new BadSpan(() => `${place}: expected at most ${size} bytes, was ${bytes.length}`);
  }
  const id = new Uint8Array(size);
  id.set(bytes, size - bytes.length);
  return id;
}

const kinds: readonly (ZipkinKind | undefined)[] = [
  undefined,
  'CLIENT',
  'SERVER',
  'PRODUCER',
  'CONSUMER',
];

class SpanScanner {
  readonly #reader: ProtobufReader;
  /** Messages may be of two bytes, and what is made of them of a hundred; tags have about eight. */
  #partsLeft: number;

  constructor(reader: ProtobufReader) {
    this.#reader = reader;
    this.#partsLeft = 1000 + (reader.limit >>> 3);
  }

  nested<T>(read: () => T, cost = 1): T {
    this.#partsLeft -= cost;
    if (this.#partsLeft < 0) throw this.#reader.malformed('it has too many parts for its size');
    const outer = this.#reader.enter();
    const result = read();
    this.#reader.leave(outer);
    return result;
  }

  span(): ZipkinSpan {
    const reader = this.#reader;
    const annotations: ZipkinAnnotation[] = [];
    const tags = new Map<string, string>();
    let [traceId, id, parentId] = [none, none, none];
    let kind: ZipkinKind | undefined;
    let name = '';
    let timestampMicros = 0n;
    let durationMicros: bigint | undefined;
    let localEndpoint: ZipkinEndpoint | undefined;
    let remoteEndpoint: ZipkinEndpoint | undefined;
    let isShared = false;
    this.#fields((tag) => {
      if (tag === 0x0a) traceId = reader.view();
      else if (tag === 0x12) parentId = reader.view();
      else if (tag === 0x1a) id = reader.view();
      else if (tag === 0x20) kind = kinds[reader.varint()];
      else if (tag === 0x2a) name = reader.text();
      else if (tag === 0x31) timestampMicros = this.#fixed64();
      else if (tag === 0x38) durationMicros = this.#varint64();
      else if (tag === 0x42) localEndpoint = this.nested(() => this.#endpoint());
      else if (tag === 0x4a) remoteEndpoint = this.nested(() => this.#endpoint());
      else if (tag === 0x52) annotations.push(this.nested(() => this.#annotation()));
      else if (tag === 0x5a) this.nested(() => this.#tag(tags));
      else if (tag === 0x68) isShared = reader.varint() !== 0;
      else return false;
      return true;
    });
    return {
      ...{ traceId, id, parentId, name, kind, timestampMicros, durationMicros },
      ...{ localEndpoint, remoteEndpoint, annotations, tags, isShared },
    };
  }

  #endpoint(): ZipkinEndpoint {
    const reader = this.#reader;
    let serviceName = '';
    let [ipv4, ipv6] = ['', ''];
    let port = 0;
    this.#fields((tag) => {
      if (tag === 0x0a) serviceName = reader.text();
      else if (tag === 0x12) ipv4 = ipText(reader.view());
      else if (tag === 0x1a) ipv6 = ipText(reader.view());
      else if (tag === 0x20) port = reader.varint() | 0;
      else return false;
      return true;
    });
    return { serviceName, ip: ipv6 || ipv4, port };
  }

  #annotation(): ZipkinAnnotation {
    let timestampMicros = 0n;
    let value = '';
    this.#fields((tag) => {
      if (tag === 0x09) timestampMicros = this.#fixed64();
      else if (tag === 0x12) value = this.#reader.text();
      else return false;
      return true;
    });
    return { timestampMicros, value };
  }

  #tag(tags: Map<string, string>): void {
    let [key, value] = ['', ''];
    this.#fields((tag) => {
      if (tag === 0x0a) key = this.#reader.text();
      else if (tag === 0x12) value = this.#reader.text();
      else return false;
      return true;
    });
    tags.set(key, toStoredAttribute(value));
  }

  /** Reads fields up to the end of the message; those that `read` leaves are passed over. */
  #fields(read: (tag: number) => boolean): void {
    const reader = this.#reader;
    while (reader.at < reader.limit) if (!read(reader.tag())) reader.skip();
  }

  #fixed64(): bigint {
    this.#reader.fixed64();
    return this.#halves();
  }

  #varint64(): bigint {
    this.#reader.varint();
    return this.#halves();
  }

  #halves(): bigint {
    return (BigInt(this.#reader.high) << 32n) | BigInt(this.#reader.low);
  }
}

const none: Uint8Array = new Uint8Array(0);
