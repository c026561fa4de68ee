// Float samples as arrays per series and hour. A series and hour may lie in several rows, and a
// time may repeat within and between them: readers glue the arrays, sort them and keep one per time.
import type { UnixMs } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { defineTable, hoursBetweenMs } from './table.ts';

export const samples = defineTable({
  name: 'otel_samples',
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
    value: 'SimpleAggregateFunction(groupArrayArray, Array(Float64))',
    has_stale: 'SimpleAggregateFunction(max, UInt8)',
  },
});

/** Rows of the hours from one time to another: their arrays hold samples outside of it as well. */
export const samplesBetween = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  hoursBetweenMs(tenant, fromMs, toMs);
