// Targets from the API of Kubernetes: objects are kept up to date by watches, and groups are made anew
// when an object that they were made from changes.
import type { KubernetesDiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { Discovery, DiscoveryContext, OnTargetGroups } from './discovery.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { type Connection, type ConnectionOptions, connectionOf } from './kubernetes/connection.ts';
import { endpointsRole } from './kubernetes/endpoints-role.ts';
import { endpointsliceRole } from './kubernetes/endpointslice-role.ts';
import { ingressRole } from './kubernetes/ingress-role.ts';
import { ListWatch } from './kubernetes/list-watch.ts';
import { nodeRole } from './kubernetes/node-role.ts';
import type { KubernetesObject, Node, Pod, Resource, Service } from './kubernetes/object.ts';
import { podRole } from './kubernetes/pod-role.ts';
import { type Lookup, type Role, toGroup } from './kubernetes/role.ts';
import { serviceRole } from './kubernetes/service-role.ts';
import { reportFailure, rest } from './refreshing.ts';

const roles: Record<KubernetesDiscoveryConfig['role'], Role> = {
  node: nodeRole,
  pod: podRole,
  service: serviceRole,
  endpoints: endpointsRole,
  endpointslice: endpointsliceRole,
  ingress: ingressRole,
};

const apiPaths: Record<Resource, string> = {
  nodes: '/api/v1',
  pods: '/api/v1',
  services: '/api/v1',
  endpoints: '/api/v1',
  namespaces: '/api/v1',
  endpointslices: '/apis/discovery.k8s.io/v1',
  ingresses: '/apis/networking.k8s.io/v1',
};

const selectorRole: Record<Resource, string> = {
  nodes: 'node',
  pods: 'pod',
  services: 'service',
  endpoints: 'endpoints',
  endpointslices: 'endpointslice',
  ingresses: 'ingress',
  namespaces: '',
};

/** Those that no namespace holds. */
const isClusterWide = (resource: Resource): boolean =>
  resource === 'nodes' || resource === 'namespaces';

const CONNECT_RETRY_MS = 5000;
/** Changes come in flocks; each flock is handed on once. */
const SETTLE_MS = 50;

export function createKubernetesDiscovery(
  config: KubernetesDiscoveryConfig,
  context: DiscoveryContext,
  options: Partial<ConnectionOptions> = {},
): Discovery {
  return {
    run: async (signal, onGroups) => {
      while (!signal.aborted) {
        try {
          const connection = await connectionOf(config, { env: context.env, ...options });
          await new KubernetesRun(config, context, connection, onGroups).run(signal);
        } catch (error) {
          reportFailure('kubernetes', error, context);
          await rest(CONNECT_RETRY_MS, signal);
        }
      }
    },
  };
}

class KubernetesRun {
  readonly #config: KubernetesDiscoveryConfig;
  readonly #context: DiscoveryContext;
  readonly #connection: Connection;
  readonly #onGroups: OnTargetGroups;
  readonly #role: Role;
  readonly #client: HttpClient;
  readonly #watches = new Map<Resource, ListWatch[]>();
  /** Keys of objects of the role whose groups have to be made anew. */
  readonly #dirty = new Set<string>();
  /** For each object that groups looked at, the keys of those groups. */
  readonly #dependents = new Map<string, Set<string>>();
  /** The other way round: what each group looked at. */
  readonly #lookedAt = new Map<string, Set<string>>();
  #unsynced = 0;
  #signal: AbortSignal = AbortSignal.abort();
  #flush: Promise<void> | undefined;

  constructor(
    config: KubernetesDiscoveryConfig,
    context: DiscoveryContext,
    connection: Connection,
    onGroups: OnTargetGroups,
  ) {
    this.#config = config;
    this.#context = context;
    this.#connection = connection;
    this.#onGroups = onGroups;
    this.#role = roles[config.role];
    const { env, clock } = context;
    this.#client = createHttpClient({ config: connection.http, env, clock });
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    const { attachNode, attachNamespace } = this.#config;
    const resources = new Set<Resource>([this.#role.resource, ...this.#role.others]);
    if (attachNode) resources.add('nodes');
    if (attachNamespace) resources.add('namespaces');
    const watches = [...resources].flatMap((resource) => this.#watchesOf(resource));
    this.#unsynced = watches.length;
    await Promise.all(watches.map((watch) => watch.run(signal)));
    await this.#flush;
    this.#client.close();
  }

  #watchesOf(resource: Resource): ListWatch[] {
    const { server, ownNamespace } = this.#connection;
    const names = this.#config.ownNamespace
      ? [...this.#config.namespaces, ownNamespace]
      : this.#config.namespaces;
    const isEverywhere = isClusterWide(resource) || names.length === 0;
    const places = isEverywhere ? [''] : [...new Set(names)].map((name) => `/namespaces/${name}`);
    const selector = this.#config.selectors.find(({ role }) => role === selectorRole[resource]);
    const watches = places.map(
      (place) =>
        new ListWatch({
          client: this.#client,
          url: `${server}${apiPaths[resource]}${place}/${resource}`,
          labelSelector: selector?.label ?? '',
          fieldSelector: selector?.field ?? '',
          onChange: (key) => this.#changed(resource, key),
          onSynced: () => {
            this.#unsynced--;
            this.#schedule();
          },
          onFailure: (error) => reportFailure('kubernetes', error, this.#context),
        }),
    );
    this.#watches.set(resource, watches);
    return watches;
  }

  #changed(resource: Resource, key: string): void {
    if (resource === this.#role.resource) this.#dirty.add(key);
    for (const group of this.#dependents.get(`${resource}/${key}`) ?? []) this.#dirty.add(group);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#unsynced > 0 || this.#flush) return;
    this.#flush = rest(SETTLE_MS, this.#signal).then(() => {
      this.#flush = undefined;
      if (!this.#signal.aborted) this.#send();
    });
  }

  #send(): void {
    const groups = [...this.#dirty].map((key) => {
      this.#forget(key);
      const object = this.#find(this.#role.resource, key);
      const built = object && this.#role.build(object, this.#lookup(key));
      return toGroup(`${this.#role.prefix}${key}`, built);
    });
    this.#dirty.clear();
    this.#onGroups(groups);
  }

  /** Groups that are gone, or look elsewhere now, are not kept. */
  #forget(group: string): void {
    for (const name of this.#lookedAt.get(group) ?? []) {
      const groups = this.#dependents.get(name);
      groups?.delete(group);
      if (groups?.size === 0) this.#dependents.delete(name);
    }
    this.#lookedAt.delete(group);
  }

  #find(resource: Resource, key: string): KubernetesObject | undefined {
    for (const { objects } of this.#watches.get(resource) ?? []) {
      const found = objects.get(key);
      if (found) return found;
    }
    return undefined;
  }

  #lookup(group: string): Lookup {
    const find = (resource: Resource, key: string): KubernetesObject | undefined => {
      const name = `${resource}/${key}`;
      remember(this.#dependents, name, group);
      remember(this.#lookedAt, group, name);
      return this.#find(resource, key);
    };
    return {
      attachNode: this.#config.attachNode,
      attachNamespace: this.#config.attachNamespace,
      pod: (reference) =>
        reference?.kind === 'Pod'
          ? (find('pods', `${reference.namespace}/${reference.name}`) as Pod | undefined)
          : undefined,
      service: (namespace, name) => find('services', `${namespace}/${name}`) as Service | undefined,
      node: (name) => (name === undefined ? undefined : (find('nodes', name) as Node | undefined)),
      namespace: (name) => find('namespaces', name),
    };
  }
}

function remember(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}
