// Samples of delta temporality as sent; reads make running totals.
import type { UnixMs } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { defineTable, rowsBetweenMs } from './table.ts';

export const deltaSamples = defineTable({
  name: 'otel_delta_samples',
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
    value: 'Float64',
  },
});

/** Samples from one time to another, both included. */
export const deltaSamplesBetween = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  rowsBetweenMs(tenant, fromMs, toMs);
