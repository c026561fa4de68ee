// Prometheus samples of one tenant, collected into a batch: what scraping and rules write. A series is
// resolved once; a sample then costs the bytes of its time and value.
import { ByteBuffer } from '#lib/byte-buffer.ts';
import { type Clock, systemClock } from '#lib/clock.ts';
import { type Batch, heldBytes, rowCount } from './batch.ts';
import { type Pairs, sortedPairs } from './canonical.ts';
import { appendExemplarLabels } from './exemplar-labels.ts';
import { appendHistogram, type HistogramSample } from './histogram-sample.ts';
import { MetricRows, type SeriesName, seriesName, staleHigh, staleLow } from './metric-rows.ts';
import { type Family, type SamplesContext, SeriesRows } from './series-rows.ts';
import { dayOfMs, type UnixMs } from './unit.ts';

export type { HistogramSample } from './histogram-sample.ts';

export interface SampleBatchContext extends SamplesContext {
  /** Metadata is filed under its day. */
  readonly clock?: Clock;
}

/** A series of one tenant. It may be kept: every builder of the tenant takes it. */
export interface SeriesRef {
  readonly name: SeriesName;
  /** Sorted, without `__name__`. */
  readonly labels: Pairs;
  readonly family: Family | undefined;
  readonly keyLow: number;
  readonly keyHigh: number;
  /** Which batch knows the series, for which day, and its id. */
  batch: object | undefined;
  day: number;
  idLow: number;
  idHigh: number;
}

export interface SampleExemplar {
  readonly timeMs: UnixMs;
  readonly value: number;
  readonly labels: Pairs;
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** Ends a text in the bytes that are hashed: UTF-8 never has it. */
const end = 0xff;

/** Collects Prometheus samples of one tenant into a batch of metrics. */
export class SampleBatchBuilder {
  readonly #context: SampleBatchContext;
  readonly #rows = new MetricRows();
  readonly #series: SeriesRows;
  readonly #names = new Map<string, SeriesName>();
  readonly #key = new ByteBuffer();
  /** What series that are kept remember of the batch: not its rows, which would live as long. */
  readonly #token = {};
  #items = 0;

  constructor(context: SampleBatchContext) {
    this.#context = context;
    this.#series = new SeriesRows(context, this.#rows);
  }

  /** Samples and histograms; exemplars and metadata are not counted. */
  get items(): number {
    return this.#items;
  }

  /** Bytes held. */
  get byteLength(): number {
    return heldBytes(this.#identities()) + heldBytes(this.#filledRows());
  }

  /** `labels` have `__name__`, are sorted by name and have no empty values. */
  series(labels: Pairs, family?: Family): SeriesRef {
    const key = this.#key;
    key.length = 0;
    let name = '';
    for (const [label, value] of labels) {
      if (label === '__name__') name = value;
      appendText(key, label);
      appendText(key, value);
    }
    appendText(key, family?.type ?? '');
    appendText(key, family?.unit ?? '');
    const { hash, seedLow, seedHigh } = this.#series;
    hash.update(key.bytes, 0, key.length, seedLow, seedHigh);
    return {
      name: this.#nameOf(name),
      labels,
      family,
      keyLow: hash.low,
      keyHigh: hash.high,
      batch: undefined,
      day: 0,
      idLow: 0,
      idHigh: 0,
    };
  }

  /** A value as its 8 bytes, little-endian halves; startMs: when its counting began, if known. */
  sample(
    series: SeriesRef,
    timeMs: UnixMs,
    valueLow: number,
    valueHigh: number,
    startMs?: UnixMs,
  ): void {
    this.#enter(series, timeMs);
    const { name, idLow, idHigh } = series;
    this.#rows.sample(name, idLow, idHigh, timeMs, valueLow, valueHigh);
    if (startMs !== undefined) this.#rows.sampleStart(name, idLow, idHigh, timeMs, startMs);
    this.#items++;
  }

  number(series: SeriesRef, timeMs: UnixMs, value: number, startMs?: UnixMs): void {
    double[0] = value;
    this.sample(series, timeMs, halves[0] as number, halves[1] as number, startMs);
  }

  /** A stale marker: the series, of floats or histograms, ends here. */
  stale(series: SeriesRef, timeMs: UnixMs): void {
    this.sample(series, timeMs, staleLow, staleHigh);
  }

  histogram(
    series: SeriesRef,
    timeMs: UnixMs,
    histogram: HistogramSample,
    startMs: UnixMs = 0,
  ): void {
    this.#enter(series, timeMs);
    this.#rows.histogram(series.name, series.idLow, series.idHigh, timeMs, startMs);
    appendHistogram(this.#rows.histograms, histogram);
    this.#items++;
  }

  exemplar(series: SeriesRef, { timeMs, value, labels }: SampleExemplar): void {
    this.#enter(series, timeMs);
    this.#rows.exemplar(series.name, series.idLow, series.idHigh, timeMs);
    const { exemplars } = this.#rows;
    exemplars.value.data.f64(value);
    appendExemplarLabels(exemplars, labels);
  }

  metadata(name: string, { type, unit, help }: MetricMetadataText): void {
    const key = this.#key;
    key.length = 0;
    for (const text of ['metadata', name, type, unit, help]) appendText(key, text);
    const { hash, seedLow, seedHigh } = this.#series;
    hash.update(key.bytes, 0, key.length, seedLow, seedHigh);
    const day = dayOfMs((this.#context.clock ?? systemClock).nowMs());
    if (!this.#series.claim(hash.low, hash.high, day)) return;
    this.#rows.appendMetadata(day, name, { type, unit, help });
  }

  /** Once: the builder is not to be used afterwards. */
  build(): Batch<'metrics'> {
    const identities = this.#identities();
    const rows = this.#filledRows();
    return {
      signal: 'metrics',
      tenant: this.#context.tenant,
      items: this.#items,
      identities,
      rows,
      byteLength: heldBytes(identities) + heldBytes(rows),
      committed: () => this.#series.committed(),
    };
  }

  #enter(series: SeriesRef, timeMs: UnixMs): void {
    const day = dayOfMs(timeMs);
    if (series.batch === this.#token && series.day === day) return;
    const { keyLow, keyHigh, labels, name, family } = series;
    if (!this.#series.find(keyLow, keyHigh, day)) {
      const others = sortedPairs(labels.filter(([label]) => label !== '__name__'));
      this.#series.add(keyLow, keyHigh, day, name.text, others, family);
    }
    series.batch = this.#token;
    series.day = day;
    series.idLow = this.#series.idLow;
    series.idHigh = this.#series.idHigh;
  }

  #nameOf(text: string): SeriesName {
    const known = this.#names.get(text);
    if (known) return known;
    const made = seriesName(text);
    this.#names.set(text, made);
    return made;
  }

  #identities() {
    return this.#rows.identities().filter(rowCount);
  }

  #filledRows() {
    return this.#rows.rows().filter(rowCount);
  }
}

export interface MetricMetadataText {
  readonly type: string;
  readonly unit: string;
  readonly help: string;
}

/** UTF-8 of a text and its end. Short ASCII, which labels mostly are, is copied by hand. */
function appendText(buffer: ByteBuffer, text: string): void {
  const { length } = text;
  buffer.reserve(length + 1);
  const { bytes } = buffer;
  const from = buffer.length;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) {
      buffer.text(text);
      buffer.u8(end);
      return;
    }
    bytes[from + i] = code;
  }
  bytes[from + length] = end;
  buffer.length = from + length + 1;
}
