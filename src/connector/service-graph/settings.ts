// What a service graph may be told. Names and meanings are those of Tempo's service graph processor.
// https://grafana.com/docs/tempo/latest/configuration/#metrics-generator

export interface ServiceGraphSettings {
  /** How long a half waits for the other one. */
  readonly waitMs: number;
  /** Most halves that wait; over it the oldest expire before their time. */
  readonly maxItems: number;
  /** How long a half waits before other processes are asked for its counterpart. */
  readonly localWaitMs: number;
  /** In seconds, ascending, without +Inf. */
  readonly histogramBuckets: readonly number[];
  /** Attributes of resources and spans that become labels. */
  readonly dimensions: readonly string[];
  /** `client_<dimension>` and `server_<dimension>` instead of one label for both. */
  readonly enableClientServerPrefix: boolean;
  /** Attributes that name the other side of a span whose other side sends none; the first counts. */
  readonly peerAttributes: readonly string[];
  /** Attributes that make a client's span a database request; the first names it if nothing better does. */
  readonly databaseNameAttributes: readonly string[];
  /** A label `virtual_node` that says which side sends no spans. */
  readonly enableVirtualNodeLabel: boolean;
  readonly enableMessagingSystemLatencyHistogram: boolean;
}

export const defaultServiceGraphSettings: ServiceGraphSettings = {
  waitMs: 180_000,
  maxItems: 500_000,
  localWaitMs: 10_000,
  histogramBuckets: [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8],
  dimensions: [],
  enableClientServerPrefix: false,
  // Tempo's, and those that name a queue.
  peerAttributes: [
    'peer.service',
    'db.name',
    'db.system',
    'db.system.name',
    'messaging.destination.name',
    'messaging.system',
  ],
  databaseNameAttributes: ['db.namespace', 'db.name', 'db.system', 'db.system.name'],
  enableVirtualNodeLabel: false,
  enableMessagingSystemLatencyHistogram: true,
};
