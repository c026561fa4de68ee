// The service graph of whole programs: two that share an engine, and one that is started again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { askShard, startTestCluster, type TestCluster } from '../lib/cluster.ts';
import { type EdgeSpan, edgeRequest } from '../lib/edge-spans.ts';
import { eventually } from '../lib/eventually.ts';
import { sendOtlpJson } from '../lib/otlp-client.ts';

const total = 'traces_service_graph_request_total';
const config = {
  service_graph: { wait: '6s', local_wait: '1s' },
  trace_metrics: { interval: '1s' },
  internal_telemetry: { enabled: false },
};

async function send({ ports }: Sightline, span: EdgeSpan): Promise<void> {
  const url = `http://127.0.0.1:${ports.otlpHttp}`;
  const answer = await sendOtlpJson(url, 'traces', edgeRequest([span], Date.now()));
  expect(answer.status).toBe(200);
}

/** Requests by `client>server connection_type`, over all processes. */
async function edges(sightline: Sightline): Promise<Record<string, number>> {
  await sightline.flush();
  const by = 'client, server, connection_type';
  const answer = await sightline.query.promql.instant(`sum by (${by}) (${total})`);
  if (answer.resultType !== 'vector') throw new Error(`not a vector: ${answer.resultType}`);
  return Object.fromEntries(
    answer.result.map(({ metric: { client, server, connection_type: type }, value }) => [
      `${client}>${server}${type ? ` ${type}` : ''}`,
      Number(value[1]),
    ]),
  );
}

/** Spans that wait for their other side. */
async function waiting({ ports }: Sightline): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${ports.metrics}/metrics`)).text();
  return Number(/^sightline_service_graph_waiting (\d+)/m.exec(text)?.[1] ?? Number.NaN);
}

describe('two programs with one engine', () => {
  let cluster: TestCluster;
  let one: Sightline;
  let other: Sightline;

  beforeAll(async () => {
    cluster = await startTestCluster();
    const start = (instance: string) =>
      startSightline({
        storage: cluster.storageUrl,
        config: { ...config, trace_metrics: { interval: '1s', instance } },
      });
    one = await start('one');
    other = await start('other');
  });
  afterAll(async () => {
    await Promise.all([one?.stop(), other?.stop()]);
    await cluster?.stop();
  });

  const writtenHalves = async (service: string): Promise<number> => {
    const sql = `SELECT uniqExact(edge_key) FROM otel_edge_halves WHERE service_name = '${service}'`;
    return Number(await askShard(cluster.shardUrls[0] as string, sql));
  };

  it.each([
    ['the client first', 'shop', 'cart', true],
    ['the server first', 'till', 'stock', false],
  ])('one edge, counted once, without a virtual node: %s', async (_, client, server, isFirst) => {
    const trace = Math.floor(Math.random() * 2 ** 48) + 1;
    const peer = { 'peer.service': `${server}-by-name` };
    const spans: EdgeSpan[] = [
      { service: client, kind: 'client', id: 10, parent: 1, trace, attributes: peer },
      { service: server, kind: 'server', id: 11, parent: 10, trace },
    ];
    const [first, second] = isFirst ? spans : spans.toReversed();
    await send(one, first as EdgeSpan);
    await eventually('the first half is written', async () =>
      (await writtenHalves((first as EdgeSpan).service)) === 1 ? true : undefined,
    );
    await send(other, second as EdgeSpan);
    await eventually('the edge is counted', async () =>
      (await edges(one))[`${client}>${server}`] === 1 ? true : undefined,
    );
    await eventually('nobody waits any more', async () =>
      (await waiting(one)) + (await waiting(other)) === 0 ? true : undefined,
    );
    await other.flush();
    const own = Object.entries(await edges(one)).filter(([name]) => name.startsWith(client));
    expect(own).toEqual([[`${client}>${server}`, 1]]);
  });
});

describe('a program that is started again', () => {
  it('pairs what came before with what comes after', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sightline-graph-'));
    const start = () =>
      startSightline({ dataDir, config: { ...config, service_graph: { wait: '2m' } } });
    try {
      const before = await start();
      await send(before, { service: 'shop', kind: 'client', id: 10, parent: 1 });
      expect(await waiting(before)).toBe(1);
      await before.stop();
      const after = await start();
      try {
        expect(await waiting(after)).toBe(1);
        await send(after, { service: 'cart', kind: 'server', id: 11, parent: 10 });
        expect(await waiting(after)).toBe(0);
        await eventually('the edge is counted', async () =>
          (await edges(after))['shop>cart'] === 1 ? true : undefined,
        );
      } finally {
        await after.stop();
      }
      const third = await start();
      expect(await waiting(third)).toBe(0);
      await third.stop();
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
