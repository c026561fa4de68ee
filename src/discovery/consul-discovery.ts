// Targets from the services of a Consul catalog.
// https://developer.hashicorp.com/consul/api-docs/health
import type { ConsulDiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import type { Discovery, DiscoveryContext, TargetGroup } from './discovery.ts';
import { getJson } from './docker-discovery.ts';
import { hostPort } from './host-port.ts';
import { createHttpClient } from './http-client.ts';
import { createRefreshing } from './refreshing.ts';
import { toPairs } from './relabel.ts';

type Texts = Readonly<Record<string, string>>;

interface Entry {
  readonly Node: {
    readonly Node: string;
    readonly Address: string;
    readonly Datacenter?: string;
    readonly Partition?: string;
    readonly Meta?: Texts | null;
    readonly TaggedAddresses?: Texts | null;
  };
  readonly Service: {
    readonly Service: string;
    readonly ID: string;
    readonly Address?: string;
    readonly Port: number;
    readonly Namespace?: string;
    readonly Partition?: string;
    readonly Tags?: readonly string[] | null;
    readonly Meta?: Texts | null;
  };
  readonly Checks?: readonly { readonly Status: string; readonly CheckID?: string }[] | null;
}

const META = '__meta_consul_';
/** A server that says nothing is asked again. */
const refreshMsMax = 120_000;
const sanitized = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_');

export function createConsulDiscovery(
  config: ConsulDiscoveryConfig,
  context: DiscoveryContext,
): Discovery {
  const { env, clock } = context;
  const client = createHttpClient({ config: config.http, env, clock });
  const base = `${config.scheme}://${config.server}${config.pathPrefix}/v1`;
  const headers: Texts = config.token === '' ? {} : { 'x-consul-token': config.token };
  return createRefreshing(
    {
      kind: 'consul',
      intervalMs: config.refreshIntervalMs,
      refresh: async (ended) => {
        const signal = AbortSignal.any([ended, AbortSignal.timeout(refreshMsMax)]);
        const services = await servicesOf();
        const groups = services.map(async (name): Promise<TargetGroup> => {
          const query = queryOf(config, config.tags, config.healthFilter);
          const url = `${base}/health/service/${encodeURIComponent(name)}${query}`;
          const entries = await getJson<Entry[]>(client, url, signal, headers);
          const targets = entries.map((entry) => targetOf(entry, config));
          return { source: name, targets, labels: [] };
        });
        return Promise.all(groups);

        async function servicesOf(): Promise<readonly string[]> {
          if (config.services.length > 0) return config.services;
          const url = `${base}/catalog/services${queryOf(config, [], config.filter)}`;
          const all = await getJson<Record<string, readonly string[]>>(
            client,
            url,
            signal,
            headers,
          );
          const wanted = (tags: readonly string[]): boolean =>
            config.tags.every((tag) => tags.includes(tag));
          return Object.entries(all).flatMap(([name, tags]) => (wanted(tags) ? [name] : []));
        }
      },
      close: () => client.close(),
    },
    context,
  );
}

function queryOf(
  { datacenter, namespace, partition, nodeMeta, allowStale }: ConsulDiscoveryConfig,
  tags: readonly string[],
  filter: string,
): string {
  const query = new URLSearchParams();
  if (datacenter !== '') query.set('dc', datacenter);
  if (namespace !== '') query.set('ns', namespace);
  if (partition !== '') query.set('partition', partition);
  if (allowStale) query.set('stale', '');
  if (filter !== '') query.set('filter', filter);
  for (const tag of tags) query.append('tag', tag);
  for (const [name, value] of nodeMeta) query.append('node-meta', `${name}:${value}`);
  return query.size === 0 ? '' : `?${query}`;
}

function targetOf({ Node, Service, Checks }: Entry, config: ConsulDiscoveryConfig): LabelPairs {
  const separator = config.tagSeparator;
  const tags = (Service.Tags ?? []).join(separator);
  const target = new Map([
    ['__address__', hostPort(Service.Address || Node.Address, Service.Port)],
    [`${META}address`, Node.Address],
    [`${META}dc`, Node.Datacenter ?? ''],
    [`${META}health`, healthOf(Checks ?? [])],
    [`${META}namespace`, Service.Namespace ?? ''],
    [`${META}partition`, Service.Partition ?? Node.Partition ?? ''],
    [`${META}node`, Node.Node],
    [`${META}service`, Service.Service],
    [`${META}service_address`, Service.Address ?? ''],
    [`${META}service_id`, Service.ID],
    [`${META}service_port`, String(Service.Port)],
    // Separators around it: a rule can look for `,tag,`.
    [`${META}tags`, `${separator}${tags}${separator}`],
  ]);
  for (const [kind, values] of [
    ['metadata', Node.Meta],
    ['service_metadata', Service.Meta],
    ['tagged_address', Node.TaggedAddresses],
  ] as const) {
    for (const [name, value] of Object.entries(values ?? {})) {
      target.set(`${META}${kind}_${sanitized(name)}`, value);
    }
  }
  return toPairs(target);
}

/** The worst of all checks. */
function healthOf(checks: NonNullable<Entry['Checks']>): string {
  const isMaintained = checks.some(({ CheckID = '' }) =>
    /^_(?:node_maintenance|service_maintenance:)/.test(CheckID),
  );
  if (isMaintained) return 'maintenance';
  const states = new Set(checks.map(({ Status }) => Status));
  return ['critical', 'warning'].find((state) => states.has(state)) ?? 'passing';
}
