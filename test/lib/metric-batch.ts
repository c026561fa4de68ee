// Batches of metric samples for tests of queries, as a decoder would make them.
import type { Batch, TableRows } from '#model/batch.ts';
import {
  appendMap,
  array,
  dateTimeMs,
  float64,
  int32,
  string,
  stringMap,
  uint8,
  uint64,
} from '#model/column.ts';
import { seriesIdBytes } from '#model/origin.ts';
import { dayOfMs, hourOfMs } from '#model/unit.ts';

export interface TestSeries {
  readonly name: string;
  /** Without the name; sorted. */
  readonly labels: Readonly<Record<string, string>>;
  readonly otelName?: string;
  readonly isDelta?: boolean;
  readonly times: readonly number[];
  /** `stale` as text writes a stale marker. */
  readonly values: readonly (number | 'stale')[];
}

export function metricBatch(series: readonly TestSeries[], tenant = ''): Batch<'metrics'> {
  const identities = seriesRows(series);
  const rows = [
    cumulativeRows(series.filter((one) => !one.isDelta)),
    deltaRows(series.filter((one) => one.isDelta)),
  ];
  const items = series.reduce((sum, { times }) => sum + times.length, 0);
  return {
    signal: 'metrics',
    tenant,
    items,
    identities: [identities],
    rows,
    byteLength: items * 16,
  };
}

const idOf = ({ name, labels }: TestSeries): bigint =>
  seriesIdBytes(name, Object.entries(labels)).hash();

function seriesRows(series: readonly TestSeries[]): TableRows {
  const columns = {
    day: int32(),
    name: string(),
    series_id: uint64(),
    labels: stringMap(),
    otel_name: string(),
    type: string(),
    unit: string(),
    temporality: uint8(),
  };
  for (const one of series) {
    for (const day of new Set(one.times.map(dayOfMs))) {
      columns.day.data.i32(day);
      columns.name.appendText(one.name);
      columns.series_id.data.big64(idOf(one));
      appendMap(columns.labels, Object.entries(one.labels));
      columns.otel_name.appendText(one.otelName ?? one.name);
      columns.type.appendText('gauge');
      columns.unit.appendText('');
      columns.temporality.data.u8(one.isDelta ? 1 : 2);
    }
  }
  return { table: 'otel_series', columns };
}

function cumulativeRows(series: readonly TestSeries[]): TableRows {
  const time = dateTimeMs();
  const value = float64();
  const columns = {
    bucket: int32(),
    name: string(),
    series_id: uint64(),
    time: array(time),
    value: array(value),
    has_stale: uint8(),
  };
  for (const one of series) {
    const buckets = new Map<number, number[]>();
    one.times.forEach((at, i) => {
      const bucket = hourOfMs(at);
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), i]);
    });
    for (const [bucket, indices] of buckets) {
      columns.bucket.data.i32(bucket);
      columns.name.appendText(one.name);
      columns.series_id.data.big64(idOf(one));
      for (const i of indices) {
        time.data.big64(BigInt(one.times[i] as number));
        const sample = one.values[i] as number | 'stale';
        if (sample === 'stale') value.data.big64(0x7ff0000000000002n);
        else value.data.f64(sample);
      }
      columns.time.closeRow(indices.length);
      columns.value.closeRow(indices.length);
      columns.has_stale.data.u8(indices.some((i) => one.values[i] === 'stale') ? 1 : 0);
    }
  }
  return { table: 'otel_samples', columns };
}

function deltaRows(series: readonly TestSeries[]): TableRows {
  const columns = {
    bucket: int32(),
    name: string(),
    series_id: uint64(),
    time: dateTimeMs(),
    start_time: dateTimeMs(),
    value: float64(),
  };
  for (const one of series) {
    one.times.forEach((at, i) => {
      columns.bucket.data.i32(hourOfMs(at));
      columns.name.appendText(one.name);
      columns.series_id.data.big64(idOf(one));
      columns.time.data.big64(BigInt(at));
      columns.start_time.data.big64(BigInt(one.times[i - 1] ?? at));
      columns.value.data.f64(one.values[i] as number);
    });
  }
  return { table: 'otel_delta_samples', columns };
}
