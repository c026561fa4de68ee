// Spans, from the wire to the columns of otel_spans, and their scopes to otel_scopes.
// Spec: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
//
//   Span  { bytes trace_id = 1, bytes span_id = 2, string trace_state = 3, bytes parent_span_id = 4,
//           string name = 5, SpanKind kind = 6, fixed64 start_time_unix_nano = 7,
//           fixed64 end_time_unix_nano = 8, KeyValue attributes = 9, uint32 dropped_attributes_count = 10,
//           Event events = 11, uint32 dropped_events_count = 12, Link links = 13,
//           uint32 dropped_links_count = 14, Status status = 15, fixed32 flags = 16 }
//   Status { string message = 2, StatusCode code = 3 }

import { ByteBuffer } from '#lib/byte-buffer.ts';
import { Hash64 } from '#lib/hash.ts';
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import type { OriginRun } from '#model/batch.ts';
import { scopeIdBytes } from '#model/origin.ts';
import type { Body, SignalScanner } from './body.ts';
import { readOrigin } from './origin.ts';
import { appendOrigin } from './origin-rows.ts';
import type { RejectionReason } from './rejections.ts';
import { resourceAttributesOf } from './resources.ts';
import { spanRowsPool } from './span-columns.ts';
import { appendId, isId } from './span-id.ts';
import { SpanPartScanner } from './span-parts.ts';
import { TraceOrder } from './trace-order.ts';

/** Told apart from other identities of the same origin. */
const keySeed = 0x5c09e5;

export class SpanScanner implements SignalScanner {
  /** Goes back to the pool with what is made of it. */
  readonly spanRows = spanRowsPool.take();
  readonly columns = this.spanRows.columns;
  readonly scopes = this.spanRows.scopes;
  /** Rows of `columns` that are to be dropped. */
  readonly dropped: number[] = [];
  /** Of the rows that are not dropped. */
  readonly origins: OriginRun[] = [];
  readonly #sizes = new ByteBuffer();
  readonly #body: Body;
  readonly #reader: ProtobufReader;
  readonly #parts: SpanPartScanner;
  readonly #hash = new Hash64();
  readonly #order = new TraceOrder();
  #rows = 0;
  #scopeIdLow = 0;
  #scopeIdHigh = 0;
  #scopeDay = Number.NaN;

  // The span being read: ranges of the body and numbers.
  #traceIdFrom = 0;
  #traceIdTo = 0;
  #spanIdFrom = 0;
  #spanIdTo = 0;
  #parentFrom = 0;
  #parentTo = 0;
  #traceStateFrom = 0;
  #traceStateTo = 0;
  #nameFrom = 0;
  #nameTo = 0;
  #kind = 0;
  #startLow = 0;
  #startHigh = 0;
  #endLow = 0;
  #endHigh = 0;
  #flags = 0;
  #droppedAttributes = 0;
  #droppedEvents = 0;
  #droppedLinks = 0;
  #statusCode = 0;
  #messageFrom = 0;
  #messageTo = 0;

  constructor(body: Body) {
    this.#body = body;
    this.#reader = body.reader;
    this.#parts = new SpanPartScanner(body, this.columns);
  }

  get rows(): number {
    return this.#rows;
  }

  /** Bytes of the spans that are not dropped. */
  get spanBytes(): Uint32Array {
    return new Uint32Array(this.#sizes.bytes.buffer, 0, this.#sizes.length / 4);
  }

  origin(): void {
    this.#scopeDay = Number.NaN;
  }

  resourceEnd(): void {
    const endRow = this.#sizes.length / 4;
    if (endRow === (this.origins.at(-1)?.endRow ?? 0)) return;
    this.origins.push({ endRow, resourceAttributes: resourceAttributesOf(this.#body) });
  }

  item(): void {
    const itemAt = this.#reader.at;
    this.#reset();
    this.#scan();
    const reason = this.#reason();
    if (reason !== undefined) {
      this.dropped.push(this.#rows);
      this.#body.rejections.add(reason, () => this.#describe(itemAt));
    } else {
      this.#sizes.u32(this.#reader.limit - itemAt);
      this.#enterScope();
    }
    this.#append();
    this.#rows++;
  }

  #reset(): void {
    this.#traceIdFrom = this.#traceIdTo = 0;
    this.#spanIdFrom = this.#spanIdTo = 0;
    this.#parentFrom = this.#parentTo = 0;
    this.#traceStateFrom = this.#traceStateTo = 0;
    this.#nameFrom = this.#nameTo = 0;
    this.#messageFrom = this.#messageTo = 0;
    this.#kind = this.#statusCode = this.#flags = 0;
    this.#startLow = this.#startHigh = this.#endLow = this.#endHigh = 0;
    this.#droppedAttributes = this.#droppedEvents = this.#droppedLinks = 0;
  }

  /** Attributes, events and links go to their columns at once; the rest is remembered. */
  #scan(): void {
    const reader = this.#reader;
    const { values } = this.#body;
    const { attributes } = this.columns;
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x0a:
          this.#traceIdTo = reader.passBytes();
          this.#traceIdFrom = reader.from;
          break;
        case 0x12:
          this.#spanIdTo = reader.passBytes();
          this.#spanIdFrom = reader.from;
          break;
        case 0x22:
          this.#parentTo = reader.passBytes();
          this.#parentFrom = reader.from;
          break;
        case 0x2a:
          this.#nameTo = reader.passBytes();
          this.#nameFrom = reader.from;
          break;
        case 0x30:
          this.#kind = reader.varint();
          break;
        case 0x39:
          reader.fixed64();
          this.#startLow = reader.low;
          this.#startHigh = reader.high;
          break;
        case 0x41:
          reader.fixed64();
          this.#endLow = reader.low;
          this.#endHigh = reader.high;
          break;
        case 0x4a:
          values.attribute(attributes);
          break;
        case 0x5a:
          this.#parts.event();
          break;
        case 0x6a:
          this.#parts.link();
          break;
        case 0x7a:
          this.#scanStatus();
          break;
        default:
          this.#scanRare();
      }
    }
  }

  #scanRare(): void {
    const reader = this.#reader;
    switch (reader.lastTag) {
      case 0x1a:
        this.#traceStateTo = reader.passBytes();
        this.#traceStateFrom = reader.from;
        break;
      case 0x50:
        this.#droppedAttributes = reader.varint();
        break;
      case 0x60:
        this.#droppedEvents = reader.varint();
        break;
      case 0x70:
        this.#droppedLinks = reader.varint();
        break;
      case 0x85:
        this.#flags = reader.fixed32();
        break;
      default:
        reader.skip();
    }
  }

  #scanStatus(): void {
    const reader = this.#reader;
    const outer = reader.enter();
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x12:
          this.#messageTo = reader.passBytes();
          this.#messageFrom = reader.from;
          break;
        case 0x18:
          this.#statusCode = reader.varint();
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
  }

  #reason(): RejectionReason | undefined {
    const { bytes } = this.#reader;
    const { times, values } = this.#body;
    // Told whatever else is wrong: the next span begins anew.
    const { isTooLarge } = values;
    values.isTooLarge = false;
    if (!isId(bytes, this.#traceIdFrom, this.#traceIdTo, 16)) return 'with an invalid trace id';
    if (!isId(bytes, this.#spanIdFrom, this.#spanIdTo, 8)) return 'with an invalid span id';
    const parentSize = this.#parentTo - this.#parentFrom;
    if (parentSize !== 0 && parentSize !== 8) return 'with an invalid parent span id';
    if (times.isTooOld(this.#startLow, this.#startHigh)) return 'older than ingest.max_age allows';
    if (times.isTooNew(this.#startLow, this.#startHigh)) {
      return 'newer than ingest.max_future allows';
    }
    if (!isTooLarge) return undefined;
    return 'with an attribute or body larger than ingest.max_attribute_bytes or nested too deep';
  }

  #describe(itemAt: number): string {
    const { bytes } = this.#reader;
    const name = new TextDecoder().decode(
      bytes.subarray(this.#nameFrom, Math.min(this.#nameTo, this.#nameFrom + 100)),
    );
    const size = this.#traceIdTo - this.#traceIdFrom;
    return `span ${JSON.stringify(name)} at byte ${itemAt} (its trace id has ${size} bytes)`;
  }

  /** Knows the id of the scope afterwards, and has its row in this batch if that is needed. */
  #enterScope(): void {
    const body = this.#body;
    const day = body.times.day(this.#startLow, this.#startHigh);
    if (day === this.#scopeDay) return;
    this.#scopeDay = day;
    const { identities } = body.context;
    const keyLow = body.origin.keyLow ^ keySeed;
    const { keyHigh } = body.origin;
    let slot = identities.find(keyLow, keyHigh);
    if (slot < 0) {
      scopeIdBytes(readOrigin(body)).hashInto(this.#hash);
      slot = identities.add(keyLow, keyHigh, this.#hash.low, this.#hash.high);
    }
    this.#scopeIdLow = identities.idLow(slot);
    this.#scopeIdHigh = identities.idHigh(slot);
    if (!body.claims.claim(slot, day)) return;
    this.scopes.scope_id.data.u64(this.#scopeIdLow, this.#scopeIdHigh);
    appendOrigin(this.scopes, readOrigin(body), day);
  }

  #append(): void {
    const { bytes } = this.#reader;
    const { columns } = this;
    const isWhole = this.#traceIdTo - this.#traceIdFrom === columns.trace_id.width;
    appendId(columns.trace_id, bytes, this.#traceIdFrom, this.#traceIdTo);
    appendId(columns.span_id, bytes, this.#spanIdFrom, this.#spanIdTo);
    appendId(columns.parent_span_id, bytes, this.#parentFrom, this.#parentTo);
    columns.start_unix_nano.data.u64(this.#startLow, this.#startHigh);
    this.#appendDuration();
    columns.scope_id.data.u64(this.#scopeIdLow, this.#scopeIdHigh);
    const service = this.#body.origin.serviceName.data;
    columns.service_name.appendEncoded(service.bytes, 0, service.length);
    columns.name.appendUtf8(bytes, this.#nameFrom, this.#nameTo);
    columns.kind.data.u8(this.#kind <= 5 ? this.#kind : 0);
    columns.status_code.data.u8(this.#statusCode <= 2 ? this.#statusCode : 0);
    columns.status_message.appendUtf8(bytes, this.#messageFrom, this.#messageTo);
    columns.trace_state.appendUtf8(bytes, this.#traceStateFrom, this.#traceStateTo);
    columns.flags.data.u32(this.#flags);
    columns.attributes.endRow();
    columns.dropped_attributes_count.data.u32(this.#droppedAttributes);
    columns.dropped_events_count.data.u32(this.#droppedEvents);
    columns.dropped_links_count.data.u32(this.#droppedLinks);
    columns.arrival.data.u32(isWhole ? this.#order.next(bytes, this.#traceIdFrom) : 0);
    this.#parts.endRow();
  }

  /** End minus start in 64 bits; 0 when the end comes first or is missing. */
  #appendDuration(): void {
    const low = (this.#endLow - this.#startLow) >>> 0;
    const borrow = this.#endLow < this.#startLow ? 1 : 0;
    const high = ((this.#endHigh | 0) - (this.#startHigh | 0) - borrow) | 0;
    const isNegative =
      (this.#endHigh | 0) < (this.#startHigh | 0) ||
      ((this.#endHigh | 0) === (this.#startHigh | 0) && borrow === 1);
    if (isNegative || high < 0) this.columns.duration_nano.data.u64(0, 0);
    else this.columns.duration_nano.data.u64(low, high >>> 0);
  }
}
