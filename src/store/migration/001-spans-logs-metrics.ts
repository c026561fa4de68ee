// The first schema. {table}, {replacing} and {aggregating} are filled in by ddl.ts:
// embedded: {name} is the MergeTree table itself; on a cluster it is {name}_local, and {name} is
// Distributed over it by the sharding key that the `-- table` line names.
// Times are Int64: nanoseconds since 1970 for spans and logs; samples are DateTime64(3).
// `bucket` is the hour since 1970, `day` the day: every read names them, so that parts are pruned.
// Attribute maps hold stored attributes (src/model/attribute.ts).
export const spansLogsMetrics = `
-- table otel_scopes shard scope_id
-- One instrumentation scope of one resource: what spans refer to by scope_id.
CREATE TABLE {table} (
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
) ENGINE = {replacing} PARTITION BY day ORDER BY (tenant, scope_id);

-- table otel_spans shard cityHash64(trace_id)
CREATE TABLE {table} (
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
) ENGINE = {replacing} PARTITION BY intDiv(bucket, 24)
ORDER BY (tenant, bucket, trace_id, span_id, start_unix_nano)
SETTINGS index_granularity = 1024;

-- table otel_log_streams shard stream_id
-- A log stream: its Loki labels (plain text), and for OTLP the resource and scope behind it.
CREATE TABLE {table} (
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
) ENGINE = {replacing} PARTITION BY day ORDER BY (tenant, stream_id);

-- table otel_logs shard stream_id
CREATE TABLE {table} (
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
  -- The type byte of src/model/attribute.ts (0 for a string); 'body' itself is plain text.
  body_type UInt8 CODEC(ZSTD(1)),
  attributes Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  dropped_attributes_count UInt32 CODEC(ZSTD(1)),
  INDEX trace_id_bloom trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
  -- For needles that are ids: six-grams of the runs of 12 or more letters and digits. A third of the
  -- cost of grams of the whole line; token indexes cannot answer a substring.
  -- src/query/logql/stage/line-filter.ts names the same expression.
  INDEX body_ids arrayStringConcat(extractAll(body, '[0-9A-Za-z]{12,}'), ' ')
    TYPE ngrambf_v1(6, 4096, 1, 0) GRANULARITY 1
) ENGINE = {replacing} PARTITION BY intDiv(bucket, 24)
ORDER BY (tenant, bucket, stream_id, time_unix_nano, record_hash)
-- Small granules: the newest lines are the ends of all streams, one granule of bodies each.
SETTINGS index_granularity = 1024;

-- table otel_series shard series_id
-- 'name' and 'labels' are as Prometheus sees them (labels without __name__).
CREATE TABLE {table} (
  tenant LowCardinality(String),
  day Int32,
  name LowCardinality(String),
  series_id UInt64,
  labels Map(LowCardinality(String), String),
  otel_name LowCardinality(String),
  type LowCardinality(String),
  unit LowCardinality(String),
  temporality UInt8
) ENGINE = {replacing} PARTITION BY day ORDER BY (tenant, name, series_id);

-- table otel_samples shard series_id
-- Gauges, cumulative sums, classic histogram series: one row per series and hour after merges.
-- The arrays are in arrival order, may repeat a time (counts once), and hold stale markers.
-- Delta with ZSTD beats Gorilla on counters (1.1 against 2.0 bytes) and is decoded in half the time;
-- small granules let several threads read one part.
CREATE TABLE {table} (
  tenant LowCardinality(String),
  bucket Int32,
  name LowCardinality(String),
  series_id UInt64,
  time SimpleAggregateFunction(groupArrayArray, Array(DateTime64(3, 'UTC'))) CODEC(Delta(8), ZSTD(1)),
  value SimpleAggregateFunction(groupArrayArray, Array(Float64)) CODEC(Delta(8), ZSTD(1)),
  has_stale SimpleAggregateFunction(max, UInt8) CODEC(ZSTD(1))
) ENGINE = {aggregating} PARTITION BY intDiv(bucket, 24) ORDER BY (tenant, bucket, name, series_id)
SETTINGS index_granularity = 512;

-- table otel_delta_samples shard series_id
-- Sums (and classic histogram series) of delta temporality as sent; reads make running totals.
CREATE TABLE {table} (
  tenant LowCardinality(String),
  bucket Int32,
  name LowCardinality(String),
  series_id UInt64,
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  start_time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  value Float64 CODEC(Delta(8), ZSTD(1))
) ENGINE = {replacing} PARTITION BY intDiv(bucket, 24) ORDER BY (tenant, bucket, name, series_id, time);

-- table otel_histograms shard series_id
-- Exponential histograms (native histograms to Prometheus), one row per point.
CREATE TABLE {table} (
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
  -- Bit 0: has sum, bit 1: has min, bit 2: has max, bit 3: stale marker.
  flags UInt8
) ENGINE = {replacing} PARTITION BY intDiv(bucket, 24) ORDER BY (tenant, bucket, name, series_id, time);

-- table otel_exemplars shard series_id
CREATE TABLE {table} (
  tenant LowCardinality(String),
  bucket Int32,
  name LowCardinality(String),
  series_id UInt64,
  time DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
  value Float64,
  trace_id FixedString(16),
  span_id FixedString(8),
  attributes Map(LowCardinality(String), String)
) ENGINE = {replacing} PARTITION BY intDiv(bucket, 24)
ORDER BY (tenant, bucket, name, series_id, time, trace_id, span_id, value);

-- table otel_metric_metadata shard cityHash64(name)
CREATE TABLE {table} (
  tenant LowCardinality(String),
  day Int32,
  name LowCardinality(String),
  type LowCardinality(String),
  unit LowCardinality(String),
  help String,
  otel_name LowCardinality(String)
) ENGINE = {replacing} PARTITION BY day ORDER BY (tenant, name, type, unit, help);
`;
