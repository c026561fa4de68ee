// The columns that data points are written to, named as in the store.
import type { TableRows } from '#model/batch.ts';
import {
  array,
  dateTimeMs,
  type FixedColumn,
  fixedString,
  float64,
  int32,
  string,
  stringMap,
  uint8,
  uint64,
} from '#model/column.ts';
import { hourOfMs, type UnixMs } from '#model/unit.ts';
import { tableRows } from './batch.ts';
import type { SeriesName } from './metric-family.ts';

/** The bits of the NaN that says: the series ends here. Prometheus, model/value/value.go. */
export const staleLow = 0x00000002;
export const staleHigh = 0x7ff00000;

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
  count: uint64(),
  sum: float64(),
  min: float64(),
  max: float64(),
  scale: int32(),
  zero_threshold: float64(),
  zero_count: uint64(),
  positive_offset: int32(),
  positive_counts: array(uint64()),
  negative_offset: int32(),
  negative_counts: array(uint64()),
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

export class MetricRows {
  readonly series = seriesColumns();
  readonly metadata = metadataColumns();
  readonly samples = sampleColumns();
  readonly deltaSamples = deltaSampleColumns();
  readonly histograms = histogramColumns();
  readonly exemplars = exemplarColumns();

  /** A sample of a gauge or a cumulative metric: the 8 bytes of its value as two halves. */
  sample(
    name: SeriesName,
    idLow: number,
    idHigh: number,
    timeMs: UnixMs,
    valueLow: number,
    valueHigh: number,
  ): void {
    const { samples } = this;
    this.#point(samples, name, idLow, idHigh, timeMs);
    appendMs(samples.time.elements[0], timeMs);
    samples.time.closeRow(1);
    samples.value.elements[0].data.u64(valueLow, valueHigh);
    samples.value.closeRow(1);
    samples.has_stale.data.u8(valueLow === staleLow && valueHigh === staleHigh ? 1 : 0);
  }

  /** A sample of delta temporality. */
  deltaSample(
    name: SeriesName,
    idLow: number,
    idHigh: number,
    timeMs: UnixMs,
    startMs: UnixMs,
    valueLow: number,
    valueHigh: number,
  ): void {
    const { deltaSamples } = this;
    this.#point(deltaSamples, name, idLow, idHigh, timeMs);
    appendMs(deltaSamples.time, timeMs);
    appendMs(deltaSamples.start_time, startMs);
    deltaSamples.value.data.u64(valueLow, valueHigh);
  }

  /** The start of a row of `histograms`. */
  histogram(
    name: SeriesName,
    idLow: number,
    idHigh: number,
    timeMs: UnixMs,
    startMs: UnixMs,
  ): void {
    this.#point(this.histograms, name, idLow, idHigh, timeMs);
    appendMs(this.histograms.time, timeMs);
    appendMs(this.histograms.start_time, startMs);
  }

  /** The start of a row of `exemplars`. */
  exemplar(name: SeriesName, idLow: number, idHigh: number, timeMs: UnixMs): void {
    this.#point(this.exemplars, name, idLow, idHigh, timeMs);
    appendMs(this.exemplars.time, timeMs);
  }

  identities(): TableRows[] {
    return [
      tableRows('otel_metric_metadata', this.metadata),
      tableRows('otel_series', this.series),
    ];
  }

  rows(): TableRows[] {
    return [
      tableRows('otel_samples', this.samples),
      tableRows('otel_delta_samples', this.deltaSamples),
      tableRows('otel_histograms', this.histograms),
      tableRows('otel_exemplars', this.exemplars),
    ];
  }

  #point(
    columns: ReturnType<typeof pointColumns>,
    name: SeriesName,
    idLow: number,
    idHigh: number,
    timeMs: UnixMs,
  ): void {
    columns.bucket.data.i32(hourOfMs(timeMs));
    columns.name.appendEncoded(name.encoded, 0, name.encoded.length);
    columns.series_id.data.u64(idLow, idHigh);
  }
}

function appendMs(column: FixedColumn, ms: UnixMs): void {
  column.data.u64(ms >>> 0, Math.floor(ms / 0x100000000) >>> 0);
}
