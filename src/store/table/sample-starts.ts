// When the counting of float samples began, as arrays per series and hour: only for samples whose
// sender said so. A sample is named by its time.
import type { UnixMs } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { defineTable, hoursBetweenMs } from './table.ts';

export const sampleStarts = defineTable({
  name: 'otel_sample_starts',
  signal: 'metrics',
  partition: 'bucket',
  isReplacing: false,
  materialized: [],
  columns: {
    tenant: 'LowCardinality(String)',
    bucket: 'Int32',
    name: 'LowCardinality(String)',
    series_id: 'UInt64',
    time: "SimpleAggregateFunction(groupArrayArray, Array(DateTime64(3, 'UTC')))",
    start_time: "SimpleAggregateFunction(groupArrayArray, Array(DateTime64(3, 'UTC')))",
  },
});

/** Rows of the hours from one time to another: their arrays hold samples outside of it as well. */
export const sampleStartsBetween = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  hoursBetweenMs(tenant, fromMs, toMs);
