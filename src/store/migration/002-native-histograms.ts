// Native histograms as Prometheus has them: counts that may be fractions, buckets in spans, bounds that
// are written out. Rows of before keep what they say: their spans are made of their offsets when they
// are read. And when the counting of float samples began, where the sender said so.
export const nativeHistograms = `
-- alter otel_histograms
-- scale: -4 to 8 (exponential; up to 20 from OpenTelemetry), or -53: custom_bounds are the upper bounds.
-- positive_spans: pairs of offset and length, as in Prometheus: the first offset is the number of a
-- bucket, the others are gaps; positive_counts has the counts of all spans, absolute.
-- counter_reset: 0 unknown, 1 reset, 2 not reset, 3 gauge. positive_offset is only of old rows.
ALTER TABLE {table}
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

-- table otel_sample_starts shard series_id
-- When the counting of float samples began: only for samples whose sender said so.
CREATE TABLE {table} (
  tenant LowCardinality(String),
  bucket Int32,
  name LowCardinality(String),
  series_id UInt64,
  time SimpleAggregateFunction(groupArrayArray, Array(DateTime64(3, 'UTC'))) CODEC(Delta(8), ZSTD(1)),
  start_time SimpleAggregateFunction(groupArrayArray, Array(DateTime64(3, 'UTC'))) CODEC(Delta(8), ZSTD(1))
) ENGINE = {aggregating} PARTITION BY intDiv(bucket, 24) ORDER BY (tenant, bucket, name, series_id)
SETTINGS index_granularity = 512;
`;
