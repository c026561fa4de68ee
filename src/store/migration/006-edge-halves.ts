// Halves of the edges of the service graph that wait for the other half (src/pipeline/edge-store.ts):
// it may have come to another process, or comes after a restart. Nobody asks for them after a day.
export const edgeHalves = `
-- table otel_edge_halves shard edge_key
CREATE TABLE {table} (
  tenant LowCardinality(String),
  -- The hour of written_ms.
  bucket Int32,
  edge_key UInt64 CODEC(ZSTD(1)),
  is_server UInt8 CODEC(ZSTD(1)),
  owner UInt64 CODEC(ZSTD(1)),
  written_ms Int64 CODEC(Delta, ZSTD(1)),
  expires_ms Int64 CODEC(Delta, ZSTD(1)),
  trace_id FixedString(16) CODEC(ZSTD(1)),
  -- The end of the client's span, the start of the server's.
  span_time_unix_nano Int64 CODEC(Delta, ZSTD(1)),
  duration_nano Int64 CODEC(T64, ZSTD(1)),
  -- Bit 0: failed, bit 1: of a messaging system, bit 2: released at an orderly stop.
  flags UInt8 CODEC(ZSTD(1)),
  service_name LowCardinality(String) CODEC(ZSTD(1)),
  service_namespace LowCardinality(String) CODEC(ZSTD(1)),
  peer LowCardinality(String) CODEC(ZSTD(1)),
  dimensions Map(LowCardinality(String), String) CODEC(ZSTD(1))
) ENGINE = {replacing} PARTITION BY intDiv(bucket, 24)
ORDER BY (tenant, bucket, edge_key, is_server, owner, flags)
TTL toDateTime(intDiv(written_ms, 1000)) + INTERVAL 1 DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1;
`;
