CREATE TABLE IF NOT EXISTS otel_scopes_local (
  tenant LowCardinality(String),
  day Int32,
  scope_id UInt64,
  service_name LowCardinality(String),
  resource_attributes Map(LowCardinality(String), String),
  resource_dropped_attributes_count UInt32,
  resource_schema_url LowCardinality(String),
  scope_name LowCardinality(String),
  scope_version LowCardinality(String),
  scope_attributes Map(LowCardinality(String), String),
  scope_dropped_attributes_count UInt32,
  scope_schema_url LowCardinality(String)
) ENGINE = ReplacingMergeTree PARTITION BY day ORDER BY (tenant, scope_id);

CREATE TABLE IF NOT EXISTS otel_scopes AS otel_scopes_local
ENGINE = Distributed(main, sightline, otel_scopes_local, scope_id);

CREATE TABLE IF NOT EXISTS otel_spans_local (
  tenant LowCardinality(String),
  bucket Int32 MATERIALIZED intDiv(start_unix_nano, 3600000000000),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(ZSTD(1)),
  parent_span_id FixedString(8) CODEC(ZSTD(1)),
  start_unix_nano Int64 CODEC(Delta, ZSTD(1)),
  duration_nano Int64 CODEC(T64, ZSTD(1)),
  scope_id UInt64 CODEC(ZSTD(1)),
  service_name LowCardinality(String) CODEC(ZSTD(1)),
  name LowCardinality(String) CODEC(ZSTD(1)),
  kind UInt8 CODEC(ZSTD(1)),
  status_code UInt8 CODEC(ZSTD(1)),
  status_message String CODEC(ZSTD(1)),
  trace_state String CODEC(ZSTD(1)),
  flags UInt32 CODEC(ZSTD(1)),
  attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  dropped_attributes_count UInt32 CODEC(ZSTD(1)),
  event_time_unix_nano Array(Int64) CODEC(ZSTD(1)),
  event_name Array(LowCardinality(String)) CODEC(ZSTD(1)),
  event_attributes Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  event_dropped_attributes_count Array(UInt32) CODEC(ZSTD(1)),
  dropped_events_count UInt32 CODEC(ZSTD(1)),
  link_trace_id Array(FixedString(16)) CODEC(ZSTD(1)),
  link_span_id Array(FixedString(8)) CODEC(ZSTD(1)),
  link_trace_state Array(String) CODEC(ZSTD(1)),
  link_flags Array(UInt32) CODEC(ZSTD(1)),
  link_attributes Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
  link_dropped_attributes_count Array(UInt32) CODEC(ZSTD(1)),
  dropped_links_count UInt32 CODEC(ZSTD(1)),
  INDEX trace_id_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = ReplacingMergeTree PARTITION BY intDiv(bucket, 24)
ORDER BY (tenant, bucket, trace_id, span_id, start_unix_nano)
SETTINGS index_granularity = 1024;

CREATE TABLE IF NOT EXISTS otel_spans AS otel_spans_local
ENGINE = Distributed(main, sightline, otel_spans_local, cityHash64(trace_id));

CREATE TABLE IF NOT EXISTS otel_log_streams_local (
  tenant LowCardinality(String),
  day Int32,
  stream_id UInt64,
  service_name LowCardinality(String),
  labels Map(LowCardinality(String), String),
  resource_attributes Map(LowCardinality(String), String),
  resource_dropped_attributes_count UInt32,
  resource_schema_url LowCardinality(String),
  scope_name LowCardinality(String),
  scope_version LowCardinality(String),
  scope_attributes Map(LowCardinality(String), String),
  scope_dropped_attributes_count UInt32,
  scope_schema_url LowCardinality(String)
) ENGINE = ReplacingMergeTree PARTITION BY day ORDER BY (tenant, stream_id);

CREATE TABLE IF NOT EXISTS otel_log_streams AS otel_log_streams_local
ENGINE = Distributed(main, sightline, otel_log_streams_local, stream_id);

CREATE TABLE IF NOT EXISTS otel_logs_local (
  tenant LowCardinality(String),
  bucket Int32 MATERIALIZED intDiv(time_unix_nano, 3600000000000),
  stream_id UInt64 CODEC(ZSTD(1)),
  time_unix_nano Int64 CODEC(Delta, ZSTD(1)),
  record_hash UInt64 MATERIALIZED cityHash64(body, mapKeys(attributes), mapValues(attributes)),
  observed_time_unix_nano Int64 CODEC(Delta, ZSTD(1)),
  severity_number UInt8 CODEC(ZSTD(1)),
  severity_text LowCardinality(String) CODEC(ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_id FixedString(8) CODEC(ZSTD(1)),
  flags UInt32 CODEC(ZSTD(1)),
  event_name LowCardinality(String) CODEC(ZSTD(1)),
  body String CODEC(ZSTD(1)),
  body_type UInt8 CODEC(ZSTD(1)),
  attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  dropped_attributes_count UInt32 CODEC(ZSTD(1)),
  INDEX trace_id_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX body_ids arrayStringConcat(extractAll(body, '[0-9A-Za-z]{12,}'), ' ')
    TYPE ngrambf_v1(6, 4096, 1, 0) GRANULARITY 1
) ENGINE = ReplacingMergeTree PARTITION BY intDiv(bucket, 24)
ORDER BY (tenant, bucket, stream_id, time_unix_nano, record_hash)
SETTINGS index_granularity = 1024;

CREATE TABLE IF NOT EXISTS otel_logs AS otel_logs_local
ENGINE = Distributed(main, sightline, otel_logs_local, stream_id);

CREATE TABLE IF NOT EXISTS otel_series_local (
  tenant LowCardinality(String),
  day Int32,
  name LowCardinality(String),
  series_id UInt64,
  labels Map(LowCardinality(String), String),
  otel_name LowCardinality(String),
  type LowCardinality(String),
  unit LowCardinality(String),
  temporality UInt8
) ENGINE = ReplacingMergeTree PARTITION BY day ORDER BY (tenant, name, series_id);

CREATE TABLE IF NOT EXISTS otel_series AS otel_series_local
ENGINE = Distributed(main, sightline, otel_series_local, series_id);

CREATE TABLE IF NOT EXISTS otel_samples_local (
  tenant LowCardinality(String),
  bucket Int32,
  name LowCardinality(String),
  series_id UInt64,
  time SimpleAggregateFunction(groupArrayArray, Array(DateTime64(3, 'UTC'))) CODEC(Delta(8), ZSTD(1)),
  value SimpleAggregateFunction(groupArrayArray, Array(Float64)) CODEC(Delta(8), ZSTD(1)),
  has_stale SimpleAggregateFunction(max, UInt8) CODEC(ZSTD(1))
) ENGINE = AggregatingMergeTree PARTITION BY intDiv(bucket, 24) ORDER BY (tenant, bucket, name, series_id)
SETTINGS index_granularity = 512;

CREATE TABLE IF NOT EXISTS otel_samples AS otel_samples_local
ENGINE = Distributed(main, sightline, otel_samples_local, series_id);

CREATE TABLE IF NOT EXISTS otel_delta_samples_local (
  tenant LowCardinality(String),
  bucket Int32,
  name LowCardinality(String),
  series_id UInt64,
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  start_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  value Float64 CODEC(Delta(8), ZSTD(1))
) ENGINE = ReplacingMergeTree PARTITION BY intDiv(bucket, 24) ORDER BY (tenant, bucket, name, series_id, time);

CREATE TABLE IF NOT EXISTS otel_delta_samples AS otel_delta_samples_local
ENGINE = Distributed(main, sightline, otel_delta_samples_local, series_id);

CREATE TABLE IF NOT EXISTS otel_histograms_local (
  tenant LowCardinality(String),
  bucket Int32,
  name LowCardinality(String),
  series_id UInt64,
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  start_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  count UInt64,
  sum Float64,
  min Float64,
  max Float64,
  scale Int32,
  zero_threshold Float64,
  zero_count UInt64,
  positive_offset Int32,
  positive_counts Array(UInt64),
  negative_offset Int32,
  negative_counts Array(UInt64),
  flags UInt8
) ENGINE = ReplacingMergeTree PARTITION BY intDiv(bucket, 24) ORDER BY (tenant, bucket, name, series_id, time);

CREATE TABLE IF NOT EXISTS otel_histograms AS otel_histograms_local
ENGINE = Distributed(main, sightline, otel_histograms_local, series_id);

CREATE TABLE IF NOT EXISTS otel_exemplars_local (
  tenant LowCardinality(String),
  bucket Int32,
  name LowCardinality(String),
  series_id UInt64,
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  value Float64,
  trace_id FixedString(16),
  span_id FixedString(8),
  attributes Map(LowCardinality(String), String)
) ENGINE = ReplacingMergeTree PARTITION BY intDiv(bucket, 24)
ORDER BY (tenant, bucket, name, series_id, time, trace_id, span_id, value);

CREATE TABLE IF NOT EXISTS otel_exemplars AS otel_exemplars_local
ENGINE = Distributed(main, sightline, otel_exemplars_local, series_id);

CREATE TABLE IF NOT EXISTS otel_metric_metadata_local (
  tenant LowCardinality(String),
  day Int32,
  name LowCardinality(String),
  type LowCardinality(String),
  unit LowCardinality(String),
  help String,
  otel_name LowCardinality(String)
) ENGINE = ReplacingMergeTree PARTITION BY day ORDER BY (tenant, name, type, unit, help);

CREATE TABLE IF NOT EXISTS otel_metric_metadata AS otel_metric_metadata_local
ENGINE = Distributed(main, sightline, otel_metric_metadata_local, cityHash64(name));

ALTER TABLE otel_histograms_local
  MODIFY COLUMN count Float64 CODEC(ZSTD(1)),
  MODIFY COLUMN zero_count Float64 CODEC(ZSTD(1)),
  MODIFY COLUMN positive_counts Array(Float64) CODEC(ZSTD(1)),
  MODIFY COLUMN negative_counts Array(Float64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS positive_spans Array(Int32)
    DEFAULT if(empty(positive_counts), [], [positive_offset + 1, toInt64(length(positive_counts))])
    CODEC(ZSTD(1)) AFTER zero_count,
  ADD COLUMN IF NOT EXISTS negative_spans Array(Int32)
    DEFAULT if(empty(negative_counts), [], [negative_offset + 1, toInt64(length(negative_counts))])
    CODEC(ZSTD(1)) AFTER positive_spans,
  ADD COLUMN IF NOT EXISTS custom_bounds Array(Float64) CODEC(ZSTD(1)) AFTER negative_spans,
  ADD COLUMN IF NOT EXISTS counter_reset UInt8 CODEC(ZSTD(1)) AFTER custom_bounds;

ALTER TABLE otel_histograms
  MODIFY COLUMN count Float64 CODEC(ZSTD(1)),
  MODIFY COLUMN zero_count Float64 CODEC(ZSTD(1)),
  MODIFY COLUMN positive_counts Array(Float64) CODEC(ZSTD(1)),
  MODIFY COLUMN negative_counts Array(Float64) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS positive_spans Array(Int32)
    DEFAULT if(empty(positive_counts), [], [positive_offset + 1, toInt64(length(positive_counts))])
    CODEC(ZSTD(1)) AFTER zero_count,
  ADD COLUMN IF NOT EXISTS negative_spans Array(Int32)
    DEFAULT if(empty(negative_counts), [], [negative_offset + 1, toInt64(length(negative_counts))])
    CODEC(ZSTD(1)) AFTER positive_spans,
  ADD COLUMN IF NOT EXISTS custom_bounds Array(Float64) CODEC(ZSTD(1)) AFTER negative_spans,
  ADD COLUMN IF NOT EXISTS counter_reset UInt8 CODEC(ZSTD(1)) AFTER custom_bounds;

CREATE TABLE IF NOT EXISTS otel_sample_starts_local (
  tenant LowCardinality(String),
  bucket Int32,
  name LowCardinality(String),
  series_id UInt64,
  time SimpleAggregateFunction(groupArrayArray, Array(DateTime64(3, 'UTC'))) CODEC(Delta(8), ZSTD(1)),
  start_time SimpleAggregateFunction(groupArrayArray, Array(DateTime64(3, 'UTC'))) CODEC(Delta(8), ZSTD(1))
) ENGINE = AggregatingMergeTree PARTITION BY intDiv(bucket, 24) ORDER BY (tenant, bucket, name, series_id)
SETTINGS index_granularity = 512;

CREATE TABLE IF NOT EXISTS otel_sample_starts AS otel_sample_starts_local
ENGINE = Distributed(main, sightline, otel_sample_starts_local, series_id);

ALTER TABLE otel_samples_local MODIFY SETTING merge_selector_base = 10;

ALTER TABLE otel_sample_starts_local MODIFY SETTING merge_selector_base = 10;

ALTER TABLE otel_logs_local
  ADD COLUMN IF NOT EXISTS detected_level LowCardinality(String) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS parsed_level LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE otel_logs
  ADD COLUMN IF NOT EXISTS detected_level LowCardinality(String) CODEC(ZSTD(1)),
  ADD COLUMN IF NOT EXISTS parsed_level LowCardinality(String) CODEC(ZSTD(1));

ALTER TABLE otel_logs_local MODIFY SETTING merge_selector_base = 16;

ALTER TABLE otel_logs_local ADD COLUMN IF NOT EXISTS arrival Int64 CODEC(Delta, ZSTD(1));

ALTER TABLE otel_logs ADD COLUMN IF NOT EXISTS arrival Int64 CODEC(Delta, ZSTD(1));

CREATE TABLE IF NOT EXISTS otel_edge_halves_local (
  tenant LowCardinality(String),
  bucket Int32,
  edge_key UInt64 CODEC(ZSTD(1)),
  is_server UInt8 CODEC(ZSTD(1)),
  owner UInt64 CODEC(ZSTD(1)),
  written_ms Int64 CODEC(Delta, ZSTD(1)),
  expires_ms Int64 CODEC(Delta, ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  span_time_unix_nano Int64 CODEC(Delta, ZSTD(1)),
  duration_nano Int64 CODEC(T64, ZSTD(1)),
  flags UInt8 CODEC(ZSTD(1)),
  service_name LowCardinality(String) CODEC(ZSTD(1)),
  service_namespace LowCardinality(String) CODEC(ZSTD(1)),
  peer LowCardinality(String) CODEC(ZSTD(1)),
  dimensions Map(LowCardinality(String), String) CODEC(ZSTD(1))
) ENGINE = ReplacingMergeTree PARTITION BY intDiv(bucket, 24)
ORDER BY (tenant, bucket, edge_key, is_server, owner, flags)
TTL toDateTime(intDiv(written_ms, 1000)) + INTERVAL 1 DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS otel_edge_halves AS otel_edge_halves_local
ENGINE = Distributed(main, sightline, otel_edge_halves_local, edge_key);

ALTER TABLE otel_spans_local ADD INDEX IF NOT EXISTS attribute_values
  arrayMap((k, v) -> if(startsWith(v, '\x05'), concat('\x05', k), v), mapKeys(attributes), mapValues(attributes))
  TYPE bloom_filter(0.0025) GRANULARITY 1;

ALTER TABLE otel_spans_local ADD INDEX IF NOT EXISTS trace_ids trace_id TYPE bloom_filter(0.0001) GRANULARITY 1;

ALTER TABLE otel_spans_local MODIFY SETTING merge_selector_base = 16;

ALTER TABLE otel_spans_local ADD COLUMN IF NOT EXISTS arrival UInt32 CODEC(T64, ZSTD(1));

ALTER TABLE otel_spans ADD COLUMN IF NOT EXISTS arrival UInt32 CODEC(T64, ZSTD(1));
