// Config in, the service graph and what it keeps in the store out.
import type { Config } from '#config/options.ts';
import { createServiceGraph, type ServiceGraph } from '#connector/service-graph/service-graph.ts';
import type { ServiceGraphSettings } from '#connector/service-graph/settings.ts';
import { createEdgeStore } from '#exporter/clickhouse/edge-store.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { MetricRegistry } from '#pipeline/metric-registry.ts';
import type { Store } from '#store/contract.ts';
import { bucketBounds } from './bucket-bounds.ts';

export interface ServiceGraphParts {
  readonly store: Pick<Store, 'writer' | 'reader'>;
  readonly registry: MetricRegistry;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

/** Undefined when it is switched off. Throws InputError `config_invalid`. */
export function serviceGraphOf(config: Config, parts: ServiceGraphParts): ServiceGraph | undefined {
  if (!config['service_graph.enabled']) return undefined;
  const { store, ...deps } = parts;
  return createServiceGraph({
    ...deps,
    settings: serviceGraphSettingsOf(config),
    edgeStore: createEdgeStore(store, parts.clock),
    isShared: config.storage !== undefined,
  });
}

export function serviceGraphSettingsOf(config: Config): ServiceGraphSettings {
  return {
    histogramBuckets: bucketBounds('service_graph.histogram_buckets', config),
    waitMs: config['service_graph.wait'],
    maxItems: config['service_graph.max_items'],
    localWaitMs: config['service_graph.local_wait'],
    dimensions: config['service_graph.dimensions'],
    enableClientServerPrefix: config['service_graph.enable_client_server_prefix'],
    peerAttributes: config['service_graph.peer_attributes'],
    databaseNameAttributes: config['service_graph.database_name_attributes'],
    enableVirtualNodeLabel: config['service_graph.enable_virtual_node_label'],
    enableMessagingSystemLatencyHistogram:
      config['service_graph.enable_messaging_system_latency_histogram'],
  };
}
