// A native histogram as Prometheus sends it, and its row of otel_histograms.
// https://prometheus.io/docs/specs/native_histograms/
import type { ArrayColumn, FixedColumn } from './column.ts';
import { histogramFlag, type MetricRows } from './metric-rows.ts';

export interface HistogramSample {
  /** -4 to 8, or -53: `customBounds` are the upper bounds. */
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  /**
   * Pairs of offset and length, as in Prometheus: the first offset is the number of a bucket, the others
   * are gaps.
   */
  readonly positiveSpans: Int32Array;
  /** Of all buckets of the spans, absolute. */
  readonly positiveCounts: Float64Array;
  readonly negativeSpans: Int32Array;
  readonly negativeCounts: Float64Array;
  /** Without +Inf; empty unless the schema is -53. */
  readonly customBounds: Float64Array;
  /** 0 unknown, 1 reset, 2 not reset, 3 gauge. */
  readonly counterReset: number;
}

type Columns = MetricRows['histograms'];

/** The rest of a row that MetricRows.histogram began. */
export function appendHistogram(columns: Columns, histogram: HistogramSample): void {
  columns.count.data.f64(histogram.count);
  columns.sum.data.f64(histogram.sum);
  columns.min.data.f64(0);
  columns.max.data.f64(0);
  columns.scale.data.i32(histogram.schema);
  columns.zero_threshold.data.f64(histogram.zeroThreshold);
  columns.zero_count.data.f64(histogram.zeroCount);
  appendIntegers(columns.positive_spans, histogram.positiveSpans);
  appendFloats(columns.positive_counts, histogram.positiveCounts);
  appendIntegers(columns.negative_spans, histogram.negativeSpans);
  appendFloats(columns.negative_counts, histogram.negativeCounts);
  appendFloats(columns.custom_bounds, histogram.customBounds);
  columns.counter_reset.data.u8(histogram.counterReset);
  columns.flags.data.u8(histogramFlag.hasSum);
}

/** The same for a stale marker: the series ends here. */
export function appendStaleHistogram(columns: Columns): void {
  appendHistogram(columns, emptyHistogram);
  const { flags } = columns;
  flags.data.bytes[flags.data.length - 1] = histogramFlag.isStale;
}

const none = new Float64Array(0);
const noSpans = new Int32Array(0);

const emptyHistogram: HistogramSample = {
  schema: 0,
  count: 0,
  sum: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  positiveSpans: noSpans,
  positiveCounts: none,
  negativeSpans: noSpans,
  negativeCounts: none,
  customBounds: none,
  counterReset: 0,
};

function appendIntegers(column: ArrayColumn<readonly [FixedColumn]>, values: Int32Array): void {
  for (const value of values) column.elements[0].data.i32(value);
  column.closeRow(values.length);
}

function appendFloats(column: ArrayColumn<readonly [FixedColumn]>, values: Float64Array): void {
  for (const value of values) column.elements[0].data.f64(value);
  column.closeRow(values.length);
}
