// The columns of rows of otel_logs and otel_log_streams, as every decoder of log records fills them;
// named as in the store. The two of a record's level are in log-level-columns.ts.
import { fixedString, int32, int64, string, stringMap, uint8, uint32, uint64 } from './column.ts';

export const logRecordColumns = () => ({
  stream_id: uint64(),
  time_unix_nano: int64(),
  observed_time_unix_nano: int64(),
  severity_number: uint8(),
  severity_text: string(),
  trace_id: fixedString(16),
  span_id: fixedString(8),
  flags: uint32(),
  event_name: string(),
  body: string(),
  body_type: uint8(),
  attributes: stringMap(),
  dropped_attributes_count: uint32(),
  arrival: int64(),
});

/** The resource and the scope behind a stream, or behind spans. */
export const originColumns = () => ({
  day: int32(),
  service_name: string(),
  resource_attributes: stringMap(),
  resource_dropped_attributes_count: uint32(),
  resource_schema_url: string(),
  scope_name: string(),
  scope_version: string(),
  scope_attributes: stringMap(),
  scope_dropped_attributes_count: uint32(),
  scope_schema_url: string(),
});

export const logStreamColumns = () => ({
  stream_id: uint64(),
  labels: stringMap(),
  ...originColumns(),
});
