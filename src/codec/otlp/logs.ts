// Log records, from the wire to the columns of otel_logs, and their streams to otel_log_streams.
// Spec: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto
//
//   LogRecord { fixed64 time_unix_nano = 1, SeverityNumber severity_number = 2, string severity_text = 3,
//               AnyValue body = 5, KeyValue attributes = 6, uint32 dropped_attributes_count = 7,
//               fixed32 flags = 8, bytes trace_id = 9, bytes span_id = 10,
//               fixed64 observed_time_unix_nano = 11, string event_name = 12 }
import { Hash64 } from '#lib/hash.ts';
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { appendArrivals } from '#model/arrival.ts';
import { attributeTag } from '#model/attribute.ts';
import { appendMap } from '#model/column.ts';
import { levelOfSeverity, toLevel } from '#model/log-level.ts';
import { LevelColumns } from '#model/log-level-columns.ts';
import { logRecordColumns, logStreamColumns } from '#model/log-rows.ts';
import { streamIdBytes } from '#model/origin.ts';
import { toStreamLabels } from '#model/stream-labels.ts';
import type { Body, SignalScanner } from './body.ts';
import { hasLevelKey } from './level-key.ts';
import { readOrigin } from './origin.ts';
import { appendOrigin } from './origin-rows.ts';
import type { RejectionReason } from './rejections.ts';
import { appendId } from './span-id.ts';
import { highHalf, lowHalf } from './time-window.ts';

/** Told apart from other identities of the same origin. */
const keySeed = 0x10657;

const severityNumberMax = 24;

const decoder = new TextDecoder();

export class LogScanner implements SignalScanner {
  readonly #levels = new LevelColumns();
  readonly columns = { ...logRecordColumns(), ...this.#levels.columns };
  readonly streams = logStreamColumns();
  /** Rows of `columns` that are to be dropped. */
  readonly dropped: number[] = [];
  readonly #body: Body;
  readonly #reader: ProtobufReader;
  readonly #hash = new Hash64();
  readonly #nowLow: number;
  readonly #nowHigh: number;
  #rows = 0;
  #streamIdLow = 0;
  #streamIdHigh = 0;
  #streamDay = Number.NaN;

  // The record being read: ranges of the body and numbers.
  #timeLow = 0;
  #timeHigh = 0;
  #observedLow = 0;
  #observedHigh = 0;
  #severityNumber = 0;
  #severityFrom = 0;
  #severityTo = 0;
  #flags = 0;
  #traceIdFrom = 0;
  #traceIdTo = 0;
  #spanIdFrom = 0;
  #spanIdTo = 0;
  #eventNameFrom = 0;
  #eventNameTo = 0;
  #bodyAt = -1;
  #droppedAttributes = 0;
  /** Where the row begins in the columns of bodies and of the keys of attributes. */
  #bodyFrom = 0;
  #keysFrom = 0;

  constructor(body: Body) {
    this.#body = body;
    this.#reader = body.reader;
    this.#nowLow = lowHalf(body.context.nowNano);
    this.#nowHigh = highHalf(body.context.nowNano);
  }

  get rows(): number {
    return this.#rows;
  }

  origin(): void {
    this.#streamDay = Number.NaN;
  }

  item(): void {
    const itemAt = this.#reader.at;
    this.#reset();
    this.#scan();
    this.#chooseTime();
    this.#appendBody();
    const reason = this.#reason();
    if (reason !== undefined) {
      this.dropped.push(this.#rows);
      this.#body.rejections.add(reason, () => `log record at byte ${itemAt}`);
    } else this.#enterStream();
    this.#append();
    this.#rows++;
  }

  /** To be called once, after the last record. */
  finish(): void {
    appendArrivals(this.columns.arrival, this.#rows);
  }

  #reset(): void {
    this.#timeLow = this.#timeHigh = this.#observedLow = this.#observedHigh = 0;
    this.#severityNumber = this.#flags = this.#droppedAttributes = 0;
    this.#severityFrom = this.#severityTo = 0;
    this.#traceIdFrom = this.#traceIdTo = this.#spanIdFrom = this.#spanIdTo = 0;
    this.#eventNameFrom = this.#eventNameTo = 0;
    this.#bodyAt = -1;
    this.#bodyFrom = this.columns.body.data.length;
    this.#keysFrom = this.columns.attributes.elements[0].data.length;
  }

  /** Attributes go to their column at once; the rest is remembered. */
  #scan(): void {
    const reader = this.#reader;
    const { values } = this.#body;
    const { attributes } = this.columns;
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x09:
          reader.fixed64();
          this.#timeLow = reader.low;
          this.#timeHigh = reader.high;
          break;
        case 0x10:
          this.#severityNumber = reader.varint();
          break;
        case 0x1a:
          this.#severityTo = reader.passBytes();
          this.#severityFrom = reader.from;
          break;
        case 0x2a:
          this.#bodyAt = reader.at;
          reader.skip();
          break;
        case 0x32:
          values.flatAttribute(attributes);
          break;
        case 0x59:
          reader.fixed64();
          this.#observedLow = reader.low;
          this.#observedHigh = reader.high;
          break;
        default:
          this.#scanRare();
      }
    }
  }

  #scanRare(): void {
    const reader = this.#reader;
    switch (reader.lastTag) {
      case 0x38:
        this.#droppedAttributes = reader.varint();
        break;
      case 0x45:
        this.#flags = reader.fixed32();
        break;
      case 0x4a:
        this.#traceIdTo = reader.passBytes();
        this.#traceIdFrom = reader.from;
        break;
      case 0x52:
        this.#spanIdTo = reader.passBytes();
        this.#spanIdFrom = reader.from;
        break;
      case 0x62:
        this.#eventNameTo = reader.passBytes();
        this.#eventNameFrom = reader.from;
        break;
      default:
        reader.skip();
    }
  }

  /** A record without a time happened when it was observed, or now: then that is said once. */
  #chooseTime(): void {
    if (this.#timeLow !== 0 || this.#timeHigh !== 0) return;
    const isObserved = this.#observedLow !== 0 || this.#observedHigh !== 0;
    this.#timeLow = isObserved ? this.#observedLow : this.#nowLow;
    this.#timeHigh = isObserved ? this.#observedHigh : this.#nowHigh;
    this.#observedLow = this.#observedHigh = 0;
  }

  #appendBody(): void {
    const reader = this.#reader;
    const { columns } = this;
    if (this.#bodyAt < 0) {
      columns.body.appendEmpty();
      columns.body_type.data.u8(attributeTag.empty);
      return;
    }
    reader.at = this.#bodyAt;
    columns.body_type.data.u8(this.#body.values.plain(columns.body));
  }

  #reason(): RejectionReason | undefined {
    const { times, values } = this.#body;
    if (values.isTooLarge) {
      values.isTooLarge = false;
      return 'with an attribute or body larger than ingest.max_attribute_bytes or nested too deep';
    }
    if (times.isTooOld(this.#timeLow, this.#timeHigh)) return 'older than ingest.max_age allows';
    if (times.isTooNew(this.#timeLow, this.#timeHigh)) return 'newer than ingest.max_future allows';
    return undefined;
  }

  /** Knows the id of the stream afterwards, and has its row in this batch if that is needed. */
  #enterStream(): void {
    const body = this.#body;
    const day = body.times.day(this.#timeLow, this.#timeHigh);
    if (day === this.#streamDay) return;
    this.#streamDay = day;
    const { identities } = body.context;
    const keyLow = body.origin.keyLow ^ keySeed;
    const { keyHigh } = body.origin;
    let slot = identities.find(keyLow, keyHigh);
    if (slot < 0) {
      const origin = readOrigin(body);
      streamIdBytes(toStreamLabels(origin.resourceAttributes), origin).hashInto(this.#hash);
      slot = identities.add(keyLow, keyHigh, this.#hash.low, this.#hash.high);
    }
    this.#streamIdLow = identities.idLow(slot);
    this.#streamIdHigh = identities.idHigh(slot);
    if (!body.claims.claim(slot, day)) return;
    const origin = readOrigin(body);
    this.streams.stream_id.data.u64(this.#streamIdLow, this.#streamIdHigh);
    appendMap(this.streams.labels, toStreamLabels(origin.resourceAttributes));
    appendOrigin(this.streams, origin, day);
  }

  #append(): void {
    const { bytes } = this.#reader;
    const { columns } = this;
    columns.stream_id.data.u64(this.#streamIdLow, this.#streamIdHigh);
    columns.time_unix_nano.data.u64(this.#timeLow, this.#timeHigh);
    columns.observed_time_unix_nano.data.u64(this.#observedLow, this.#observedHigh);
    const severity = this.#severityNumber;
    columns.severity_number.data.u8(severity <= severityNumberMax ? severity : 0);
    columns.severity_text.appendUtf8(bytes, this.#severityFrom, this.#severityTo);
    appendId(columns.trace_id, bytes, this.#traceIdFrom, this.#traceIdTo);
    appendId(columns.span_id, bytes, this.#spanIdFrom, this.#spanIdTo);
    columns.flags.data.u32(this.#flags);
    columns.event_name.appendUtf8(bytes, this.#eventNameFrom, this.#eventNameTo);
    this.#appendLevels();
    columns.attributes.endRow();
    columns.dropped_attributes_count.data.u32(this.#droppedAttributes);
  }

  /** A level among the attributes is for the reader to say: '' then. */
  #appendLevels(): void {
    const { body, attributes } = this.columns;
    const { bytes, length } = body.data;
    let from = this.#bodyFrom;
    while ((bytes[from++] as number) >= 0x80);
    const keys = attributes.elements[0].data;
    const said = hasLevelKey(keys.bytes, this.#keysFrom, keys.length) ? '' : this.#saidLevel();
    this.#levels.append(said, bytes, from, length);
  }

  #saidLevel(): string | undefined {
    if (this.#severityTo > this.#severityFrom) {
      const text = this.#reader.bytes.subarray(this.#severityFrom, this.#severityTo);
      return toLevel(decoder.decode(text));
    }
    const number = this.#severityNumber;
    return number > 0 && number <= severityNumberMax ? levelOfSeverity(number) : undefined;
  }
}
