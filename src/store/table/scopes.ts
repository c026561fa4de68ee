// One instrumentation scope of one resource and day: what spans name by scope_id.
import type { UnixNano } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { daysBetweenNano, defineTable } from './table.ts';

export const scopes = defineTable({
  name: 'otel_scopes',
  signal: 'traces',
  partition: 'day',
  isReplacing: true,
  materialized: [],
  columns: {
    tenant: 'LowCardinality(String)',
    day: 'Int32',
    scope_id: 'UInt64',
    service_name: 'LowCardinality(String)',
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

/** Scopes of spans between two times. */
export const scopesBetween = (tenant: string, fromNano: UnixNano, toNano: UnixNano): Expr =>
  daysBetweenNano(tenant, fromNano, toNano);
