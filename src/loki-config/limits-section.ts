// `limits_config`.
import { field, section } from '#prometheus-config/section.ts';
import { inheritedFlag, oneOf } from '#prometheus-config/type.ts';
import type { LokiLimits } from './config.ts';
import { lokiCount, lokiDuration, lokiNumber, lokiSize, meaningless } from './type.ts';

const others = `
  allow_deletes allow_structured_metadata block_ingestion_policy_until block_ingestion_status_code
  block_ingestion_until blocked_queries bloom_block_encoding bloom_build_builder_response_timeout
  bloom_build_max_builders bloom_build_task_max_retries bloom_compactor_enable_compaction
  bloom_creation_enabled bloom_gateway_cache_key_interval bloom_gateway_enable_filtering
  bloom_gateway_shard_size bloom_max_block_size bloom_max_bloom_size bloom_ngram_length
  bloom_ngram_skip bloom_planning_strategy bloom_prefetch_blocks bloom_split_series_keyspace_by
  bloom_task_target_series_chunk_size cardinality_limit creation_grace_period debug_engine_streams
  debug_engine_tasks discover_generic_fields discover_log_levels discover_service_name
  enable_multi_variant_queries enforce_metric_name enforced_labels
  engine_results_cache_time_bucket_interval global_otlp_config increment_duplicate_timestamp
  index_gateway_max_capacity index_gateway_shard_size ingestion_partitions_tenant_shard_size
  ingestion_rate_strategy log_level_fields log_level_from_json_max_depth max_cache_freshness_per_query
  max_chunks_per_query max_global_streams_per_user
  max_line_size_truncate max_line_size_truncate_identifier max_metadata_cache_freshness
  max_querier_bytes_read max_queriers_per_tenant max_queriers_per_user max_query_capacity
  max_query_lookback max_query_parallelism max_query_range max_scan_task_parallelism
  max_stats_cache_freshness max_streams_matchers_per_query max_streams_per_user
  max_structured_metadata_entries_count max_structured_metadata_size metric_aggregation_enabled
  min_sharding_lookback minimum_labels_number otlp_config pattern_ingester_tokenizable_json_fields
  pattern_ingester_tokenizable_json_fields_append pattern_ingester_tokenizable_json_fields_default
  pattern_ingester_tokenizable_json_fields_delete pattern_persistence_enabled
  pattern_persistence_granularity pattern_rate_threshold per_stream_rate_limit
  per_stream_rate_limit_burst per_tenant_override_config per_tenant_override_period
  policy_enforced_labels policy_stream_mapping query_ready_index_num_days
  recent_metadata_query_window required_labels retention_stream ruler_enable_wal_replay
  ruler_evaluation_delay_duration ruler_max_rule_groups_per_tenant ruler_max_rules_per_rule_group
  ruler_remote_evaluation_max_response_size ruler_remote_evaluation_timeout ruler_remote_write_config
  ruler_remote_write_disabled ruler_remote_write_headers ruler_remote_write_queue_batch_send_deadline
  ruler_remote_write_queue_capacity ruler_remote_write_queue_max_backoff
  ruler_remote_write_queue_max_samples_per_send ruler_remote_write_queue_max_shards
  ruler_remote_write_queue_min_backoff ruler_remote_write_queue_min_shards
  ruler_remote_write_queue_retry_on_ratelimit ruler_remote_write_relabel_configs
  ruler_remote_write_sigv4_config ruler_remote_write_timeout ruler_remote_write_url
  ruler_tenant_shard_size s3_sse_kms_encryption_context s3_sse_kms_key_id s3_sse_type
  shard_aggregations shard_streams simulated_push_latency split_ingester_queries_by_interval
  split_instant_metric_queries_by_interval split_metadata_queries_by_interval
  split_queries_by_interval split_recent_metadata_queries_by_interval tsdb_max_bytes_per_shard
  tsdb_max_query_parallelism tsdb_precompute_chunks tsdb_sharding_strategy unordered_writes
  use_owned_stream_count volume_enabled volume_max_series
`;

const anyDeletionMode = oneOf(['disabled', 'filter-only', 'filter-and-delete'] as const);
const deletionMode: typeof anyDeletionMode = {
  ...anyDeletionMode,
  read: (node, at) => {
    const mode = anyDeletionMode.read(node, at);
    if (mode === 'filter-only') {
      at.warn(node.place, 'nothing is deleted, and nothing is hidden either: deletion is off');
    }
    return mode;
  },
};

export const limitsSection = section<LokiLimits>(
  {
    ingestionRateMb: field('ingestion_rate_mb', lokiNumber),
    ingestionBurstSizeMb: field('ingestion_burst_size_mb', lokiNumber),
    maxLabelNameLength: field('max_label_name_length', lokiCount),
    maxLabelValueLength: field('max_label_value_length', lokiCount),
    maxLabelNamesPerSeries: field('max_label_names_per_series', lokiCount),
    rejectOldSamples: field('reject_old_samples', inheritedFlag),
    rejectOldSamplesMaxAgeMs: field('reject_old_samples_max_age', lokiDuration),
    maxLineSizeBytes: field('max_line_size', lokiSize),
    maxQuerySeries: field('max_query_series', lokiCount),
    maxQueryLengthMs: field('max_query_length', lokiDuration),
    maxQueryBytesRead: field('max_query_bytes_read', lokiSize),
    maxEntriesLimitPerQuery: field('max_entries_limit_per_query', lokiCount),
    queryTimeoutMs: field('query_timeout', lokiDuration),
    maxConcurrentTailRequests: field('max_concurrent_tail_requests', lokiCount),
    deletionMode: field('deletion_mode', deletionMode),
    retentionPeriodMs: field('retention_period', lokiDuration),
  },
  { ignored: meaningless(others) },
);
