// Exemplars: single measurements with the trace that they were made in.
import type { UnixMs } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { defineTable, rowsBetweenMs } from './table.ts';

export const exemplars = defineTable({
  name: 'otel_exemplars',
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
    value: 'Float64',
    trace_id: 'FixedString(16)',
    span_id: 'FixedString(8)',
    attributes: 'Map(LowCardinality(String), String)',
  },
});

/** Exemplars from one time to another, both included. */
export const exemplarsBetween = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  rowsBetweenMs(tenant, fromMs, toMs);
