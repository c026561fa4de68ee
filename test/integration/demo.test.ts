// The demo shows something true in every signal within 15 seconds: its three services by the
// official SDK, into a stack of our own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo } from '#demo/demo.ts';
import { silentLogger } from '#lib/log.ts';
import { startSightline } from '../../src/index.ts';
import type { Sightline } from '../../src/public-api.ts';

const services = ['inventory-service', 'order-service', 'user-service'];

let sightline: Sightline;
let demo: Awaited<ReturnType<typeof startDemo>>;
let startedMs: number;

beforeAll(async () => {
  sightline = await startSightline();
  demo = await startDemo({
    otlpUrl: `http://127.0.0.1:${sightline.ports.otlpHttp}`,
    logger: silentLogger,
  });
  startedMs = Date.now();
});
afterAll(async () => {
  await demo?.stop();
  await sightline?.stop();
});

/** Asks until the answer is right, at most until the 15 s are over. */
const soon = <T>(ask: () => Promise<T>) =>
  expect.poll(ask, { timeout: Math.max(1000, startedMs + 15_000 - Date.now()), interval: 500 });

async function vector(query: string): Promise<{ labels: Record<string, string>; value: number }[]> {
  const answer = await sightline.query.promql.instant(query);
  if (answer.resultType !== 'vector') throw new Error(`${query} is no vector`);
  return answer.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

async function exemplarTraceIds(): Promise<string[]> {
  const url = new URL(`${sightline.url}/prometheus/api/v1/query_exemplars`);
  url.searchParams.set('query', 'http_server_request_duration_seconds_bucket');
  url.searchParams.set('start', String(startedMs / 1000 - 60));
  url.searchParams.set('end', String(Date.now() / 1000));
  const { data } = (await (await fetch(url)).json()) as {
    data: { exemplars: { labels: { trace_id: string } }[] }[];
  };
  return data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
}

describe('the demo', () => {
  it('makes requests that all three services count', async () => {
    const query = 'sum by (job) (rate(http_server_request_duration_seconds_count[15s])) > 0';
    await soon(async () => (await vector(query)).map(({ labels }) => labels.job).sort()).toEqual(
      services.map((name) => `shop/${name}`),
    );
  });

  it('has exemplars that lead to traces', async () => {
    await soon(async () => {
      const [traceId] = await exemplarTraceIds();
      return traceId && (await sightline.query.traceql.trace(traceId)) !== undefined;
    }).toBe(true);
  });

  it('has traces that cross all services', async () => {
    await soon(async () => {
      const query = '{ resource.service.name = "order-service" && name = "POST /orders" }';
      const [found] = await sightline.query.traceql.search(query, { start: startedMs - 60_000 });
      const trace = found && (await sightline.query.traceql.trace(found.traceID));
      return services.filter((name) => JSON.stringify(trace ?? '').includes(`"${name}"`));
    }).toEqual(services);
  });

  it('has failing writes', async () => {
    const query = '{ status = error && span.db.operation.name = "INSERT" }';
    await soon(async () => {
      const found = await sightline.query.traceql.search(query, { start: startedMs - 60_000 });
      return found.length;
    }).toBeGreaterThan(0);
  });

  it('has log lines with trace ids', async () => {
    await soon(async () => {
      const query = '{service_name="order-service"} | trace_id != ""';
      const answer = await sightline.query.logql.range(query, { start: startedMs - 60_000 });
      return answer.result.length;
    }).toBeGreaterThan(0);
  });
});

describe('the demo where credentials are asked for', () => {
  it('sends with a token of its own', async () => {
    const guarded = await startSightline({ config: { demo: true, auth: { tokens: ['of ann'] } } });
    try {
      const { promql, logql, traceql } = guarded.query;
      const start = Date.now() - 60_000;
      const count = async () => ({
        metrics: (await promql.instant('http_server_request_duration_seconds_count')).result.length,
        logs: (await logql.range('{service_name="order-service"}', { start })).result.length,
        traces: (await traceql.search('{ resource.service.name = "order-service" }', { start }))
          .length,
      });
      const some = expect.toSatisfy((length: number) => length > 0);
      await expect
        .poll(count, { timeout: 15_000, interval: 500 })
        .toEqual({ metrics: some, logs: some, traces: some });
      const anonymous = await fetch(`${guarded.url}/api/status`);
      expect(anonymous.status).toBe(401);
    } finally {
      await guarded.stop();
    }
  });
});
