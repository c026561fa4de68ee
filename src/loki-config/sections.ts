// The blocks of Loki's file beside the limits. What lies in a block that means nothing is not looked at.
import { field, section } from '#prometheus-config/section.ts';
import { flag, oneOf, path, text } from '#prometheus-config/type.ts';
import type { LokiCompactor, LokiLimits, LokiRuler, LokiServer } from './config.ts';
import { limitsSection } from './limits-section.ts';
import { commaList, lokiCount, lokiDuration, meaningless } from './type.ts';

const serverOthers = `
  cluster_validation graceful_shutdown_timeout grpc_collect_max_streams_by_conn grpc_listen_address
  grpc_listen_conn_limit grpc_listen_network grpc_listen_port grpc_server_keepalive_time
  grpc_server_keepalive_timeout grpc_server_max_concurrent_streams grpc_server_max_connection_age
  grpc_server_max_connection_age_grace grpc_server_max_connection_idle grpc_server_max_recv_msg_size
  grpc_server_max_send_msg_size grpc_server_min_time_between_pings grpc_server_num_workers
  grpc_server_num_stream_workers grpc_server_ping_without_stream_allowed
  grpc_server_recv_buffer_pools_enabled grpc_server_stats_tracking_enabled grpc_tls_config
  http_listen_address http_listen_conn_limit http_listen_network
  http_log_closed_connections_without_response_enabled http_path_prefix http_server_idle_timeout
  http_server_read_header_timeout http_server_read_timeout http_server_write_timeout http_tls_config
  log_format log_request_at_info_level_enabled log_request_exclude_headers_list log_request_headers
  log_source_ips_enabled log_source_ips_full log_source_ips_header log_source_ips_regex
  proxy_protocol_enabled register_instrumentation report_grpc_codes_in_instrumentation_label_enabled
  throughput tls_cipher_suites tls_min_version trace_request_exclude_headers_list
  trace_request_headers
`;

const serverSection = section<LokiServer>(
  {
    httpListenPort: field('http_listen_port', lokiCount),
    logLevel: field('log_level', oneOf(['debug', 'info', 'warn', 'error'] as const)),
  },
  { ignored: meaningless(serverOthers) },
);

const compactorOthers = `
  apply_retention_interval compaction_interval compactor_ring delete_batch_size delete_max_interval
  delete_request_store delete_request_store_db_type delete_request_store_key_prefix deletion_mode
  dataobj_enabled horizontal_scaling_mode jobs_config max_compaction_parallelism
  retention_backoff_config retention_delete_delay retention_delete_worker_count
  retention_table_timeout run_once shared_store shared_store_key_prefix skip_latest_n_tables
  tables_to_compact upload_parallelism worker_config working_directory
`;

const compactorSection = section<LokiCompactor>(
  {
    retentionEnabled: field('retention_enabled', flag),
    deleteRequestCancelPeriodMs: field('delete_request_cancel_period', lokiDuration),
  },
  { ignored: meaningless(compactorOthers) },
);

const localStorage = section<{ directory: string }>(
  { directory: field('directory', path) },
  { ignored: meaningless('chunks_directory rules_directory') },
);

/** Rules in a bucket are not read. */
const ruleStorage = section<{ local: { directory: string } }>(
  { local: field('local', localStorage) },
  {
    ignored: meaningless(
      'type backend alibabacloud azure bos cos filesystem gcs s3 swift use_thanos_objstore',
    ),
  },
);

const rulerOthers = `
  alert_relabel_configs alertmanager_client alertmanager_refresh_interval datasource_uid
  disable_rule_group_label disabled_tenants enable_alertmanager_discovery enable_alertmanager_v2
  enable_api enable_sharding enabled_tenants evaluation external_labels flush_period
  for_grace_period for_outage_tolerance notification_queue_capacity notification_timeout
  poll_interval query_stats_enabled remote_write resend_delay ring rule_path ruler_client
  search_pending_for sharding_algo sharding_strategy wal wal_cleaner
`;

type WrittenRuler = Omit<LokiRuler, 'rulesDirectory'> & {
  readonly storage: { readonly local: { readonly directory: string } };
};

const rulerSection = section<WrittenRuler>(
  {
    alertmanagerUrls: field('alertmanager_url', commaList),
    externalUrl: field('external_url', text),
    evaluationIntervalMs: field('evaluation_interval', lokiDuration),
    storage: field('storage', ruleStorage),
  },
  { ignored: meaningless(rulerOthers) },
);

const commonFiles = section<{ rulesDirectory: string }>(
  { rulesDirectory: field('rules_directory', path) },
  { ignored: meaningless('chunks_directory') },
);
const commonStorage = section<{ filesystem: { rulesDirectory: string } }>(
  { filesystem: field('filesystem', commonFiles) },
  {
    ignored: meaningless(
      'alibabacloud azure bos congestion_control cos gcs hedging object_store s3 swift',
    ),
  },
);
const commonSection = section<{ storage: { filesystem: { rulesDirectory: string } } }>(
  { storage: field('storage', commonStorage) },
  {
    ignored: meaningless(`
      compactor_address compactor_grpc_address instance_addr instance_enable_ipv6
      instance_interface_names path_prefix persist_tokens replication_factor ring
    `),
  },
);

const fileOthers = `
  analytics ballast_bytes block_builder block_scheduler bloom_build bloom_compactor bloom_gateway
  bloom_planner chunk_store_config compactor_client compactor_grpc_client dataobj distributor
  engine frontend frontend_worker http_prefix index_gateway ingest_limits ingest_limits_client
  ingest_limits_frontend ingest_limits_frontend_client ingester ingester_client ingester_rf1
  ingester_rf1_client internal_server kafka_config legacy_read_mode memberlist metastore
  metastore_client metrics_namespace migrate operational_config pattern_ingester profiling querier
  querier_rf1 query_engine query_range query_scheduler runtime_config schema_config shutdown_delay
  storage_config table_manager target tracing ui use_thanos_objstore worker
`;

export interface WrittenLokiFile {
  readonly authEnabled: boolean;
  readonly server: LokiServer;
  readonly limits: LokiLimits;
  readonly compactor: LokiCompactor;
  readonly ruler: WrittenRuler;
  readonly ruleStorage: { readonly local: { readonly directory: string } };
  readonly common: {
    readonly storage: { readonly filesystem: { readonly rulesDirectory: string } };
  };
}

export const fileSection = section<WrittenLokiFile>(
  {
    authEnabled: field('auth_enabled', flag, { fallback: true }),
    server: field('server', serverSection),
    limits: field('limits_config', limitsSection),
    compactor: field('compactor', compactorSection),
    ruler: field('ruler', rulerSection),
    ruleStorage: field('ruler_storage', ruleStorage),
    common: field('common', commonSection),
  },
  { ignored: meaningless(fileOthers) },
);
