// discovery.*: those that are run here, with the arguments of prometheus.yml, and those that find nothing.
import { discoveriesField } from '#prometheus-config/discovery-section.ts';
import type { YamlEntry } from '#prometheus-config/yaml-tree.ts';
import type { BlockSpec } from '../block-map.ts';
import type { Component } from './component.ts';
import { httpClientBlocks, withHeaders } from './http-client.ts';

const withHttp = (blocks: Readonly<Record<string, BlockSpec>> = {}): BlockSpec => ({
  blocks: { ...httpClientBlocks, ...blocks },
  adapt: withHeaders,
});

const specs: Readonly<Record<string, BlockSpec>> = {
  kubernetes: withHttp({ namespaces: {}, selectors: { isList: true }, attach_metadata: {} }),
  docker: withHttp({ filter: { isList: true, key: 'filters' } }),
  http: withHttp(),
  // Whoever converts a file writes the same user twice, which Alloy takes.
  consul: {
    ...withHttp(),
    adapt: (entries) => {
      const hasBlock = entries.some(({ key }) => key === 'basic_auth');
      const isTwice = ({ key }: YamlEntry) => key === 'username' || key === 'password';
      return withHeaders(hasBlock ? entries.filter((entry) => !isTwice(entry)) : entries);
    },
  },
  file: {},
  dns: {},
};

/** A discovery of prometheus.yml. */
const discovery = (kind: string, spec: BlockSpec): Component => ({
  spec,
  run: ({ id, map, at, place, graph }) => {
    const key = `${kind}_sd_configs`;
    const list = { kind: 'list', items: [map], place } as const;
    const entries = new Map([[key, { key, keyPlace: place, value: list }]]);
    const [found] = discoveriesField.read({ place, entries }, at);
    if (found) graph.addDiscovery(id, place, { ...found, place });
    return { targets: [{ kind: 'targets', id }] };
  },
});

export const ownDiscoveries: Readonly<Record<string, Component>> = Object.fromEntries(
  Object.entries(specs).map(([kind, spec]) => [`discovery.${kind}`, discovery(kind, spec)]),
);

const otherKinds =
  'aws azure consulagent digitalocean dockerswarm ec2 eureka gce hetzner ionos kubelet kuma ' +
  'lightsail linode marathon nerve nomad openstack ovhcloud process puppetdb scaleway serverset ' +
  'triton uyuni';

/** Their arguments are not looked at. */
export const otherDiscoveries: Readonly<Record<string, Component>> = Object.fromEntries(
  otherKinds.split(' ').map((name) => [
    `discovery.${name}`,
    {
      spec: { takesAnything: true, isLoose: true },
      run: ({ id, place, at, graph }) => {
        at.warn(place, `targets of discovery.${name} are not discovered by Sightline yet`);
        graph.addDiscovery(id, place, { kind: 'other', name, shown: {}, place });
        return { targets: [{ kind: 'targets', id }] };
      },
    } satisfies Component,
  ]),
);
