// Type, unit and help of metrics, as they were sent on a day.
import type { UnixMs } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { daysBetweenMs, defineTable } from './table.ts';

export const metricMetadata = defineTable({
  name: 'otel_metric_metadata',
  signal: 'metrics',
  partition: 'day',
  isReplacing: true,
  materialized: [],
  columns: {
    tenant: 'LowCardinality(String)',
    day: 'Int32',
    name: 'LowCardinality(String)',
    type: 'LowCardinality(String)',
    unit: 'LowCardinality(String)',
    help: 'String',
    otel_name: 'LowCardinality(String)',
  },
});

/** Metadata of metrics with samples on the days from one time to another. */
export const metricMetadataBetween = (tenant: string, fromMs: UnixMs, toMs: UnixMs): Expr =>
  daysBetweenMs(tenant, fromMs, toMs);
