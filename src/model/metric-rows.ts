// The columns that samples are written to, named as in the store, whatever protocol they came by.

import { rowCount, type TableName, type TableRows } from './batch.ts';
import type { Pairs } from './canonical.ts';
import {
  appendMap,
  array,
  type Column,
  dateTimeMs,
  type FixedColumn,
  fixedString,
  float64,
  int32,
  string,
  stringMap,
  uint8,
  uint64,
} from './column.ts';
import { ColumnPool, capacityOf, clearColumns, type Reusable } from './column-pool.ts';
import { hourOfMs, type UnixMs } from './unit.ts';

/** The bits of the NaN that says: the series ends here. Prometheus, model/value/value.go. */
export const staleLow = 0x00000002;
export const staleHigh = 0x7ff00000;

/** Bits of `otel_histograms.flags`. */
export const histogramFlag = { hasSum: 1, hasMin: 2, hasMax: 4, isStale: 8, isDelta: 16 } as const;

/** A name in the form in which it is written to columns: a range of bytes, its length in front. */
export interface EncodedName {
  readonly encoded: Uint8Array;
  readonly from: number;
  readonly to: number;
}

export interface SeriesName extends EncodedName {
  readonly text: string;
}

const encoder = new TextEncoder();

export function seriesName(text: string): SeriesName {
  const bytes = encoder.encode(text);
  const encoded: number[] = [];
  let rest = bytes.length;
  for (; rest > 127; rest >>>= 7) encoded.push((rest & 127) | 128);
  encoded.push(rest);
  const whole = Uint8Array.from([...encoded, ...bytes]);
  return { text, encoded: whole, from: 0, to: whole.length };
}

/** What a row of otel_series says beside its id and day. */
export interface SeriesFacts {
  readonly name: string;
  /** Sorted, without `__name__`. */
  readonly labels: Pairs;
  readonly otelName: string;
  readonly type: string;
  readonly unit: string;
  readonly isDelta: boolean;
}

export interface MetadataFacts {
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly otelName?: string;
}

const pointColumns = () => ({ bucket: int32(), name: string(), series_id: uint64() });

const seriesColumns = () => ({
  day: int32(),
  name: string(),
  series_id: uint64(),
  labels: stringMap(),
  otel_name: string(),
  type: string(),
  unit: string(),
  temporality: uint8(),
});

const metadataColumns = () => ({
  day: int32(),
  name: string(),
  type: string(),
  unit: string(),
  help: string(),
  otel_name: string(),
});

const sampleColumns = () => ({
  ...pointColumns(),
  time: array(dateTimeMs()),
  value: array(float64()),
  has_stale: uint8(),
});

const sampleStartColumns = () => ({
  ...pointColumns(),
  time: array(dateTimeMs()),
  start_time: array(dateTimeMs()),
});

const deltaSampleColumns = () => ({
  ...pointColumns(),
  time: dateTimeMs(),
  start_time: dateTimeMs(),
  value: float64(),
});

const histogramColumns = () => ({
  ...pointColumns(),
  time: dateTimeMs(),
  start_time: dateTimeMs(),
  count: float64(),
  sum: float64(),
  min: float64(),
  max: float64(),
  scale: int32(),
  zero_threshold: float64(),
  zero_count: float64(),
  positive_spans: array(int32()),
  positive_counts: array(float64()),
  negative_spans: array(int32()),
  negative_counts: array(float64()),
  custom_bounds: array(float64()),
  counter_reset: uint8(),
  flags: uint8(),
});

const exemplarColumns = () => ({
  ...pointColumns(),
  time: dateTimeMs(),
  value: float64(),
  trace_id: fixedString(16),
  span_id: fixedString(8),
  attributes: stringMap(),
});

/** Which row of samples comes last, so that a sample of the same series and hour joins it. */
class LastRow {
  #idLow = -1;
  #idHigh = -1;
  #bucket = 0;

  /** Whether the row that was last is of these; they are the last from now on. */
  isSame(idLow: number, idHigh: number, bucket: number): boolean {
    if (idLow === this.#idLow && idHigh === this.#idHigh && bucket === this.#bucket) return true;
    this.#idLow = idLow;
    this.#idHigh = idHigh;
    this.#bucket = bucket;
    return false;
  }

  forget(): void {
    this.#idLow = -1;
    this.#idHigh = -1;
  }
}

export class MetricRows implements Reusable {
  readonly samples = sampleColumns();
  readonly #lastSample = new LastRow();
  readonly #lastStart = new LastRow();
  // Most bodies have only samples: the columns of the others are made when they are asked for.
  #series: ReturnType<typeof seriesColumns> | undefined;
  #metadata: ReturnType<typeof metadataColumns> | undefined;
  #sampleStarts: ReturnType<typeof sampleStartColumns> | undefined;
  #deltaSamples: ReturnType<typeof deltaSampleColumns> | undefined;
  #histograms: ReturnType<typeof histogramColumns> | undefined;
  #exemplars: ReturnType<typeof exemplarColumns> | undefined;

  get series(): ReturnType<typeof seriesColumns> {
    this.#series ??= seriesColumns();
    return this.#series;
  }

  get metadata(): ReturnType<typeof metadataColumns> {
    this.#metadata ??= metadataColumns();
    return this.#metadata;
  }

  get sampleStarts(): ReturnType<typeof sampleStartColumns> {
    this.#sampleStarts ??= sampleStartColumns();
    return this.#sampleStarts;
  }

  get deltaSamples(): ReturnType<typeof deltaSampleColumns> {
    this.#deltaSamples ??= deltaSampleColumns();
    return this.#deltaSamples;
  }

  get histograms(): ReturnType<typeof histogramColumns> {
    this.#histograms ??= histogramColumns();
    return this.#histograms;
  }

  get exemplars(): ReturnType<typeof exemplarColumns> {
    this.#exemplars ??= exemplarColumns();
    return this.#exemplars;
  }

  appendSeries(idLow: number, idHigh: number, day: number, facts: SeriesFacts): void {
    const { series } = this;
    series.day.data.i32(day);
    series.name.appendText(facts.name);
    series.series_id.data.u64(idLow, idHigh);
    appendMap(series.labels, facts.labels);
    series.otel_name.appendText(facts.otelName);
    series.type.appendText(facts.type);
    series.unit.appendText(facts.unit);
    series.temporality.data.u8(facts.isDelta ? 1 : 0);
  }

  appendMetadata(
    day: number,
    name: string,
    { type, unit, help, otelName = '' }: MetadataFacts,
  ): void {
    const { metadata } = this;
    metadata.day.data.i32(day);
    metadata.name.appendText(name);
    metadata.type.appendText(type);
    metadata.unit.appendText(unit);
    metadata.help.appendText(help);
    metadata.otel_name.appendText(otelName);
  }

  /** A sample of a gauge or a cumulative metric: the 8 bytes of its value as two halves. */
  sample(
    name: EncodedName,
    idLow: number,
    idHigh: number,
    timeMs: UnixMs,
    valueLow: number,
    valueHigh: number,
  ): void {
    const { time, value, has_stale } = this.samples;
    const isStale = valueLow === staleLow && valueHigh === staleHigh;
    appendMs(time.elements[0], timeMs);
    value.elements[0].data.u64(valueLow, valueHigh);
    const bucket = hourOfMs(timeMs);
    if (this.#lastSample.isSame(idLow, idHigh, bucket)) {
      time.extendRow(1);
      value.extendRow(1);
      if (isStale) has_stale.data.bytes[has_stale.data.length - 1] = 1;
      return;
    }
    appendPoint(this.samples, name, idLow, idHigh, bucket);
    time.closeRow(1);
    value.closeRow(1);
    has_stale.data.u8(isStale ? 1 : 0);
  }

  /** When the counting of a sample began. */
  sampleStart(
    name: EncodedName,
    idLow: number,
    idHigh: number,
    timeMs: UnixMs,
    startMs: UnixMs,
  ): void {
    const { time, start_time } = this.sampleStarts;
    appendMs(time.elements[0], timeMs);
    appendMs(start_time.elements[0], startMs);
    const bucket = hourOfMs(timeMs);
    if (this.#lastStart.isSame(idLow, idHigh, bucket)) {
      time.extendRow(1);
      start_time.extendRow(1);
      return;
    }
    appendPoint(this.sampleStarts, name, idLow, idHigh, bucket);
    time.closeRow(1);
    start_time.closeRow(1);
  }

  /** A sample of delta temporality. */
  deltaSample(
    name: EncodedName,
    idLow: number,
    idHigh: number,
    timeMs: UnixMs,
    startMs: UnixMs,
    valueLow: number,
    valueHigh: number,
  ): void {
    const { deltaSamples } = this;
    appendPoint(deltaSamples, name, idLow, idHigh, hourOfMs(timeMs));
    appendMs(deltaSamples.time, timeMs);
    appendMs(deltaSamples.start_time, startMs);
    deltaSamples.value.data.u64(valueLow, valueHigh);
  }

  /** The start of a row of `histograms`; a start time of 0 is none. */
  histogram(
    name: EncodedName,
    idLow: number,
    idHigh: number,
    timeMs: UnixMs,
    startMs: UnixMs,
  ): void {
    appendPoint(this.histograms, name, idLow, idHigh, hourOfMs(timeMs));
    appendMs(this.histograms.time, timeMs);
    appendMs(this.histograms.start_time, startMs);
  }

  /** The start of a row of `exemplars`. */
  exemplar(name: EncodedName, idLow: number, idHigh: number, timeMs: UnixMs): void {
    appendPoint(this.exemplars, name, idLow, idHigh, hourOfMs(timeMs));
    appendMs(this.exemplars.time, timeMs);
  }

  /** Of the names of metrics, which every row has. */
  get nameBytes(): number {
    return this.#made().reduce((size, { name }) => size + (name?.byteLength ?? 0), 0);
  }

  get capacity(): number {
    return this.#made().reduce((size, columns) => size + capacityOf(columns), 0);
  }

  clear(): void {
    for (const columns of this.#made()) clearColumns(columns);
    this.#lastSample.forget();
    this.#lastStart.forget();
  }

  #made(): Columns[] {
    return [
      this.samples,
      this.#series,
      this.#metadata,
      this.#sampleStarts,
      this.#deltaSamples,
      this.#histograms,
      this.#exemplars,
    ].filter((columns) => columns !== undefined);
  }

  identities(): TableRows[] {
    return filled([
      ['otel_metric_metadata', this.#metadata],
      ['otel_series', this.#series],
    ]);
  }

  rows(): TableRows[] {
    return filled([
      ['otel_samples', this.samples],
      ['otel_sample_starts', this.#sampleStarts],
      ['otel_delta_samples', this.#deltaSamples],
      ['otel_histograms', this.#histograms],
      ['otel_exemplars', this.#exemplars],
    ]);
  }
}

/** Of this process: decoding is synchronous, so that all signals of all tenants share them. */
export const metricRowsPool = new ColumnPool(() => new MetricRows());

type Columns = Readonly<Record<string, Column>>;

/** The tables that have rows. */
const filled = (tables: readonly (readonly [TableName, Columns | undefined])[]): TableRows[] =>
  tables.flatMap(([table, columns]) =>
    columns && rowCount({ table, columns }) > 0 ? [{ table, columns }] : [],
  );

function appendPoint(
  columns: ReturnType<typeof pointColumns>,
  name: EncodedName,
  idLow: number,
  idHigh: number,
  bucket: number,
): void {
  columns.bucket.data.i32(bucket);
  columns.name.appendEncoded(name.encoded, name.from, name.to);
  columns.series_id.data.u64(idLow, idHigh);
}

function appendMs(column: FixedColumn, ms: UnixMs): void {
  column.data.u64(ms >>> 0, Math.floor(ms / 0x100000000) >>> 0);
}
