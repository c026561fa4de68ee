// `role: node`: the kubelet of every node.
import { hostPort } from '../host-port.ts';
import { META, putObjectLabels, sanitized } from './meta-labels.ts';
import type { Node } from './object.ts';
import type { Role } from './role.ts';

const preferred = [
  'InternalIP',
  'InternalDNS',
  'ExternalIP',
  'ExternalDNS',
  'LegacyHostIP',
  'Hostname',
];

export const nodeRole: Role = {
  resource: 'nodes',
  others: [],
  prefix: 'node/',
  build: (object) => {
    const node = object as Node;
    const addresses = new Map<string, string>();
    for (const { type, address } of node.status?.addresses ?? []) {
      if (!addresses.has(type)) addresses.set(type, address);
    }
    const type = preferred.find((one) => addresses.has(one));
    if (type === undefined) return undefined;
    const labels = new Map([
      [`${META}node_name`, node.metadata.name],
      [`${META}node_provider_id`, node.spec?.providerID ?? ''],
    ]);
    putObjectLabels(labels, 'node', node.metadata);
    const port = node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0;
    const target = new Map([
      ['__address__', hostPort(addresses.get(type) as string, port)],
      ['instance', node.metadata.name],
    ]);
    for (const [name, address] of addresses) {
      target.set(`${META}node_address_${sanitized(name)}`, address);
    }
    return { labels, targets: [target] };
  },
};
