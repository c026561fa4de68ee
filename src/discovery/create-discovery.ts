// The discovery of each kind of configuration.
import type { DiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import { createConsulDiscovery } from './consul-discovery.ts';
import type { Discovery, DiscoveryContext } from './discovery.ts';
import { createDnsDiscovery } from './dns-discovery.ts';
import { createDockerDiscovery } from './docker-discovery.ts';
import { createFileDiscovery } from './file-discovery.ts';
import { createHttpDiscovery } from './http-discovery.ts';
import { createKubernetesDiscovery } from './kubernetes-discovery.ts';
import { createStaticDiscovery, untilAborted } from './static-discovery.ts';

export function createDiscovery(config: DiscoveryConfig, context: DiscoveryContext): Discovery {
  switch (config.kind) {
    case 'static':
      return createStaticDiscovery(config);
    case 'file':
      return createFileDiscovery(config, context);
    case 'http':
      return createHttpDiscovery(config, context);
    case 'dns':
      return createDnsDiscovery(config, context);
    case 'kubernetes':
      return createKubernetesDiscovery(config, context);
    case 'consul':
      return createConsulDiscovery(config, context);
    case 'docker':
      return createDockerDiscovery(config, context);
    case 'other':
      // The loader has warned: it finds nothing, which is not an error.
      return { run: (signal) => untilAborted(signal) };
  }
}
