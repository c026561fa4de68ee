// How `server` is read. The program has ports and pages of its own: what the file says about Promtail's
// is reported and not followed. `loki_push_api.server` takes the same keys, and there the address counts.
import type { Cursor } from '#prometheus-config/reading.ts';
import { field, type Section, section, type Written } from '#prometheus-config/section.ts';
import { text, unsigned } from '#prometheus-config/type.ts';
import { passedOver } from './type.ts';

const others =
  'http_listen_network http_listen_conn_limit http_server_read_timeout http_server_write_timeout ' +
  'http_server_read_header_timeout http_server_idle_timeout http_server_max_header_bytes ' +
  'http_log_closed_connections_without_response_enabled http_path_prefix http_tls_config ' +
  'grpc_listen_network grpc_listen_address grpc_listen_port grpc_listen_conn_limit ' +
  'grpc_tls_config grpc_server_max_recv_msg_size grpc_server_max_send_msg_size ' +
  'grpc_server_max_concurrent_streams grpc_server_max_connection_idle grpc_collect_max_streams_by_conn ' +
  'grpc_server_max_connection_age grpc_server_max_connection_age_grace grpc_server_keepalive_time ' +
  'grpc_server_keepalive_timeout grpc_server_min_time_between_pings grpc_server_num_workers ' +
  'grpc_server_ping_without_stream_allowed grpc_server_recv_buffer_pools_enabled ' +
  'grpc_server_stats_tracking_enabled proxy_protocol_enabled cluster_validation ' +
  'graceful_shutdown_timeout log_format log_level log_source_ips_enabled log_source_ips_full ' +
  'log_source_ips_header log_source_ips_regex log_request_headers log_request_at_info_level_enabled ' +
  'log_request_exclude_headers_list register_instrumentation report_grpc_codes_in_instrumentation_label_enabled ' +
  'tls_cipher_suites tls_min_version throughput profiling_enabled health_check_target enable_runtime_reload ' +
  'reload disable external_url';

export interface Server {
  readonly address: string;
  readonly port: number;
  readonly others: undefined;
}

const fields = {
  address: field('http_listen_address', text),
  port: field('http_listen_port', unsigned),
  others: passedOver(others.split(' ')),
};

export const ownServerSection: Section<Server> = section<Server>(fields, { check: reportIgnored });
export const pushServerSection: Section<Server> = section<Server>(fields);

function reportIgnored(_: Server, written: Written, at: Cursor): undefined {
  const first = [...written.entries.values()][0];
  if (!first) return undefined;
  const all = [...written.entries.keys()].join(', ');
  at.warn(first.keyPlace, `the program's own ports and settings count; not followed: ${all}`);
  return undefined;
}
