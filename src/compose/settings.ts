// Config (what the user wrote) in, settings of the layers (what code passes) out. Pure.
import type { Config } from '#config/options.ts';
import type { Signal } from '#model/batch.ts';
import type { AuthSettings } from '#server/auth.ts';
import type { StoreSettings } from '#store/settings.ts';

/** The ports of DESIGN 2.2 that something answers on today, without the offset. */
export const wellKnownPorts = {
  http: 3000,
  otlpGrpc: 4317,
  otlpHttp: 4318,
  prometheus: 9090,
  loki: 3100,
  tempo: 3200,
  jaeger: 16_686,
  zipkin: 9411,
  jaegerThrift: 14_268,
  jaegerGrpc: 14_250,
  metrics: 8888,
  health: 13_133,
} as const;

/** Of the Jaeger agent: Thrift in the compact and in the binary protocol. */
export const udpPorts = { jaegerCompact: 6831, jaegerBinary: 6832 } as const;

export type PortName = keyof typeof wellKnownPorts;
export type UdpPortName = keyof typeof udpPorts;

const everyPort = { ...wellKnownPorts, ...udpPorts };

export const portOf = (name: PortName | UdpPortName, config: Config): number =>
  (name === 'loki' ? config['loki.port'] : everyPort[name]) + config.port_offset;

/** Must bind, or the program does not start. */
export const requiredPorts: readonly PortName[] = ['http', 'otlpGrpc', 'otlpHttp'];

/** Shares of memory.limit: bytes waiting for the engine, and request bodies being held. */
const queueShare = 1 / 8;
const inFlightShare = 1 / 8;

const forever = (ageMs: number): number | undefined => (ageMs === 0 ? undefined : ageMs);

export function storeSettingsOf(config: Config): StoreSettings {
  return {
    dataDir: config.data_dir,
    ...(config.storage === undefined ? {} : { storageUrl: config.storage }),
    ...(config['memory.engine'] === undefined ? {} : { memoryBytesMax: config['memory.engine'] }),
    commitIntervalMs: config['ingest.commit_interval'],
    queueBytesMax: Math.floor(config['memory.limit'] * queueShare),
    query: {
      timeoutMs: config['query.timeout'],
      memoryBytesMax: config['query.max_memory'],
      rowsMax: config['query.max_rows'],
    },
    retention: {
      metricsMs: forever(config['retention.metrics']),
      logsMs: forever(config['retention.logs']),
      tracesMs: forever(config['retention.traces']),
      ...(config['retention.max_bytes'] === undefined
        ? {}
        : {
            maxBytes: {
              metrics: config['retention.max_bytes'],
              logs: config['retention.max_bytes'],
              traces: config['retention.max_bytes'],
            },
          }),
    },
  };
}

/** Without credentials everybody may do everything. */
export const hasCredentials = (config: Config): boolean =>
  Object.keys(config['auth.users'] ?? {}).length > 0 || (config['auth.tokens'] ?? []).length > 0;

/** `demoToken` is one more, by which the demo's services send. */
export function authSettingsOf(config: Config, demoToken: string | undefined): AuthSettings {
  const tokens = config['auth.tokens'] ?? [];
  return {
    users: config['auth.users'] ?? {},
    tokens: demoToken === undefined ? tokens : [...tokens, demoToken],
  };
}

export function bytesInFlightMax(config: Config): number {
  return Math.floor(config['memory.limit'] * inFlightShare);
}

/** How old and how far ahead an item may be; undefined is no limit. */
export interface AgeLimits {
  readonly ageMsMax: Readonly<Record<Signal, number | undefined>>;
  readonly futureMsMax: number | undefined;
}

export function ageLimitsOf(config: Config): AgeLimits {
  const age = (signal: Signal) =>
    forever(
      (signal === 'logs' ? config['loki.max_age'] : undefined) ??
        config['ingest.max_age'] ??
        config[`retention.${signal}`],
    );
  return {
    ageMsMax: { metrics: age('metrics'), logs: age('logs'), traces: age('traces') },
    futureMsMax: forever(config['ingest.max_future']),
  };
}

/** What Loki limits beside all that; 0 is no limit of its own, but Loki's where it must be strict. */
export function lokiLimitsOf(config: Config) {
  const isStrict = config['compat.strict'];
  const lineBytesMax = config['loki.max_line_size'];
  const rateBytes = config['loki.ingestion_rate'];
  return {
    attributeBytesMax: lineBytesMax || config['ingest.max_attribute_bytes'],
    labels: {
      namesMax: config['loki.max_label_names'] || (isStrict ? 15 : 0),
      nameLengthMax: config['loki.max_label_name_length'] || (isStrict ? 1024 : 0),
      valueLengthMax: config['loki.max_label_value_length'] || (isStrict ? 2048 : 0),
    },
    rate:
      rateBytes === 0
        ? undefined
        : {
            bytesPerSecond: rateBytes,
            burstBytes: config['loki.ingestion_burst'] || Math.floor(rateBytes * 1.5),
          },
  };
}

/** Flattens a tree of keys (`{ query: { timeout: '5s' } }`) into option keys. */
export function flattenKeys(
  tree: Readonly<Record<string, unknown>>,
  isKey: (key: string) => boolean,
  prefix = '',
): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(tree)) {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    const isBranch = value !== null && typeof value === 'object' && !Array.isArray(value);
    if (isBranch && !isKey(key))
      Object.assign(flat, flattenKeys(value as Record<string, unknown>, isKey, key));
    else flat[key] = value;
  }
  return flat;
}
