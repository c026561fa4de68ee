// One log stream and day: Loki labels, and for OTLP the resource and scope behind it.
import type { UnixNano } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { daysBetweenNano, defineTable } from './table.ts';

export const logStreams = defineTable({
  name: 'otel_log_streams',
  signal: 'logs',
  partition: 'day',
  isReplacing: true,
  materialized: [],
  columns: {
    tenant: 'LowCardinality(String)',
    day: 'Int32',
    stream_id: 'UInt64',
    service_name: 'LowCardinality(String)',
    labels: 'Map(LowCardinality(String), String)',
    resource_attributes: 'Map(LowCardinality(String), String)',
    resource_dropped_attributes_count: 'UInt32',
    resource_schema_url: 'LowCardinality(String)',
    scope_name: 'LowCardinality(String)',
    scope_version: 'LowCardinality(String)',
    scope_attributes: 'Map(LowCardinality(String), String)',
    scope_dropped_attributes_count: 'UInt32',
    scope_schema_url: 'LowCardinality(String)',
  },
});

/** Streams with records between two times. */
export const logStreamsBetween = (tenant: string, fromNano: UnixNano, toNano: UnixNano): Expr =>
  daysBetweenNano(tenant, fromNano, toNano);
