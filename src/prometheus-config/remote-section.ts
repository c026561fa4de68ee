// How `remote_write` and `remote_read` are read: checked as Prometheus checks them, and not used.
import { sigv4Section } from './alerting-section.ts';
import {
  atMostOne,
  checkHeaderNames,
  httpClient,
  remoteWriteHttpClient,
} from './http-client-section.ts';
import { labels } from './labels-type.ts';
import { mapTree } from './map-tree.ts';
import type { Cursor } from './reading.ts';
import type { NameValidation } from './relabel-config.ts';
import { finishRelabel, relabelList, type WrittenRelabelConfig } from './relabel-section.ts';
import { field, inline, optional, placeOf, section, type Written } from './section.ts';
import { duration, flag, integer, listOf, mapOf, oneOf, text, unsigned, url } from './type.ts';

interface QueueConfig {
  readonly capacity: number;
  readonly maxShards: number;
  readonly minShards: number;
  readonly maxSamplesPerSend: number;
  readonly batchSendDeadlineMs: number;
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly retryOnRateLimit: boolean;
  readonly sampleAgeLimitMs: number;
}

const queueSection = section<QueueConfig>(
  {
    capacity: field('capacity', integer, { fallback: 10_000 }),
    maxShards: field('max_shards', integer, { fallback: 50 }),
    minShards: field('min_shards', integer, { fallback: 1 }),
    maxSamplesPerSend: field('max_samples_per_send', integer, { fallback: 2000 }),
    batchSendDeadlineMs: field('batch_send_deadline', duration, { fallback: 5000 }),
    minBackoffMs: field('min_backoff', duration, { fallback: 30 }),
    maxBackoffMs: field('max_backoff', duration, { fallback: 5000 }),
    retryOnRateLimit: field('retry_on_http_429', flag),
    sampleAgeLimitMs: field('sample_age_limit', duration),
  },
  { check: checkQueue },
);

function checkQueue(queue: QueueConfig, written: Written, at: Cursor): undefined {
  const wrong = (key: string, message: string): void =>
    at.key(key).error(placeOf(written, key), message);
  const positive: [string, number][] = [
    ['capacity', queue.capacity],
    ['max_shards', queue.maxShards],
    ['min_shards', queue.minShards],
    ['max_samples_per_send', queue.maxSamplesPerSend],
  ];
  for (const [key, value] of positive) if (value <= 0) wrong(key, 'has to be more than 0');
  if (queue.minShards > queue.maxShards) wrong('min_shards', 'min_shards is more than max_shards');
  if (queue.minBackoffMs > queue.maxBackoffMs) {
    wrong('max_backoff', 'max_backoff is shorter than min_backoff');
  }
}

interface MetadataConfig {
  readonly isSent: boolean;
  readonly sendIntervalMs: number;
  readonly maxSamplesPerSend: number;
}
const metadataSection = section<MetadataConfig>({
  isSent: field('send', flag, { fallback: true, isAlwaysShown: true }),
  sendIntervalMs: field('send_interval', duration, { fallback: 60_000, isAlwaysShown: true }),
  maxSamplesPerSend: field('max_samples_per_send', unsigned, { fallback: 2000 }),
});

const messages = ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'] as const;
const cloudKeys = ['basic_auth', 'authorization', 'oauth2', 'sigv4', 'azuread', 'google_iam'];

const writeFields = {
  url: field('url', url(), { isAlwaysShown: true }),
  remoteTimeoutMs: field('remote_timeout', duration, { fallback: 30_000 }),
  headers: field('headers', mapOf(text)),
  relabelConfigs: field('write_relabel_configs', relabelList('relabeling rule')),
  name: field('name', text),
  sendExemplars: field('send_exemplars', flag),
  sendNativeHistograms: field('send_native_histograms', flag),
  roundRobinDns: field('round_robin_dns', flag),
  message: field('protobuf_message', oneOf(messages), { fallback: messages[0] }),
  http: inline(remoteWriteHttpClient),
  queue: field('queue_config', queueSection),
  metadata: field('metadata_config', metadataSection),
  sigv4: field('sigv4', optional(sigv4Section)),
  azuread: field('azuread', mapTree),
  googleIam: field('google_iam', mapTree),
};

type FieldValues<F> = { readonly [K in keyof F]: F[K] extends { fallback: infer T } ? T : never };
export type RemoteWrite = FieldValues<typeof writeFields>;

const writeSection = section<RemoteWrite>(writeFields, {
  check: (config, written, at) => {
    if (config.url === '') at.error(placeOf(written, 'url'), 'url is missing');
    checkHeaderNames(config.headers.keys(), written, at.key('headers'));
    atMostOne(written, at, cloudKeys);
    at.warn(written.place, 'is accepted and not used: Sightline keeps all samples itself');
    return undefined;
  },
});

const readFields = {
  url: field('url', url(), { isAlwaysShown: true }),
  remoteTimeoutMs: field('remote_timeout', duration, { fallback: 60_000 }),
  chunkedReadLimit: field('chunked_read_limit', unsigned, { fallback: 50_000_000 }),
  headers: field('headers', mapOf(text)),
  readRecent: field('read_recent', flag),
  name: field('name', text),
  http: inline(httpClient),
  requiredMatchers: field('required_matchers', labels),
  filterExternalLabels: field('filter_external_labels', flag, { fallback: true }),
};
export type RemoteRead = FieldValues<typeof readFields>;

const readSection = section<RemoteRead>(readFields, {
  check: (config, written, at) => {
    if (config.url === '') at.error(placeOf(written, 'url'), 'url is missing');
    checkHeaderNames(config.headers.keys(), written, at.key('headers'));
    at.warn(written.place, 'is accepted and not used: Sightline answers from its own store only');
    return undefined;
  },
});

export const remoteWrites = listOf(writeSection, 'remote write section');
export const remoteReads = listOf(readSection, 'remote read section');

/** Names that stand there twice, and relabelling rules. */
export function checkRemotes(
  remotes: { readonly writes: readonly RemoteWrite[]; readonly reads: readonly RemoteRead[] },
  written: Written,
  at: Cursor,
  validation: NameValidation,
): void {
  const twice = (key: string, names: readonly string[]): void => {
    const full = names.filter((name) => name !== '');
    const again = full.find((name, i) => full.indexOf(name) < i);
    if (again !== undefined) {
      at.key(key).error(placeOf(written, key), `there are two with the name '${again}'`);
    }
  };
  const rules: readonly WrittenRelabelConfig[] = remotes.writes.flatMap((w) => w.relabelConfigs);
  for (const rule of rules) finishRelabel(rule, validation);
  twice(
    'remote_write',
    remotes.writes.map(({ name }) => name),
  );
  twice(
    'remote_read',
    remotes.reads.map(({ name }) => name),
  );
}
