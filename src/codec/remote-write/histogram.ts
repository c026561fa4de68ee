// Native histograms, which both versions of the protocol write alike:
//
//   Histogram { uint64 count_int = 1 | double count_float = 2, double sum = 3, sint32 schema = 4,
//       double zero_threshold = 5, uint64 zero_count_int = 6 | double zero_count_float = 7,
//       BucketSpan negative_spans = 8, sint64 negative_deltas = 9, double negative_counts = 10,
//       BucketSpan positive_spans = 11, sint64 positive_deltas = 12, double positive_counts = 13,
//       ResetHint reset_hint = 14, int64 timestamp = 15, double custom_values = 16,
//       int64 start_timestamp = 17 (2.0) }
//   BucketSpan { sint32 offset = 1, uint32 length = 2 }
// Spec: https://prometheus.io/docs/specs/native_histograms/
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { appendHistogram, appendStaleHistogram } from '#model/histogram-sample.ts';
import { staleHigh, staleLow } from '#model/metric-rows.ts';
import type { SeriesSource, WriteBody } from './body.ts';
import { FloatList, IntegerList } from './list.ts';
import { int64 } from './time.ts';

const customSchema = -53;
const schemaMin = -4;
/** Above 8 the resolution is more than queries use; they reduce it. */
const schemaMax = 52;

export class HistogramScanner {
  readonly #body: WriteBody;
  readonly #positiveSpans = new IntegerList();
  readonly #positiveCounts = new FloatList();
  readonly #negativeSpans = new IntegerList();
  readonly #negativeCounts = new FloatList();
  readonly #customBounds = new FloatList();
  #count = 0;
  #sum = 0;
  #isStale = false;
  #schema = 0;
  #zeroThreshold = 0;
  #zeroCount = 0;
  #counterReset = 0;
  #timeMs = 0;
  #startMs = 0;

  constructor(body: WriteBody) {
    this.#body = body;
  }

  /** A histogram, behind its tag. `startMs` is that of the series, 0 for none. */
  scan(source: SeriesSource, startMs: number): void {
    const body = this.#body;
    const { reader, rows } = body;
    this.#reset();
    const outer = reader.enter();
    while (reader.at < reader.limit) this.#field(reader, reader.tag());
    reader.leave(outer);
    if (!this.#isStale && !this.#isValid()) {
      body.reject('with an invalid native histogram', source);
      return;
    }
    if (!body.beginHistogram(source, this.#timeMs, this.#startMs || startMs)) return;
    if (this.#isStale) appendStaleHistogram(rows.histograms);
    else {
      appendHistogram(rows.histograms, {
        schema: this.#schema,
        count: this.#count,
        sum: this.#sum,
        zeroThreshold: this.#zeroThreshold,
        zeroCount: this.#zeroCount,
        positiveSpans: this.#positiveSpans.view(),
        positiveCounts: this.#positiveCounts.view(),
        negativeSpans: this.#negativeSpans.view(),
        negativeCounts: this.#negativeCounts.view(),
        customBounds: this.#customBounds.view(),
        counterReset: this.#counterReset,
      });
    }
  }

  #field(reader: ProtobufReader, tag: number): void {
    switch (tag) {
      case 0x08:
        this.#count = unsigned(reader);
        break;
      case 0x11:
        this.#count = reader.double();
        break;
      case 0x19:
        reader.fixed64();
        this.#isStale = reader.low === staleLow && reader.high === staleHigh;
        reader.at -= 8;
        this.#sum = reader.double();
        break;
      case 0x20:
        this.#schema = zigzag32(reader.varint());
        break;
      case 0x29:
        this.#zeroThreshold = reader.double();
        break;
      case 0x30:
        this.#zeroCount = unsigned(reader);
        break;
      case 0x39:
        this.#zeroCount = reader.double();
        break;
      case 0x70:
        this.#counterReset = reader.varint() & 3;
        break;
      case 0x78:
        this.#timeMs = int64(reader);
        break;
      case 0x88:
        this.#startMs = int64(reader);
        break;
      default:
        this.#bucketField(reader, tag);
    }
  }

  #bucketField(reader: ProtobufReader, tag: number): void {
    switch (tag >>> 3) {
      case 8:
        this.#span(reader, tag, this.#negativeSpans);
        break;
      case 9:
        readDeltas(reader, tag, this.#negativeCounts);
        break;
      case 10:
        readDoubles(reader, tag, this.#negativeCounts);
        break;
      case 11:
        this.#span(reader, tag, this.#positiveSpans);
        break;
      case 12:
        readDeltas(reader, tag, this.#positiveCounts);
        break;
      case 13:
        readDoubles(reader, tag, this.#positiveCounts);
        break;
      case 16:
        readDoubles(reader, tag, this.#customBounds);
        break;
      default:
        reader.skip();
    }
  }

  #span(reader: ProtobufReader, tag: number, spans: IntegerList): void {
    if ((tag & 7) !== 2) {
      reader.skip();
      return;
    }
    let offset = 0;
    let length = 0;
    const outer = reader.enter();
    while (reader.at < reader.limit) {
      const inner = reader.tag();
      if (inner === 0x08) offset = zigzag32(reader.varint());
      else if (inner === 0x10) length = reader.varint();
      else reader.skip();
    }
    reader.leave(outer);
    spans.push(offset);
    spans.push(length);
  }

  #isValid(): boolean {
    const isCustom = this.#schema === customSchema;
    if (!isCustom && (this.#schema < schemaMin || this.#schema > schemaMax)) return false;
    if (isCustom ? !this.#isValidCustom() : this.#customBounds.length > 0) return false;
    return (
      isValidSide(this.#positiveSpans, this.#positiveCounts) &&
      isValidSide(this.#negativeSpans, this.#negativeCounts) &&
      !(this.#count < 0) &&
      !(this.#zeroCount < 0) &&
      !(this.#zeroThreshold < 0)
    );
  }

  /** One side only, and no bucket behind that of +Inf. */
  #isValidCustom(): boolean {
    const bounds = this.#customBounds.view();
    if (this.#negativeSpans.length > 0 || this.#zeroCount !== 0) return false;
    for (let i = 0; i < bounds.length; i++) {
      const bound = bounds[i] as number;
      if (!(bound < Infinity) || (i > 0 && !(bound > (bounds[i - 1] as number)))) return false;
    }
    const spans = this.#positiveSpans.view();
    let end = 0;
    for (const one of spans) end += one;
    return (spans[0] ?? 0) >= 0 && end <= bounds.length + 1;
  }

  #reset(): void {
    for (const list of [this.#positiveSpans, this.#negativeSpans]) list.length = 0;
    for (const list of [this.#positiveCounts, this.#negativeCounts]) list.length = 0;
    this.#customBounds.length = 0;
    this.#count = this.#sum = this.#schema = this.#zeroThreshold = this.#zeroCount = 0;
    this.#counterReset = this.#timeMs = this.#startMs = 0;
    this.#isStale = false;
  }
}

/** As many counts as the spans say, gaps that do not go back, no count below 0. */
function isValidSide(spans: IntegerList, counts: FloatList): boolean {
  const pairs = spans.view();
  let buckets = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    if (i > 0 && (pairs[i] as number) < 0) return false;
    buckets += (pairs[i + 1] as number) >>> 0;
  }
  if (buckets !== counts.length) return false;
  for (const count of counts.view()) if (count < 0) return false;
  return true;
}

/** Counts as differences to the one before, packed or not. */
function readDeltas(reader: ProtobufReader, tag: number, counts: FloatList): void {
  let last = counts.length === 0 ? 0 : (counts.view()[counts.length - 1] as number);
  const add = (): void => {
    last += zigzag64(reader);
    counts.push(last);
  };
  if ((tag & 7) === 0) add();
  else if ((tag & 7) === 2) {
    const outer = reader.enter();
    while (reader.at < reader.limit) add();
    reader.leave(outer);
  } else reader.skip();
}

function readDoubles(reader: ProtobufReader, tag: number, values: FloatList): void {
  if ((tag & 7) === 1) values.push(reader.double());
  else if ((tag & 7) === 2) {
    const outer = reader.enter();
    while (reader.at < reader.limit) values.push(reader.double());
    reader.leave(outer);
  } else reader.skip();
}

const twoTo32 = 0x1_0000_0000;

function unsigned(reader: ProtobufReader): number {
  reader.varint();
  return reader.high * twoTo32 + reader.low;
}

const zigzag32 = (value: number): number => (value >>> 1) ^ -(value & 1);

function zigzag64(reader: ProtobufReader): number {
  reader.varint();
  const half = reader.high * (twoTo32 / 2) + (reader.low >>> 1);
  return reader.low & 1 ? -half - 1 : half;
}
