// Targets from the containers of a Docker engine.
// https://docs.docker.com/reference/api/engine/
import { messageOf, OperationError } from '#lib/errors.ts';
import type { DockerDiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import type { Discovery, DiscoveryContext } from './discovery.ts';
import { hostPort } from './host-port.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { createRefreshing } from './refreshing.ts';
import { toPairs } from './relabel.ts';
import { withoutPassword } from './without-password.ts';

interface Network {
  readonly Id: string;
  readonly Name: string;
  readonly Scope?: string;
  readonly Internal?: boolean;
  readonly Ingress?: boolean;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

interface Attachment {
  readonly NetworkID?: string;
  readonly IPAddress?: string;
}

interface Container {
  readonly Id: string;
  readonly Names?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly HostConfig?: { readonly NetworkMode?: string };
  readonly NetworkSettings?: { readonly Networks?: Readonly<Record<string, Attachment>> | null };
  readonly Ports?: readonly {
    readonly IP?: string;
    readonly PrivatePort: number;
    readonly PublicPort?: number;
    readonly Type?: string;
  }[];
}

const META = '__meta_docker_';
const BODY_BYTES_MAX = 64 * 1024 * 1024;
const sanitized = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_');

export function createDockerDiscovery(
  config: DockerDiscoveryConfig,
  context: DiscoveryContext,
): Discovery {
  const { env, clock } = context;
  const socketPath = /^unix:\/\/(.*)$/.exec(config.host)?.[1];
  const base = (socketPath ? 'http://localhost' : config.host.replace(/^tcp:/, 'http:')).replace(
    /\/+$/,
    '',
  );
  const client = createHttpClient({
    config: config.http,
    env,
    clock,
    ...(socketPath !== undefined && { socketPath }),
  });
  const filters = Object.fromEntries(config.filters.map(({ name, values }) => [name, values]));
  const query = `filters=${encodeURIComponent(JSON.stringify(filters))}`;
  return createRefreshing(
    {
      kind: 'docker',
      intervalMs: config.refreshIntervalMs,
      refresh: async (signal) => {
        const timeout = AbortSignal.any([signal, AbortSignal.timeout(config.refreshIntervalMs)]);
        const [containers, networks] = await Promise.all([
          getJson<Container[]>(client, `${base}/containers/json?${query}`, timeout),
          getJson<Network[]>(client, `${base}/networks`, timeout),
        ]);
        const targets = targetsOf(containers, networks, config);
        return [{ source: config.host, targets, labels: [] }];
      },
      close: () => client.close(),
    },
    context,
  );
}

/** Throws OperationError `discovery_failed` for what is not JSON. */
export async function getJson<T>(
  client: HttpClient,
  url: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { status, body } = await client.request({
    url,
    signal,
    headers,
    bodyBytesMax: BODY_BYTES_MAX,
  });
  const failed = (why: string): OperationError =>
    new OperationError('discovery_failed', `cannot use ${withoutPassword(url)}: ${why}`, {
      retryable: true,
    });
  if (status !== 200) throw failed(`it answered ${status} ${body.subarray(0, 200)}`);
  try {
    return JSON.parse(body.toString('utf8')) as T;
  } catch (error) {
    throw failed(`the answer is no JSON: ${messageOf(error)}`);
  }
}

function targetsOf(
  containers: readonly Container[],
  networks: readonly Network[],
  config: DockerDiscoveryConfig,
): LabelPairs[] {
  const byId = new Map(containers.map((container) => [container.Id, container]));
  const networksById = new Map(networks.map((network) => [network.Id, network]));
  return containers.flatMap((container) => {
    const mode = container.HostConfig?.NetworkMode ?? '';
    const common = new Map([
      [`${META}container_id`, container.Id],
      [`${META}container_name`, container.Names?.[0] ?? ''],
      [`${META}container_network_mode`, mode],
    ]);
    for (const [name, value] of Object.entries(container.Labels ?? {})) {
      common.set(`${META}container_label_${sanitized(name)}`, value);
    }
    // One that lives in the network of another has none of its own.
    const owner = byId.get(/^container:(.*)$/.exec(mode)?.[1] ?? '') ?? container;
    const attached = Object.entries(owner.NetworkSettings?.Networks ?? {});
    attached.sort(([a], [b]) => (a < b ? -1 : 1));
    const chosen = config.matchFirstNetwork ? attached.slice(0, 1) : attached;
    if (chosen.length === 0 && config.includeNoNetworkTargets) chosen.push(['', {}]);
    return chosen.flatMap(([, attachment]) =>
      targetsOfNetwork(container, attachment, common, networksById, config).map(toPairs),
    );
  });
}

function targetsOfNetwork(
  { Ports = [] }: Container,
  { NetworkID = '', IPAddress = '' }: Attachment,
  common: ReadonlyMap<string, string>,
  networks: ReadonlyMap<string, Network>,
  config: DockerDiscoveryConfig,
): Map<string, string>[] {
  const labels = new Map([...common, ...networkLabels(networks.get(NetworkID))]);
  labels.set(`${META}network_ip`, IPAddress);
  const targets = Ports.filter(({ Type }) => Type === 'tcp').map((port) => {
    const target = new Map(labels);
    target.set('__address__', hostPort(IPAddress, port.PrivatePort));
    target.set(`${META}port_private`, String(port.PrivatePort));
    if (port.PublicPort) {
      target.set(`${META}port_public`, String(port.PublicPort));
      target.set(`${META}port_public_ip`, port.IP ?? '');
    }
    return target;
  });
  if (targets.length > 0) return targets;
  const isHost = common.get(`${META}container_network_mode`) === 'host';
  const address = isHost ? config.hostNetworkingHost : hostPort(IPAddress, config.port);
  return [labels.set('__address__', address)];
}

function networkLabels(network: Network | undefined): [string, string][] {
  if (!network) return [];
  const own = Object.entries(network.Labels ?? {});
  return [
    [`${META}network_id`, network.Id],
    [`${META}network_name`, network.Name],
    [`${META}network_scope`, network.Scope ?? ''],
    [`${META}network_internal`, String(network.Internal ?? false)],
    [`${META}network_ingress`, String(network.Ingress ?? false)],
    ...own.map(([name, value]): [string, string] => [
      `${META}network_label_${sanitized(name)}`,
      value,
    ]),
  ];
}
