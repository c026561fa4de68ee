// Metrics of traces from two programs that share a cluster of two shards: each span counts once, and an
// engine that is away for a while changes no count.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { startTestCluster, type TestCluster } from '../lib/cluster.ts';
import { type EdgeSpan, edgeRequest } from '../lib/edge-spans.ts';
import { eventually } from '../lib/eventually.ts';
import { sendOtlpJson } from '../lib/otlp-client.ts';

let cluster: TestCluster;
let one: Sightline;
let other: Sightline;

beforeAll(async () => {
  cluster = await startTestCluster();
  const start = (instance: string) =>
    startSightline({
      storage: cluster.storageUrl,
      config: {
        trace_metrics: { interval: '1s', instance },
        internal_telemetry: { enabled: false },
      },
    });
  one = await start('one');
  other = await start('other');
});
afterAll(async () => {
  await Promise.all([one?.stop(), other?.stop()]);
  await cluster?.stop();
});

/** Requests of `client`, each of two spans; the ids of others are others. */
function requests(client: string, server: string, count: number, trace: number): EdgeSpan[] {
  return Array.from({ length: count }, (_, i): EdgeSpan[] => [
    { service: client, kind: 'client', id: 10, parent: 1, trace: trace + i, ms: 20 },
    { service: server, kind: 'server', id: 11, parent: 10, trace: trace + i, ms: 15 },
  ]).flat();
}

/** Sends the same bytes whenever it is called. */
function senderOf(spans: readonly EdgeSpan[]): (to: Sightline) => Promise<number> {
  const request = edgeRequest(spans, Date.now());
  return async ({ ports }) => {
    const url = `http://127.0.0.1:${ports.otlpHttp}`;
    return (await sendOtlpJson(url, 'traces', request)).status;
  };
}

/** Sums over both programs, by the labels that are asked for, as text. */
async function sums(query: string): Promise<Record<string, number>> {
  await Promise.all([one.flush(), other.flush()]);
  const answer = await one.query.promql.instant(query);
  if (answer.resultType !== 'vector') throw new Error(`not a vector: ${answer.resultType}`);
  return Object.fromEntries(
    answer.result.map(({ metric, value }) => [Object.values(metric).join(' '), Number(value[1])]),
  );
}

const ofServices = (client: string, server: string): string => `service=~"${client}|${server}"`;

it('counts the spans of both, and the requests between them, once', async () => {
  const near = senderOf(requests('shop', 'cart', 30, 1));
  const far = senderOf(requests('shop', 'cart', 12, 101));
  expect([await near(one), await far(other), await near(one)]).toEqual([200, 200, 200]);
  const calls = `traces_spanmetrics_calls_total{${ofServices('shop', 'cart')}}`;
  expect(await sums(`sum by (service) (${calls})`)).toEqual({ shop: 42, cart: 42 });
  expect(await sums(`sum by (__metrics_gen_instance) (${calls})`)).toEqual({ one: 60, other: 24 });
  expect(
    await sums(
      'sum by (client, server, __metrics_gen_instance) (traces_service_graph_request_total)',
    ),
  ).toEqual({ 'one shop cart': 30, 'other shop cart': 12 });
  const buckets = 'traces_spanmetrics_latency_bucket{service="shop",le=~"0.016|0.032|[+]Inf"}';
  expect(await sums(`sum by (le) (${buckets})`)).toEqual({ '0.016': 0, '0.032': 42, '+Inf': 42 });
});

it('keeps its counts while the engine is away, and doubles none', async () => {
  const before = senderOf(requests('till', 'stock', 5, 201));
  const during = senderOf(requests('till', 'stock', 7, 301));
  const after = senderOf(requests('till', 'stock', 9, 401));
  expect(await before(one)).toBe(200);
  await Promise.all([cluster.kill(0), cluster.kill(1)]);
  const isTaken = during(one);
  await eventually('the engine is missed', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${one.ports.metrics}/metrics`)).text();
    const retries = /^sightline_store_insert_retries_total\{table="otel_spans"\} (\d+)/m;
    return Number(retries.exec(metrics)?.[1] ?? 0) >= 2 ? true : undefined;
  });
  await Promise.all([cluster.restart(0), cluster.restart(1)]);
  const first = await isTaken;
  // Refused or not, the sender sends it again: the answer may have been lost.
  await eventually('it is taken', async () => ((await during(one)) === 200 ? true : undefined));
  expect([200, 503]).toContain(first);
  expect(await after(one)).toBe(200);
  const calls = `traces_spanmetrics_calls_total{${ofServices('till', 'stock')}}`;
  expect(await sums(`sum by (service) (${calls})`)).toEqual({ till: 21, stock: 21 });
  const graph = 'traces_service_graph_request_total{client="till"}';
  expect(await sums(`sum by (client, server) (${graph})`)).toEqual({ 'till stock': 21 });
  const counts = `traces_spanmetrics_latency_count{${ofServices('till', 'stock')}}`;
  expect(await sums(`sum (${counts})`)).toEqual({ '': 42 });
});
