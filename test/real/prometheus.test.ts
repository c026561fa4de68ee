// A real Prometheus scrapes and remote-writes to us, in both versions of the protocol; a second one
// has nothing and remote-reads from us. All of them must answer alike.
import { compress } from 'snappy';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../lib/eventually.ts';
import { type MadeExporter, startMadeExporter } from '../lib/made-exporter.ts';
import { madeHistory } from '../lib/made-history.ts';
import { type Answer, PrometheusClient, type QueryRange } from '../lib/real-client.ts';
import { type RealNodeExporter, startNodeExporter } from '../lib/real-node-exporter.ts';
import { describeReal } from '../lib/real-programs.ts';
import { type RealPrometheus, startPrometheus } from '../lib/real-prometheus.ts';
import { type RealSightline, startSightline } from '../lib/real-sightline.ts';
import { type WireSeries, writeRequest1, writeRequest2 } from '../lib/remote-write.ts';
import { difference } from '../lib/same-answers.ts';
import {
  notOverRemoteRead,
  onlyInstant,
  refused,
  scraped,
  scrapedWithBounds,
  sent,
  sentWithBounds,
} from './queries.ts';

const features =
  '--enable-feature=native-histograms,exemplar-storage,promql-experimental-functions,metadata-wal-records';
/** Two tenants of ours, one for each version of remote write. */
const tenants = ['one', 'two'] as const;
const headersOf = (tenant: string) => ({ 'x-scope-orgid': tenant });

const scrapes = (node: string, made: string): string => `
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- {job_name: node, static_configs: [{targets: ['${node}'], labels: {instance: node}}]}
- {job_name: made, static_configs: [{targets: ['${made}'], labels: {instance: a}}]}
- job_name: bounds
  metrics_path: /bounds
  convert_classic_histograms_to_nhcb: true
  static_configs: [{targets: ['${made}'], labels: {instance: b}}]
`;
const writes = (url: string): string => `
remote_write:
${tenants
  .map(
    (tenant) => `
- name: ${tenant}
  url: ${url}/api/v1/write
  headers: {X-Scope-OrgID: ${tenant}}
  protobuf_message: ${tenant === 'one' ? 'prometheus.WriteRequest' : 'io.prometheus.write.v2.Request'}
  send_exemplars: true
  send_native_histograms: true
  queue_config: {batch_send_deadline: 500ms}
  metadata_config: {send_interval: 1s}
`,
  )
  .join('')}`;
const reads = (url: string): string => `
remote_read:
- url: ${url}/api/v1/read
  headers: {X-Scope-OrgID: two}
  read_recent: true
`;

/** Requests of 20 steps, so that each has one kind of sample of a series. */
function* historyRequests(endMs: number): Generator<WireSeries[]> {
  const series = madeHistory(endMs);
  const widthMs = 20 * 15_000;
  const startMs = endMs - 199 * 15_000;
  for (let fromMs = startMs; fromMs <= endMs; fromMs += widthMs) {
    const isIn = ({ timeMs }: { timeMs: number }): boolean =>
      timeMs >= fromMs && timeMs < fromMs + widthMs;
    yield series.map(({ labels, samples = [], histograms = [] }) => ({
      labels,
      samples: samples.filter(isIn),
      histograms: histograms.filter(isIn),
    }));
  }
}

async function post(
  url: string,
  version: 1 | 2,
  series: readonly WireSeries[],
  tenant: string,
): Promise<void> {
  const body = version === 1 ? writeRequest1(series) : writeRequest2(series);
  const proto = version === 1 ? 'prometheus.WriteRequest' : 'io.prometheus.write.v2.Request';
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': `application/x-protobuf;proto=${proto}`,
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': version === 1 ? '0.1.0' : '2.0.0',
      ...headersOf(tenant),
    },
    body: await compress(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
}

describeReal('a real Prometheus', () => {
  let node: RealNodeExporter;
  let made: MadeExporter;
  let sightline: RealSightline;
  let writer: RealPrometheus;
  let reader: RealPrometheus;
  let theirs: PrometheusClient;
  let ours: Readonly<Record<(typeof tenants)[number], PrometheusClient>>;
  let throughRead: PrometheusClient;
  /** Seconds: the newest time that all have whole, and the newest of the history. */
  let scrapedAt: number;
  let sentAt: number;

  beforeAll(async () => {
    [node, made, sightline] = await Promise.all([
      startNodeExporter(),
      startMadeExporter(),
      startSightline({}, ['--tenancy-enabled=true']),
    ]);
    const { url } = sightline.prometheus;
    [writer, reader] = await Promise.all([
      startPrometheus({
        config: scrapes(node.address, made.address) + writes(url),
        args: [features],
      }),
      startPrometheus({ config: reads(url), args: [features] }),
    ]);
    theirs = new PrometheusClient(writer.url);
    ours = {
      one: new PrometheusClient(url, headersOf('one')),
      two: new PrometheusClient(url, headersOf('two')),
    };
    throughRead = new PrometheusClient(reader.url);
    sentAt = Math.floor(Date.now() / 15_000) * 15 - 15;
    for (const request of historyRequests(sentAt * 1000)) {
      await post(writer.url, 2, request, '');
      await post(url, 1, request, 'one');
      await post(url, 2, request, 'two');
    }
    scrapedAt = await eventually('30 scrapes', async () => {
      const count = await theirs.value('count_over_time(up{job="made"}[5m])');
      return Number(count) >= 30 ? Math.floor(Date.now() / 1000) - 1 : undefined;
    });
    for (const tenant of tenants) {
      await eventually(`all that was scraped, written to tenant ${tenant}`, async () => {
        // Series go by several ways: the last points of all must be there.
        const [our, their] = await Promise.all([ours[tenant], theirs].map(lastPoints));
        return our === their ? true : undefined;
      });
    }
  });
  const lastPoints = async (client: PrometheusClient): Promise<number> => {
    const series = await client.series('{job=~"node|made"}[10s]', scrapedAt);
    return series
      .map(({ values = [], histograms = [] }) => values.length + histograms.length)
      .reduce((sum, points) => sum + points, 0);
  };
  afterAll(async () => {
    await Promise.all([writer?.stop(), reader?.stop()]);
    await sightline?.stop();
    await Promise.all([node?.stop(), made?.stop()]);
  });

  /** What differs from the answer of the Prometheus that has scraped, by who answered. */
  async function differences(
    query: string,
    when: number | QueryRange,
    notAsked: readonly string[],
  ): Promise<Record<string, string>> {
    const clients = Object.entries({ ...ours, 'remote read': throughRead });
    const asked = clients.filter(([name]) => !notAsked.includes(name));
    const [their, ...answers] = await Promise.all(
      [theirs, ...asked.map(([, client]) => client)].map((client) => client.ask(query, when)),
    );
    const wrong = asked.map(([name], i) => [
      name,
      difference(query, answers[i] as Answer, their as Answer),
    ]);
    return Object.fromEntries(wrong.filter(([, text]) => text !== undefined));
  }

  const answersAlike = (
    queries: readonly string[],
    times: () => readonly (number | QueryRange)[],
    notAsked: readonly string[] = [],
  ): void => {
    test.each(queries)('%s', async (query) => {
      const wrong = await Promise.all(times().map((when) => differences(query, when, notAsked)));
      for (const one of wrong) expect(one).toEqual({});
    });
  };
  const scrapedTimes = () => [
    scrapedAt,
    { start: scrapedAt - 30, end: scrapedAt - 0.5, step: 1.5 },
  ];
  const sentTimes = () => [sentAt - 607, { start: sentAt - 2700, end: sentAt + 60, step: 47 }];

  describe('answers as we do, and as it does from what it reads of ours:', () => {
    describe('scraped', () => answersAlike(scraped, scrapedTimes));
    describe('scraped, with custom buckets', () =>
      answersAlike(scrapedWithBounds, scrapedTimes, ['one']));
    describe('scraped, with another selection inside', () =>
      answersAlike(notOverRemoteRead, scrapedTimes, ['remote read']));
    describe('scraped, at one time', () => answersAlike(onlyInstant, () => [scrapedAt]));
    describe('sent', () => answersAlike(sent, sentTimes));
    describe('sent, with custom buckets', () => answersAlike(sentWithBounds, sentTimes));
    describe('refused', () => answersAlike(refused, sentTimes));
  });

  test('these are not too few', () => {
    const all = new Set([...scraped, ...sent, ...scrapedWithBounds, ...sentWithBounds]);
    expect(all.size).toBeGreaterThanOrEqual(150);
  });

  describe.each(tenants)('tenant %s', (tenant) => {
    /** Lists of series have no promised order. */
    const sorted = (list: readonly unknown[]): readonly string[] =>
      list.map((one) => JSON.stringify(one)).sort();
    const alike = async (path: string): Promise<readonly unknown[]> => {
      const their = await theirs.get<readonly unknown[]>(path);
      const our = await ours[tenant].get<readonly unknown[]>(path);
      expect(sorted(our)).toEqual(sorted(their));
      return their;
    };

    test('has the metadata', async () => {
      type Metadata = Record<string, readonly { type: string; help: string; unit: string }[]>;
      const their = await theirs.get<Metadata>('metadata');
      const our = await ours[tenant].get<Metadata>('metadata');
      const names = Object.keys(their).filter((name) => name.startsWith('node_'));
      expect(names.length).toBeGreaterThan(100);
      for (const name of names) expect(our[name], name).toEqual(their[name]);
    });

    test('has the exemplars', async () => {
      const range = `start=${scrapedAt - 20}&end=${scrapedAt}`;
      const path = `query_exemplars?query=rate(made_requests_total{code="404",job="made"}[5m])&${range}`;
      const found = (await alike(path)) as readonly { exemplars: readonly unknown[] }[];
      expect(found).toHaveLength(2);
      expect(found[0]?.exemplars.length).toBeGreaterThan(10);
    });

    test('has the labels and series', async () => {
      const range = `start=${scrapedAt - 20}&end=${scrapedAt}`;
      await alike(`labels?match[]=made_requests_total&${range}`);
      await alike(`label/code/values?${range}`);
      await alike(`label/__name__/values?match[]={job="node"}&${range}`);
      await alike(`series?match[]=node_cpu_seconds_total&${range}`);
      await alike(`series?match[]={"made.utf8.name"}&match[]=up&${range}`);
    });
  });
});
