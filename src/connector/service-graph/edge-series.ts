// The series of one edge, and their labels. In: what both halves say; out: counts and durations in the
// registry, under the names of Tempo.
// https://grafana.com/docs/tempo/latest/metrics-from-traces/service_graphs/#metrics
import { type Pairs, sortedPairs } from '#model/canonical.ts';
import { toLabelName } from '#model/metric-name.ts';
import type {
  GeneratedCounter,
  GeneratedHistogram,
  MetricRegistry,
  TracePoint,
} from '#pipeline/metric-registry.ts';
import type { HalfNode } from './half-node.ts';
import type { ServiceGraphSettings } from './settings.ts';

const names = {
  total: 'traces_service_graph_request_total',
  failed: 'traces_service_graph_request_failed_total',
  server: 'traces_service_graph_request_server_seconds',
  client: 'traces_service_graph_request_client_seconds',
  messaging: 'traces_service_graph_request_messaging_system_seconds',
  unpaired: 'traces_service_graph_unpaired_spans_total',
  dropped: 'traces_service_graph_dropped_spans_total',
} as const;

export type ConnectionType = '' | 'messaging_system' | 'database' | 'virtual_node';

/** The ends of an edge; a node that sends no spans has only a name. */
export interface EdgeEnds {
  readonly client: HalfNode | undefined;
  readonly server: HalfNode | undefined;
  readonly clientName: string;
  readonly serverName: string;
  readonly connectionType: ConnectionType;
}

export class EdgeSeries {
  readonly #registry: MetricRegistry;
  readonly #tenant: string;
  readonly #labels: Pairs;
  readonly #settings: ServiceGraphSettings;
  #total: GeneratedCounter | undefined;
  #failed: GeneratedCounter | undefined;
  #lost: GeneratedCounter | undefined;
  #server: GeneratedHistogram | undefined;
  #client: GeneratedHistogram | undefined;
  #messaging: GeneratedHistogram | undefined;

  constructor(
    registry: MetricRegistry,
    settings: ServiceGraphSettings,
    tenant: string,
    ends: EdgeEnds,
  ) {
    this.#registry = registry;
    this.#settings = settings;
    this.#tenant = tenant;
    this.#labels = edgeLabels(settings, ends);
  }

  /** One request. `messagingSeconds`: between the end of producing and the start of consuming; 0: unknown. */
  count(
    isFailed: boolean,
    clientSeconds: number,
    serverSeconds: number,
    messagingSeconds: number,
    at: TracePoint,
  ): void {
    if (!this.#total?.isAlive) this.#total = this.#counter(names.total);
    this.#total.add(1);
    if (isFailed) {
      if (!this.#failed?.isAlive) this.#failed = this.#counter(names.failed);
      this.#failed.add(1);
    }
    if (!this.#server?.isAlive) this.#server = this.#histogram(names.server);
    this.#server.observe(serverSeconds, at);
    if (!this.#client?.isAlive) this.#client = this.#histogram(names.client);
    this.#client.observe(clientSeconds, at);
    if (messagingSeconds <= 0 || !this.#settings.enableMessagingSystemLatencyHistogram) return;
    if (!this.#messaging?.isAlive) this.#messaging = this.#histogram(names.messaging);
    this.#messaging.observe(messagingSeconds, at);
  }

  /** A half that makes no edge: its time was over, or there was no room for it. */
  countLost(why: 'unpaired' | 'dropped'): void {
    if (!this.#lost?.isAlive) this.#lost = this.#counter(names[why]);
    this.#lost.add(1);
  }

  #counter(name: string): GeneratedCounter {
    return this.#registry.counter(this.#tenant, name, this.#labels);
  }

  #histogram(name: string): GeneratedHistogram {
    const { histogramBuckets } = this.#settings;
    return this.#registry.histogram(this.#tenant, name, this.#labels, histogramBuckets);
  }
}

function edgeLabels(settings: ServiceGraphSettings, ends: EdgeEnds): Pairs {
  const { client, server, clientName, serverName, connectionType } = ends;
  const labels = new Map<string, string>();
  const set = (name: string, value: string | undefined): void => {
    if (name !== '' && value) labels.set(name, value);
  };
  for (const name of settings.dimensions) {
    const [ofClient, ofServer] = [dimensionOf(client, name), dimensionOf(server, name)];
    if (settings.enableClientServerPrefix) {
      set(toLabelName(`client_${name}`), ofClient);
      set(toLabelName(`server_${name}`), ofServer);
    } else {
      set(toLabelName(name), ofServer ?? ofClient);
    }
  }
  set('client_service_namespace', client?.serviceNamespace);
  set('server_service_namespace', server?.serviceNamespace);
  if (settings.enableVirtualNodeLabel && connectionType === 'virtual_node') {
    set('virtual_node', client === undefined ? 'client' : 'server');
  }
  // Names of our own count more than a dimension that has the same.
  for (const [name, value] of [
    ['client', clientName],
    ['server', serverName],
    ['connection_type', connectionType],
  ] as const) {
    labels.delete(name);
    set(name, value);
  }
  return sortedPairs(labels);
}

const dimensionOf = (node: HalfNode | undefined, name: string): string | undefined =>
  node?.dimensions.find(([known]) => known === name)?.[1];
