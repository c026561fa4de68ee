// Our settings in the terms of Tempo: what its status pages and /api/overrides show.
import type { SettingValue, TempoSetting } from '#api/tempo/settings.ts';
import type { StatusFacts } from '#api/tempo/status-pages.ts';
import { configOf } from '#config/load.ts';
import type { Config } from '#config/options.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import { formatDurationMs } from '#lib/duration.ts';
import type { Store } from '#store/contract.ts';
import { portOf } from './settings.ts';

export interface TempoStatusDeps {
  readonly version: string;
  readonly isReady: () => boolean;
  readonly meter: Meter;
  readonly store: Pick<Store, 'writer'>;
}

export const tempoStatus = (
  config: Config,
  { version, isReady, meter, store }: TempoStatusDeps,
): StatusFacts => ({
  build: { version, nodeVersion: process.versions.node },
  isReady,
  meter,
  settings: tempoSettings(config),
  flush: () => store.writer.flush(),
});

function tempoSettings(config: Config): TempoSetting[] {
  const defaults = new Map(valuesOf(configOf({})));
  return valuesOf(config).map(([name, value]) => ({
    name,
    value,
    default: defaults.get(name) ?? '',
  }));
}

function valuesOf(config: Config): [string, SettingValue][] {
  const generator = 'overrides.defaults.metrics_generator';
  const graph = `${generator}.processor.service_graphs`;
  const spans = `${generator}.processor.span_metrics`;
  const processors = [
    ...(config['service_graph.enabled'] ? ['service-graphs'] : []),
    ...(config['span_metrics.enabled'] ? ['span-metrics'] : []),
  ];
  return [
    ['target', 'all'],
    ['http_api_prefix', ''],
    ['stream_over_http_enabled', true],
    ['multitenancy_enabled', config['tenancy.enabled']],
    ['server.http_listen_address', config.listen],
    ['server.http_listen_port', portOf('tempo', config)],
    ['server.log_level', config['log.level']],
    ['query_frontend.max_outstanding_per_tenant', config['query.max_concurrent']],
    ['query_frontend.search.default_result_limit', 20],
    ['query_frontend.search.max_result_limit', 262_144],
    ['query_frontend.api_timeout', formatDurationMs(config['query.timeout'])],
    ['overrides.defaults.compaction.block_retention', formatDurationMs(config['retention.traces'])],
    [`${generator}.processors`, processors],
    [`${generator}.collection_interval`, formatDurationMs(config['trace_metrics.interval'])],
    [`${generator}.max_active_series`, config['trace_metrics.max_series']],
    [`${generator}.generate_native_histograms`, config['trace_metrics.histograms']],
    [`${spans}.dimensions`, config['span_metrics.dimensions']],
    [`${spans}.histogram_buckets`, config['span_metrics.histogram_buckets'].map(Number)],
    [`${spans}.enable_target_info`, config['span_metrics.enable_target_info']],
    [`${spans}.enable_instance_label`, config['span_metrics.enable_instance_label']],
    [
      'metrics_generator.processor.service_graphs.wait',
      formatDurationMs(config['service_graph.wait']),
    ],
    ['metrics_generator.processor.service_graphs.max_items', config['service_graph.max_items']],
    [`${graph}.dimensions`, config['service_graph.dimensions']],
    [`${graph}.enable_client_server_prefix`, config['service_graph.enable_client_server_prefix']],
    [
      `${graph}.enable_messaging_system_latency_histogram`,
      config['service_graph.enable_messaging_system_latency_histogram'],
    ],
    [`${graph}.enable_virtual_node_label`, config['service_graph.enable_virtual_node_label']],
    [`${graph}.peer_attributes`, config['service_graph.peer_attributes']],
    [`${graph}.histogram_buckets`, config['service_graph.histogram_buckets'].map(Number)],
  ];
}
