// Remote write 1.0, from the wire to rows.
//
//   WriteRequest   { TimeSeries timeseries = 1, MetricMetadata metadata = 3 }
//   TimeSeries     { Label labels = 1, Sample samples = 2, Exemplar exemplars = 3, Histogram histograms = 4 }
//   Label          { string name = 1, string value = 2 }
//   Sample         { double value = 1, int64 timestamp = 2 }
//   Exemplar       { Label labels = 1, double value = 2, int64 timestamp = 3 }
//   MetricMetadata { MetricType type = 1, string metric_family_name = 2, string help = 4, string unit = 5 }
// Spec: https://prometheus.io/docs/specs/prw/remote_write_spec/
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import type { Pairs } from '#model/canonical.ts';
import type { RejectionReason, SeriesSource, WriteBody } from './body.ts';
import { HistogramScanner } from './histogram.ts';
import { checkedLabels, labelsMax, strictText } from './labels.ts';
import { appendMetadata, claimMetadata, metricTypeOf } from './metadata.ts';
import { readSample, sampleValue } from './sample.ts';
import { int64 } from './time.ts';

const nameLabel = new TextEncoder().encode('__name__');

export function scanVersion1(body: WriteBody): void {
  const { reader } = body;
  const series = new Version1Series(body);
  while (reader.at < reader.limit) {
    const tag = reader.tag();
    if (tag === 0x0a) series.scan();
    else if (tag === 0x1a) scanMetadata(body);
    else reader.skip();
  }
}

class Version1Series implements SeriesSource {
  keyLow = 0;
  keyHigh = 0;
  readonly family = undefined;
  /** The value of the label `__name__` lies in the body with its length in front. */
  readonly name: { encoded: Uint8Array; from: number; to: number };
  readonly #body: WriteBody;
  readonly #histograms: HistogramScanner;
  /** The message, and where its samples begin. */
  #from = 0;
  #to = 0;

  constructor(body: WriteBody) {
    this.#body = body;
    this.#histograms = new HistogramScanner(body);
    this.name = { encoded: body.reader.bytes, from: 0, to: 0 };
  }

  /** A series, behind its tag. */
  scan(): void {
    const body = this.#body;
    const { reader } = body;
    body.countPart();
    body.beginSeries();
    const outer = reader.enter();
    this.#from = reader.at;
    this.#to = reader.limit;
    reader.at = this.#findLabels();
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x12:
          body.countPart();
          readSample(reader);
          body.sample(this, sampleValue.timeMs, sampleValue.low, sampleValue.high, 0);
          break;
        case 0x22:
          body.countPart();
          this.#histograms.scan(this, 0);
          break;
        case 0x1a:
          body.countPart();
          this.#exemplar();
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
  }

  /**
   * Hashes the labels as they lie there and finds the name among them; returns where the rest begins.
   * Labels usually lie side by side in front of everything else.
   */
  #findLabels(): number {
    const { reader, series } = this.#body;
    const { hash } = series;
    hash.low = series.seedLow;
    hash.high = series.seedHigh;
    this.name.from = this.name.to = 0;
    let runFrom = reader.at;
    let restAt = -1;
    while (reader.at < reader.limit) {
      if (reader.tag() === 0x0a) {
        const size = reader.size();
        this.#findName(reader, reader.at, reader.at + size);
        reader.at += size;
        continue;
      }
      const runTo = reader.tagAt;
      if (runTo > runFrom) hash.update(reader.bytes, runFrom, runTo, hash.low, hash.high);
      if (restAt < 0) restAt = runTo;
      reader.skip();
      runFrom = reader.at;
    }
    if (reader.at > runFrom) hash.update(reader.bytes, runFrom, reader.at, hash.low, hash.high);
    this.keyLow = hash.low;
    this.keyHigh = hash.high;
    return restAt < 0 ? reader.limit : restAt;
  }

  /** Takes the value of a label whose name is `__name__`: 0a 08 "__name__" 12 length bytes. */
  #findName(reader: ProtobufReader, from: number, to: number): void {
    const { bytes } = reader;
    if (bytes[from] === 0x0a) {
      if (bytes[from + 1] !== 8 || bytes[from + 2] !== 0x5f || to - from < 12) return;
      for (let i = 1; i < 8; i++) if (bytes[from + 2 + i] !== nameLabel[i]) return;
      // The usual label: nothing else is in it, and its length takes one byte.
      if (bytes[from + 10] === 0x12 && from + 12 + (bytes[from + 11] as number) === to) {
        this.name.from = from + 11;
        this.name.to = to;
        return;
      }
    }
    this.#findNameSlowly(reader, from, to);
  }

  /** For long names, and for senders that write the value first. */
  #findNameSlowly(reader: ProtobufReader, from: number, to: number): void {
    const { at, limit } = reader;
    reader.at = from;
    reader.limit = to;
    let isName = false;
    let valueFrom = -1;
    let valueTo = -1;
    while (reader.at < to) {
      const tag = reader.tag();
      if (tag === 0x0a) isName = reader.text() === '__name__';
      else if (tag === 0x12) {
        valueFrom = reader.at;
        valueTo = reader.passBytes();
      } else reader.skip();
    }
    reader.at = at;
    reader.limit = limit;
    if (!isName || valueFrom < 0) return;
    this.name.from = valueFrom;
    this.name.to = valueTo;
  }

  labels(): Pairs | RejectionReason {
    const { reader } = this.#body;
    const { at, limit } = reader;
    reader.at = this.#from;
    reader.limit = this.#to;
    const pairs = readLabels(this.#body, 0x0a);
    reader.at = at;
    reader.limit = limit;
    return typeof pairs === 'string' ? pairs : checkedLabels(pairs);
  }

  #exemplar(): void {
    const { reader } = this.#body;
    const outer = reader.enter();
    const start = reader.at;
    let value = 0;
    let timeMs = 0;
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x11) value = reader.double();
      else if (tag === 0x18) timeMs = int64(reader);
      else reader.skip();
    }
    reader.at = start;
    const labels = readLabels(this.#body, 0x0a);
    reader.leave(outer);
    if (typeof labels !== 'string') this.#body.exemplar(this, timeMs, value, labels);
  }
}

/** The labels with this tag in the message that the reader is in, up to its end. */
function readLabels(body: WriteBody, tag: number): [string, string][] | RejectionReason {
  const { reader, labelBytesMax } = body;
  const pairs: [string, string][] = [];
  while (reader.at < reader.limit) {
    if (reader.tag() !== tag) {
      reader.skip();
      continue;
    }
    const pair = ['', ''] as [string, string];
    const outer = reader.enter();
    if (pairs.length >= labelsMax || reader.limit - reader.at > labelBytesMax) {
      return 'of a series with too many labels or too long ones';
    }
    while (reader.at < reader.limit) {
      const field = reader.tag();
      if (field !== 0x0a && field !== 0x12) {
        reader.skip();
        continue;
      }
      const to = reader.passBytes();
      const text = strictText(reader.bytes, reader.from, to);
      if (text === undefined) return 'of a series with labels that are not valid UTF-8';
      pair[field === 0x0a ? 0 : 1] = text;
    }
    reader.leave(outer);
    pairs.push(pair);
  }
  return pairs;
}

function scanMetadata(body: WriteBody): void {
  const { reader } = body;
  body.countPart();
  const outer = reader.enter();
  const { hash } = body.series;
  hash.update(reader.bytes, reader.at, reader.limit, 0, 0);
  if (claimMetadata(body, hash.low, hash.high)) {
    let type = 0;
    const texts = { name: '', help: '', unit: '' };
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x08) type = reader.varint();
      else if (tag === 0x12) texts.name = reader.text();
      else if (tag === 0x22) texts.help = reader.text();
      else if (tag === 0x2a) texts.unit = reader.text();
      else reader.skip();
    }
    appendMetadata(body, texts.name, { ...texts, type: metricTypeOf(type) });
  }
  reader.leave(outer);
}
