// Remote write 2.0, from the wire to rows.
//
//   Request    { string symbols = 4, TimeSeries timeseries = 5 }
//   TimeSeries { uint32 labels_refs = 1, Sample samples = 2, Histogram histograms = 3,
//                Exemplar exemplars = 4, Metadata metadata = 5, int64 created_timestamp = 6 (until 2.0-rc.3) }
//   Exemplar   { uint32 labels_refs = 1, double value = 2, int64 timestamp = 3 }
//   Metadata   { MetricType type = 1, uint32 help_ref = 3, uint32 unit_ref = 4 }
// Spec: https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
import { ByteBuffer } from '#lib/byte-buffer.ts';
import type { Pairs } from '#model/canonical.ts';
import type { Family } from '#model/series-rows.ts';
import type { RejectionReason, SeriesSource, WriteBody } from './body.ts';
import { HistogramScanner } from './histogram.ts';
import { checkedLabels, labelsMax } from './labels.ts';
import { IntegerList } from './list.ts';
import { appendMetadata, claimMetadata, metricTypeOf } from './metadata.ts';
import { readSample, sampleValue } from './sample.ts';
import { Symbols } from './symbols.ts';
import { int64 } from './time.ts';

export function scanVersion2(body: WriteBody): void {
  const { reader } = body;
  const start = reader.at;
  const symbols = new Symbols(reader.bytes);
  while (reader.at < reader.limit) {
    if (reader.tag() === 0x22) {
      body.countPart();
      symbols.add(reader);
    } else reader.skip();
  }
  symbols.end();
  reader.at = start;
  const series = new Version2Series(body, symbols);
  while (reader.at < reader.limit) {
    if (reader.tag() === 0x2a) series.scan();
    else reader.skip();
  }
}

class Version2Series implements SeriesSource {
  keyLow = 0;
  keyHigh = 0;
  readonly name: { encoded: Uint8Array; from: number; to: number };
  readonly #body: WriteBody;
  readonly #symbols: Symbols;
  readonly #histograms: HistogramScanner;
  readonly #refs = new IntegerList();
  readonly #exemplarRefs = new IntegerList();
  readonly #key = new ByteBuffer();
  #nameRef = 0;
  #type = 0;
  #helpRef = 0;
  #unitRef = 0;
  #createdMs = 0;
  /** The metadata that came last, so that one metric in a row asks for it once. */
  #last = '';

  constructor(body: WriteBody, symbols: Symbols) {
    this.#body = body;
    this.#symbols = symbols;
    this.#histograms = new HistogramScanner(body);
    this.name = { encoded: body.reader.bytes, from: 0, to: 0 };
  }

  get family(): Family {
    const unit = this.#symbols.text(this.#unitRef) ?? '';
    return { type: this.#type === 0 ? '' : metricTypeOf(this.#type), unit };
  }

  /** A series, behind its tag. */
  scan(): void {
    const body = this.#body;
    const { reader } = body;
    body.countPart();
    body.beginSeries();
    const outer = reader.enter();
    const start = reader.at;
    this.#scanHead();
    this.#makeKey();
    reader.at = start;
    const before = body.samples + body.histograms + body.exemplars;
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x12:
          body.countPart();
          readSample(reader);
          body.sample(
            this,
            sampleValue.timeMs,
            sampleValue.low,
            sampleValue.high,
            sampleValue.startMs || this.#createdMs,
          );
          break;
        case 0x1a:
          body.countPart();
          this.#histograms.scan(this, this.#createdMs);
          break;
        case 0x22:
          body.countPart();
          this.#exemplar();
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    if (body.samples + body.histograms + body.exemplars > before) this.#metadata();
  }

  /** Everything but samples, histograms and exemplars: it may stand behind them. */
  #scanHead(): void {
    const { reader } = this.#body;
    this.#refs.length = 0;
    this.#type = this.#helpRef = this.#unitRef = this.#createdMs = 0;
    while (reader.at < reader.limit) {
      switch (reader.tag()) {
        case 0x0a:
        case 0x08:
          this.#readRefs(this.#refs);
          break;
        case 0x2a:
          this.#scanMetadata();
          break;
        case 0x30:
          this.#createdMs = int64(reader);
          break;
        default:
          reader.skip();
      }
    }
  }

  /** Packed, or a single one. */
  #readRefs(refs: IntegerList): void {
    const { reader } = this.#body;
    if ((reader.lastTag & 7) === 0) {
      refs.push(reader.varint());
      return;
    }
    const outer = reader.enter();
    while (reader.at < reader.limit) refs.push(reader.varint());
    reader.leave(outer);
  }

  #scanMetadata(): void {
    const { reader } = this.#body;
    const outer = reader.enter();
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x08) this.#type = reader.varint();
      else if (tag === 0x18) this.#helpRef = reader.varint();
      else if (tag === 0x20) this.#unitRef = reader.varint();
      else reader.skip();
    }
    reader.leave(outer);
  }

  /** The key is a hash of the hashes of the symbols, and of type and unit. */
  #makeKey(): void {
    const { series } = this.#body;
    const { count, hashes, isName } = this.#symbols;
    const { values, length } = this.#refs;
    this.name.from = this.name.to = 0;
    this.#nameRef = -1;
    if (this.#helpRef >= count) this.#helpRef = 0;
    if (this.#unitRef >= count) this.#unitRef = 0;
    // Both steps are bijections of the state: only the hashes of symbols can collide.
    let low = series.seedLow ^ length;
    let high = series.seedHigh ^ 2;
    let name = -1;
    for (let i = 0; i < length; i++) {
      const ref = (values[i] as number) >>> 0;
      if (ref >= count) {
        this.#makeStrayKey();
        return;
      }
      low = Math.imul(low ^ (hashes[ref * 2] as number), 0x85ebca6b);
      low = (((low << 13) | (low >>> 19)) + high) | 0;
      high = Math.imul(high ^ (hashes[ref * 2 + 1] as number), 0xc2b2ae35);
      high = (((high << 15) | (high >>> 17)) + low) | 0;
      if ((i & 1) === 0) name = ref;
      else if (isName[name] === 1) this.#nameRef = ref;
    }
    if (this.#nameRef >= 0) {
      this.name.from = this.#symbols.encodedFrom(this.#nameRef);
      this.name.to = this.#symbols.to(this.#nameRef);
    }
    if (count > 0) {
      low = Math.imul(low ^ (hashes[this.#unitRef * 2] as number) ^ this.#type, 0x9e3779b1);
      high = Math.imul(high ^ low ^ (low >>> 15), 0x27d4eb2f);
    }
    this.keyLow = (low ^ (high >>> 16)) >>> 0;
    this.keyHigh = high >>> 0;
  }

  /** For labels that name no symbol: a key that no series has, since none is ever added for it. */
  #makeStrayKey(): void {
    const { series } = this.#body;
    this.keyLow = (series.seedLow ^ 0x57a7) >>> 0;
    this.keyHigh = series.seedHigh;
  }

  labels(): Pairs | RejectionReason {
    const pairs = this.#pairsOf(this.#refs);
    return typeof pairs === 'string' ? pairs : checkedLabels(pairs);
  }

  #pairsOf(refs: IntegerList): [string, string][] | RejectionReason {
    const symbols = this.#symbols;
    const { labelBytesMax, labelSetBytesMax } = this.#body;
    let bytes = 0;
    if (refs.length % 2 !== 0) return 'of a series whose labels refer to no symbol';
    if (refs.length > labelsMax * 2) return 'of a series with too many labels or too long ones';
    const pairs: [string, string][] = [];
    const { values, length } = refs;
    for (let i = 0; i < length; i += 2) {
      const [name, value] = [(values[i] as number) >>> 0, (values[i + 1] as number) >>> 0];
      if (name >= symbols.count || value >= symbols.count) {
        return 'of a series whose labels refer to no symbol';
      }
      const pairBytes = symbols.byteLength(name) + symbols.byteLength(value);
      bytes += pairBytes;
      if (pairBytes > labelBytesMax || bytes > labelSetBytesMax) {
        return 'of a series with too many labels or too long ones';
      }
      const pair = [symbols.text(name), symbols.text(value)] as const;
      if (pair[0] === undefined || pair[1] === undefined) {
        return 'of a series with labels that are not valid UTF-8';
      }
      pairs.push([pair[0], pair[1]]);
    }
    return pairs;
  }

  #exemplar(): void {
    const { reader } = this.#body;
    const refs = this.#exemplarRefs;
    refs.length = 0;
    let value = 0;
    let timeMs = 0;
    const outer = reader.enter();
    while (reader.at < reader.limit) {
      const tag = reader.tag();
      if (tag === 0x0a || tag === 0x08) this.#readRefs(refs);
      else if (tag === 0x11) value = reader.double();
      else if (tag === 0x18) timeMs = int64(reader);
      else reader.skip();
    }
    reader.leave(outer);
    const labels = this.#pairsOf(refs);
    if (typeof labels !== 'string') this.#body.exemplar(this, timeMs, value, labels);
  }

  #metadata(): void {
    if ((this.#type === 0 && this.#helpRef === 0 && this.#unitRef === 0) || this.#nameRef < 0)
      return;
    const facts = `${this.#nameRef} ${this.#type} ${this.#helpRef} ${this.#unitRef}`;
    if (facts === this.#last) return;
    this.#last = facts;
    const symbols = this.#symbols;
    const { hashes } = symbols;
    const { hash } = this.#body.series;
    const key = this.#key;
    key.length = 0;
    for (const ref of [this.#nameRef, this.#helpRef, this.#unitRef]) {
      key.u64(hashes[ref * 2] as number, hashes[ref * 2 + 1] as number);
    }
    key.u32(this.#type);
    hash.update(key.bytes, 0, key.length, 0, 0);
    if (!claimMetadata(this.#body, hash.low, hash.high)) return;
    const text = (ref: number): string => symbols.text(ref) ?? '';
    const type = metricTypeOf(this.#type);
    appendMetadata(this.#body, familyName(text(this.#nameRef), type), {
      type,
      help: text(this.#helpRef),
      unit: text(this.#unitRef),
    });
  }
}

/** Series of classic histograms and summaries have the name of their metric in front of a suffix. */
function familyName(name: string, type: string): string {
  const isSplit = type === 'histogram' || type === 'gaugehistogram' || type === 'summary';
  return isSplit ? name.replace(/_(?:bucket|sum|count)$/, '') : name;
}
