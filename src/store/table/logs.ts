// Log records; their stream (labels, resource, scope) is in otel_log_streams.
// `detected_level` and `parsed_level` say what a line's level is without the line; '' where they do not.
// What `parsed_level` promises: src/model/log-parsed-level.ts, and how to read it:
// src/query/logql/compile/parsed-level.ts. `arrival`: src/model/arrival.ts; 0 in rows of before.
import type { UnixNano } from '#model/unit.ts';
import type { Expr } from '#sql/tree.ts';
import { defineTable, rowsBetweenNano } from './table.ts';

export const logs = defineTable({
  name: 'otel_logs',
  signal: 'logs',
  partition: 'bucket',
  isReplacing: true,
  materialized: ['bucket', 'record_hash'],
  columns: {
    tenant: 'LowCardinality(String)',
    bucket: 'Int32',
    stream_id: 'UInt64',
    time_unix_nano: 'Int64',
    record_hash: 'UInt64',
    observed_time_unix_nano: 'Int64',
    severity_number: 'UInt8',
    severity_text: 'LowCardinality(String)',
    trace_id: 'FixedString(16)',
    span_id: 'FixedString(8)',
    flags: 'UInt32',
    event_name: 'LowCardinality(String)',
    body: 'String',
    body_type: 'UInt8',
    attributes: 'Map(LowCardinality(String), String)',
    dropped_attributes_count: 'UInt32',
    detected_level: 'LowCardinality(String)',
    parsed_level: 'LowCardinality(String)',
    arrival: 'Int64',
  },
});

/** Log records at `fromNano` or later and before `toNano`. */
export const logsBetween = (tenant: string, fromNano: UnixNano, toNano: UnixNano): Expr =>
  rowsBetweenNano('time_unix_nano', tenant, fromNano, toNano);
