// Points of native histograms (exponential histograms to OpenTelemetry), one row each.
import type { UnixMs } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { defineTable, rowsBetweenMs } from './table.ts';

export const histograms = defineTable({
  name: 'otel_histograms',
  signal: 'metrics',
  partition: 'bucket',
  isReplacing: true,
  materialized: [],
  columns: {
    tenant: 'LowCardinality(String)',
    bucket: 'Int32',
    name: 'LowCardinality(String)',
    series_id: 'UInt64',
    time: "DateTime64(3, 'UTC')",
    start_time: "DateTime64(3, 'UTC')",
    count: 'Float64',
    sum: 'Float64',
    min: 'Float64',
    max: 'Float64',
    scale: 'Int32',
    zero_threshold: 'Float64',
    zero_count: 'Float64',
    positive_spans: 'Array(Int32)',
    negative_spans: 'Array(Int32)',
    custom_bounds: 'Array(Float64)',
    counter_reset: 'UInt8',
    positive_offset: 'Int32',
    positive_counts: 'Array(Float64)',
    negative_offset: 'Int32',
    negative_counts: 'Array(Float64)',
    flags: 'UInt8',
  },
});

/** Points from one time to another, both included. */
export const histogramsBetween = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  rowsBetweenMs(tenant, fromMs, toMs);
