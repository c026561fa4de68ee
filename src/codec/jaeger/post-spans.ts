// PostSpansRequest of jaeger.api_v2.CollectorService, from protobuf to stored spans. A span's own
// process counts before the one of its batch.
// Spec: https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v2/model.proto
//
//   PostSpansRequest { Batch batch = 1 }
//   Batch     { Span spans = 1, Process process = 2 }
//   Process   { string service_name = 1, KeyValue tags = 2 }
//   Span      { bytes trace_id = 1, bytes span_id = 2, string operation_name = 3, SpanRef references = 4,
//               uint32 flags = 5, Timestamp start_time = 6, Duration duration = 7, KeyValue tags = 8,
//               Log logs = 9, Process process = 10 }
//   SpanRef   { bytes trace_id = 1, bytes span_id = 2, SpanRefType ref_type = 3 }
//   Log       { Timestamp timestamp = 1, KeyValue fields = 2 }
//   KeyValue  { string key = 1, ValueType v_type = 2, string v_str = 3, bool v_bool = 4,
//               int64 v_int64 = 5, double v_float64 = 6, bytes v_binary = 7 }
//   Timestamp, Duration { int64 seconds = 1, int32 nanos = 2 }
import { InputError } from '#lib/errors.ts';
import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';
import { toStoredAttribute } from '#model/attribute.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import { spanCost, storedBytes, storedDouble, storedUnknown } from '../span-values.ts';
import {
  isBlank,
  type JaegerLog,
  type JaegerProcess,
  type JaegerReference,
  type JaegerSpan,
  type JaegerTags,
  toStoredSpans,
} from './span.ts';

/** Throws InputError `jaeger_malformed`, with the byte. */
export function decodePostSpans(bytes: Uint8Array): StoredSpan[] {
  const scanner = new BatchScanner(bytes);
  try {
    return scanner.request();
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    const { message, offset } = error;
    throw new InputError(
      'jaeger_malformed',
      `cannot decode the batch of spans as protobuf: ${message} at byte ${offset} (${scanner.place})`,
      { cause: error },
    );
  }
}

interface SpanWithProcess {
  readonly span: JaegerSpan;
  readonly process: JaegerProcess | undefined;
}

class BatchScanner {
  readonly #reader: ProtobufReader;
  /** Messages may be of two bytes, and what is made of them of a hundred; tags have about eight. */
  #partsLeft: number;
  #spanCount = 0;
  #process: JaegerProcess | undefined;

  constructor(bytes: Uint8Array) {
    this.#reader = new ProtobufReader(bytes);
    this.#partsLeft = 1000 + (bytes.length >>> 3);
  }

  /** Which part is being read. */
  get place(): string {
    return this.#spanCount === 0 ? 'batch' : `batch.spans[${this.#spanCount - 1}]`;
  }

  request(): StoredSpan[] {
    const spans: SpanWithProcess[] = [];
    this.#message((tag) => {
      if (tag !== 0x0a) return false;
      this.#nested(() => this.#message((inner) => this.#batchField(inner, spans)));
      return true;
    });
    const byProcess = new Map<
      string,
      { process: JaegerProcess | undefined; spans: JaegerSpan[] }
    >();
    // Once per process: that of the batch may be large, and its spans many.
    const keys = new Map<JaegerProcess | undefined, string>([[undefined, '']]);
    for (const { span, process = this.#process } of spans) {
      const key =
        keys.get(process) ?? JSON.stringify([process?.serviceName, ...(process?.tags ?? [])]);
      keys.set(process, key);
      const group = byProcess.get(key) ?? { process, spans: [] };
      byProcess.set(key, group);
      group.spans.push(span);
    }
    return [...byProcess.values()].flatMap((group) => toStoredSpans(group.process, group.spans));
  }

  /** Reads fields up to the end of the message; those that `read` leaves are passed over. */
  #message(read: (tag: number) => boolean): void {
    const reader = this.#reader;
    while (reader.at < reader.limit) if (!read(reader.tag())) reader.skip();
  }

  #nested(read: () => void, cost = 1): void {
    this.#partsLeft -= cost;
    if (this.#partsLeft < 0) throw this.#reader.malformed('it has too many parts for its size');
    const outer = this.#reader.enter();
    read();
    this.#reader.leave(outer);
  }

  #batchField(tag: number, spans: SpanWithProcess[]): boolean {
    if (tag === 0x0a) {
      this.#spanCount++;
      this.#nested(() => {
        const span = this.#span();
        if (!isBlank(span.span)) spans.push(span);
      }, spanCost);
    } else if (tag === 0x12) {
      this.#nested(() => {
        this.#process = this.#readProcess();
      });
    } else return false;
    return true;
  }

  #readProcess(): JaegerProcess {
    let serviceName = '';
    const tags: JaegerTags = new Map();
    this.#message((tag) => {
      if (tag === 0x0a) serviceName = this.#reader.text();
      else if (tag === 0x12) this.#tag(tags);
      else return false;
      return true;
    });
    return { serviceName, tags };
  }

  #span(): SpanWithProcess {
    const reader = this.#reader;
    const references: JaegerReference[] = [];
    const tags: JaegerTags = new Map();
    const logs: JaegerLog[] = [];
    let [traceId, spanId] = [noTraceId, noSpanId];
    let operationName = '';
    let flags = 0;
    let [startUnixNano, durationNano] = [0n, 0n];
    let process: JaegerProcess | undefined;
    this.#message((tag) => {
      if (tag === 0x0a) traceId = this.#id(16);
      else if (tag === 0x12) spanId = this.#id(8);
      else if (tag === 0x1a) operationName = reader.text();
      else if (tag === 0x22) this.#nested(() => references.push(this.#reference()));
      else if (tag === 0x28) flags = reader.varint();
      else if (tag === 0x32) startUnixNano = this.#time();
      else if (tag === 0x3a) durationNano = this.#time();
      else if (tag === 0x42) this.#tag(tags);
      else if (tag === 0x4a) this.#nested(() => logs.push(this.#log()));
      else if (tag === 0x52) {
        this.#nested(() => {
          process = this.#readProcess();
        });
      } else return false;
      return true;
    });
    const parentSpanId = noSpanId;
    const ids = { traceId, spanId, parentSpanId, references };
    const times = { startUnixNano, durationNano };
    return { span: { ...ids, ...times, operationName, flags, tags, logs }, process };
  }

  #reference(): JaegerReference {
    let [traceId, spanId] = [noTraceId, noSpanId];
    let isChildOf = true;
    this.#message((tag) => {
      if (tag === 0x0a) traceId = this.#id(16);
      else if (tag === 0x12) spanId = this.#id(8);
      else if (tag === 0x18) isChildOf = this.#reader.varint() === 0;
      else return false;
      return true;
    });
    return { isChildOf, traceId, spanId };
  }

  #log(): JaegerLog {
    let timeUnixNano = 0n;
    const fields: JaegerTags = new Map();
    this.#message((tag) => {
      if (tag === 0x0a) timeUnixNano = this.#time();
      else if (tag === 0x12) this.#tag(fields);
      else return false;
      return true;
    });
    return { timeUnixNano, fields };
  }

  /** An id, filled up in front where it is of 64 bits. One that is too long is none. */
  #id(size: number): Uint8Array {
    const bytes = this.#reader.view();
    const id = new Uint8Array(size);
    if (bytes.length <= size) id.set(bytes, size - bytes.length);
    return id;
  }

  /** A Timestamp or Duration, in nanoseconds. */
  #time(): bigint {
    let seconds = 0n;
    let nanos = 0;
    this.#nested(() =>
      this.#message((tag) => {
        if (tag === 0x08) {
          this.#reader.varint();
          seconds = this.#int64();
        } else if (tag === 0x10) nanos = this.#reader.varint() | 0;
        else return false;
        return true;
      }),
    );
    return BigInt.asIntN(64, seconds * 1_000_000_000n + BigInt(nanos));
  }

  #tag(tags: JaegerTags): void {
    const reader = this.#reader;
    let key = '';
    let type = 0;
    /** By ValueType: string, bool, int64, float64, binary. */
    const values = ['', '\x01false', '\x020', '\x030', '\x04'];
    this.#nested(() =>
      this.#message((tag) => {
        if (tag === 0x0a) key = reader.text();
        else if (tag === 0x10) type = reader.varint();
        else if (tag === 0x1a) values[0] = toStoredAttribute(reader.text());
        else if (tag === 0x20) values[1] = toStoredAttribute(reader.varint() !== 0);
        else if (tag === 0x28) {
          reader.varint();
          values[2] = toStoredAttribute(this.#int64());
        } else if (tag === 0x31) values[3] = storedDouble(reader.double());
        else if (tag === 0x3a) values[4] = storedBytes(reader.view());
        else return false;
        return true;
      }),
    );
    tags.set(key, values[type] ?? storedUnknown(type));
  }

  /** What varint() read last, signed. */
  #int64(): bigint {
    return (BigInt(this.#reader.high | 0) << 32n) | BigInt(this.#reader.low);
  }
}

const noTraceId: Uint8Array = new Uint8Array(16);
const noSpanId: Uint8Array = new Uint8Array(8);
