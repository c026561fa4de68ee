// One series and day: its Prometheus name and labels, and what OpenTelemetry called it.
import type { UnixMs } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { daysBetweenMs, defineTable } from './table.ts';

export const series = defineTable({
  name: 'otel_series',
  signal: 'metrics',
  partition: 'day',
  isReplacing: true,
  materialized: [],
  columns: {
    tenant: 'LowCardinality(String)',
    day: 'Int32',
    name: 'LowCardinality(String)',
    series_id: 'UInt64',
    labels: 'Map(LowCardinality(String), String)',
    otel_name: 'LowCardinality(String)',
    type: 'LowCardinality(String)',
    unit: 'LowCardinality(String)',
    temporality: 'UInt8',
  },
});

/** Series with samples on the days from one time to another. */
export const seriesBetween = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  daysBetweenMs(tenant, fromMs, toMs);
