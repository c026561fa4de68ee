// Metrics of every span, although a sampler behind them keeps one trace of twenty: from the socket
// through the real store to the answer of PromQL. Time is ours, so that rates are exact.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf } from '#config/load.ts';
import { createClickhouseExporter } from '#exporter/clickhouse/exporter.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import { IdentityCache } from '#model/identity.ts';
import { createPromqlEngine, type PromqlEngine } from '#query/promql/engine.ts';
import { otlpRoutes } from '#receiver/otlp/http.ts';
import { createOtlpIntake } from '#receiver/otlp/intake.ts';
import { createTraceMetrics, type TraceMetrics } from '../../src/compose/trace-metrics.ts';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { askEngine } from '../lib/ask-engine.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { eventually } from '../lib/eventually.ts';
import { sendOtlpHttp, sendOtlpJson } from '../lib/otlp-client.ts';
import { attributes, encodeOtlp, type JsonObject, tracesOf } from '../lib/otlp-json.ts';
import { TailSampler } from '../lib/tail-sampler.ts';
import { startTestServer, type TestServer } from '../lib/test-server.ts';

const startMs = 480_000 * 3_600_000;
const calls = 'traces_spanmetrics_calls_total';
const anything: unknown = expect.anything();

let lastId = 0;
const idOf = (bytes: number): string => (++lastId).toString(16).padStart(bytes * 2, '0');

/** A trace of a span per name, 5 ms to 5 s long. */
function traceAt(ms: number, names: readonly string[]): JsonObject[] {
  const traceId = idOf(16);
  return names.map((name, i) => ({
    traceId,
    spanId: idOf(8),
    name,
    kind: 2 + (i % 2),
    status: { code: name === 'fails' ? 2 : 0 },
    startTimeUnixNano: `${ms}000000`,
    endTimeUnixNano: `${ms + 5 * 10 ** (i % 4)}000000`,
  }));
}

let running: TestStore;
let server: TestServer;
let sampler: TailSampler;
let metrics: TraceMetrics;
let promql: PromqlEngine;
const clock = createManualClock(startMs);

const told = { clock, meter: createMeter(), logger: silentLogger, identities: new IdentityCache() };

/** Of one process; the sampler stays. */
function createMetrics(): TraceMetrics {
  const { store } = running;
  const consumer = createClickhouseExporter(store.writer, told.meter);
  return createTraceMetrics(configOf({}), { ...told, next: sampler, consumer, store });
}

function serve(): Promise<TestServer> {
  const ageMsMax = { traces: undefined, metrics: undefined, logs: undefined };
  const limits = { ageMsMax, futureMsMax: undefined, attributeBytesMax: 1 << 20 };
  const intake = createOtlpIntake(limits, { ...told, consumer: metrics.consumer });
  return startTestServer({ mounts: [{ prefix: '', routes: otlpRoutes(intake) }] });
}

beforeAll(async () => {
  running = await startTestStore();
  const { writer, reader } = running.store;
  sampler = new TailSampler(createClickhouseExporter(writer, told.meter), 20);
  metrics = createMetrics();
  server = await serve();
  promql = createPromqlEngine({ reader, clock });
});
afterAll(async () => {
  await server?.server.stop();
  await running?.stop();
});

const send = (spans: readonly JsonObject[], service: string): Promise<Response> =>
  sendOtlpHttp(
    server.url,
    'traces',
    encodeOtlp('traces', tracesOf(spans, { resource: { 'service.name': service } })),
  );

/** The value of each series of the answer, by its labels; now. */
async function ask(query: string): Promise<Record<string, number>> {
  const timeMs = clock.nowMs();
  const { value } = await promql.instant({ query, timeMs, tenant: '' });
  if (value.kind !== 'vector') throw new Error(`not a vector: ${value.kind}`);
  return Object.fromEntries(
    value.samples.map(({ labels, value: number }) => [
      Object.entries(labels)
        .map(([name, text]) => `${name}=${text}`)
        .join(','),
      number,
    ]),
  );
}

describe('behind a sampler that keeps one trace of twenty', () => {
  let sent = 0;

  beforeAll(async () => {
    // Two minutes: each second 12 traces of 5 spans, and in the last half minute 3 more of another service.
    for (let second = 0; second < 120; second++) {
      const names = ['fetch', 'query', 'query', 'render', 'fails'];
      const shop = Array.from({ length: 12 }, () => traceAt(clock.nowMs(), names)).flat();
      if (second % 10 === 7) {
        sampler.failure = new OperationError('test_busy', 'busy', { retryable: true });
        expect((await send(shop, 'shop')).status).toBe(503);
      }
      expect((await send(shop, 'shop')).status).toBe(200);
      sent += shop.length;
      if (second >= 90) {
        const late = Array.from({ length: 3 }, () => traceAt(clock.nowMs(), ['late'])).flat();
        expect((await send(late, 'late')).status).toBe(200);
        sent += late.length;
      }
      clock.advance(1000);
      if (second % 15 === 14) await metrics.flush();
    }
  });

  it('counts every span, and keeps few', async () => {
    expect(sent).toBe(7290);
    expect(await ask(`sum(${calls})`)).toEqual({ '': sent });
    expect(await ask('sum(traces_spanmetrics_latency_count)')).toEqual({ '': sent });
    expect(await ask('sum(traces_spanmetrics_latency_bucket{le="+Inf"})')).toEqual({ '': sent });
    const stored = Number(await askEngine(running.store, 'SELECT count() FROM otel_spans FINAL'));
    expect(stored).toBe(sampler.kept);
    expect(stored / sent).toBeGreaterThan(0.035);
    expect(stored / sent).toBeLessThan(0.065);
  });

  it('has the true rate, to the span', async () => {
    const spansOfMinute = async (query: string): Promise<Record<string, number>> =>
      Object.fromEntries(
        Object.entries(await ask(query)).map(([series, rate]) => [series, rate * 60]),
      );
    const close = (value: number) => expect.closeTo(value, 6);
    const rates = `rate(${calls}[1m])`;
    expect(await spansOfMinute(`sum by (service) (${rates})`)).toEqual({
      'service=shop': close(60 * 60),
      'service=late': close(30 * 3),
    });
    expect(await spansOfMinute(`sum(${rates})`)).toEqual({ '': close(60 * 60 + 30 * 3) });
    expect(await spansOfMinute(`sum by (span_name) (rate(${calls}{service="shop"}[1m]))`)).toEqual({
      'span_name=fetch': close(720),
      'span_name=query': close(1440),
      'span_name=render': close(720),
      'span_name=fails': close(720),
    });
    expect(await ask(`sum(increase(${calls}{status_code="STATUS_CODE_ERROR"}[2m]))`)).toEqual({
      '': close(120 * 12),
    });
  });

  it('has durations in seconds', async () => {
    const p99 =
      'histogram_quantile(0.99, sum by (le) (rate(traces_spanmetrics_latency_bucket[1m])))';
    const [slow = 0] = Object.values(await ask(p99));
    expect(slow).toBeGreaterThan(4.096);
    expect(slow).toBeLessThanOrEqual(8.192);
  });

  it('ends series that get no more spans', async () => {
    clock.advance(15 * 60_000);
    await metrics.flush();
    expect(await ask(`count(${calls})`)).toEqual({});
    expect((await send(traceAt(clock.nowMs(), ['fetch']), 'shop')).status).toBe(200);
    clock.advance(1000);
    await metrics.stop();
    expect(await ask(`sum(increase(${calls}[1m]))`)).toEqual({ '': 1 });
  });

  it('goes on counting over a restart', async () => {
    clock.advance(15_000);
    metrics = createMetrics();
    const restarted = await serve();
    const spans = traceAt(clock.nowMs(), ['fetch', 'query']);
    const body = encodeOtlp('traces', tracesOf(spans, { resource: { 'service.name': 'shop' } }));
    expect((await sendOtlpHttp(restarted.url, 'traces', body)).status).toBe(200);
    clock.advance(15_000);
    await metrics.stop();
    await restarted.server.stop();
    expect(await ask(`sum(increase(${calls}[1m]))`)).toEqual({ '': 3 });
  });
});

describe('the running program', () => {
  let sightline: Sightline;

  const sendOf = async (service: string, spans: readonly JsonObject[]): Promise<void> => {
    const url = `http://127.0.0.1:${sightline.ports.otlpHttp}`;
    const body = tracesOf(spans, { resource: { 'service.name': service, tier: 'gold' } });
    expect((await sendOtlpJson(url, 'traces', body)).status).toBe(200);
  };

  const countOf = async (selector: string): Promise<number> => {
    const { result } = await sightline.query.promql.instant(`sum(${selector})`);
    const [only] = result as readonly { readonly value: readonly [number, string] }[];
    return Number(only?.value[1] ?? 0);
  };

  /** Where the endpoint leads, and how many spans are there. */
  async function spansBehind(selector: string): Promise<{ traceql: unknown; count: unknown }> {
    const time = String(Date.now() / 1000);
    const ofSeries = new URLSearchParams({ query: selector, time, window: '5m' });
    const behind = await fetch(`${sightline.url}/api/traces/of-series?${ofSeries}`);
    const { traceql, start, end } = (await behind.json()) as Record<string, unknown>;
    const asked = { q: `${traceql} | count_over_time()`, start: `${start}`, end: `${end}` };
    const query = new URLSearchParams(asked);
    const found = await fetch(`${sightline.url}/tempo/api/metrics/query?${query}`);
    const { series = [] } = (await found.json()) as { series?: { value: number }[] };
    return { traceql, count: series[0]?.value };
  }

  beforeAll(async () => {
    sightline = await startSightline({
      config: {
        'span_metrics.dimensions': ['color', 'http.status', 'tier'],
        'service_graph.wait': '1s',
        'trace_metrics.histograms': 'both',
      },
    });
    for (let i = 0; i < 6; i++) {
      const [client = {}, server = {}] = traceAt(Date.now() - 2000, ['call `it`', 'fails']);
      const values = { color: i % 2 ? 'red' : '', 'http.status': 200 + i };
      const painted = { ...client, kind: 3, attributes: attributes(values) };
      const parent = { parentSpanId: client['spanId'] ?? '' };
      await sendOf('shop "1"', [painted]);
      await sendOf('store', [{ ...server, kind: 2, ...parent }]);
    }
    // A question makes spans of our own.
    await sightline.query.traceql.search('{ }', { start: Date.now() - 60_000 });
    await sightline.flush();
  });
  afterAll(() => sightline?.stop());

  it('has metrics of all spans after flush, but not of its own', async () => {
    const query = `sort_by_label(sum by (service, span_name) (${calls}), "service")`;
    expect(await sightline.query.promql.instant(query)).toMatchObject({
      result: [
        { metric: { service: 'shop "1"', span_name: 'call `it`' }, value: [anything, '6'] },
        { metric: { service: 'store', span_name: 'fails' }, value: [anything, '6'] },
      ],
    });
  });

  it('has native histograms beside the series per bucket', async () => {
    expect(await countOf('histogram_count(traces_spanmetrics_latency)')).toBe(12);
    expect(await countOf('histogram_fraction(0, 0.01, traces_spanmetrics_latency)')).toBe(6);
  });

  it('has exemplars that lead to traces', async () => {
    const start = String(Date.now() / 1000 - 60);
    const end = String(Date.now() / 1000 + 60);
    const asked = new URLSearchParams({ query: 'traces_spanmetrics_latency_bucket', start, end });
    const answer = await fetch(`${sightline.url}/prometheus/api/v1/query_exemplars?${asked}`);
    const { data } = (await answer.json()) as {
      data: { exemplars: { labels: Record<string, string>; value: string }[] }[];
    };
    const exemplars = data.flatMap((series) => series.exemplars);
    expect(exemplars.length).toBeGreaterThan(0);
    for (const { labels } of exemplars) {
      expect(labels).toEqual({
        traceID: labels['trace_id'],
        trace_id: expect.stringMatching(/^0+\w+$/),
      });
    }
  });

  it.each([
    [calls, 12],
    [`${calls}{service="shop \\"1\\""}`, 6],
    [`${calls}{span_name="call \`it\`",span_kind="SPAN_KIND_CLIENT"}`, 6],
    [`${calls}{status_code="STATUS_CODE_ERROR"}`, 6],
    [`${calls}{status_code!="STATUS_CODE_ERROR"}`, 6],
    [`${calls}{color="red"}`, 3],
    [`${calls}{color=""}`, 9],
    [`${calls}{color=~"r.*|"}`, 12],
    [`${calls}{color!="red"}`, 9],
    [`${calls}{http_status="203"}`, 1],
    [`${calls}{tier="gold"}`, 12],
    [`${calls}{tier="gold",color="red"}`, 3],
    ['traces_spanmetrics_latency_bucket{le="0.008"}', 6],
    ['traces_spanmetrics_latency_bucket{le="+Inf"}', 12],
    ['traces_service_graph_request_total{client="shop \\"1\\"",server="store"}', 6],
    ['traces_service_graph_request_failed_total{client="shop \\"1\\"",connection_type=""}', 6],
    ['traces_service_graph_request_client_seconds_bucket{connection_type="",le="0.1"}', 6],
    ['traces_service_graph_request_server_seconds_bucket{connection_type="",le="0.1"}', 6],
  ])('leads from %s to as many spans as it has counted', async (selector, count) => {
    expect(await countOf(selector)).toBe(count);
    const found = await spansBehind(selector);
    expect([found.traceql, found.count]).toEqual([found.traceql, count]);
  });

  it('leads to requests of which one side sends no spans', async () => {
    const graph = 'traces_service_graph_request_total';
    const peer = { attributes: attributes({ 'peer.service': 'legacy' }) };
    const [client = {}, server = {}] = traceAt(Date.now() - 2000, ['answered', 'answers']);
    const parent = { kind: 2, parentSpanId: client['spanId'] ?? '' };
    const [alone = {}] = traceAt(Date.now() - 2000, ['alone']);
    const [asking = {}] = traceAt(Date.now() - 2000, ['asking']);
    await sendOf('edge', [{ ...client, kind: 3, ...peer }]);
    await sendOf('legacy', [{ ...server, ...parent }]);
    await sendOf('edge', [{ ...alone, kind: 3, ...peer }]);
    await sendOf('edge', [
      {
        ...asking,
        kind: 3,
        attributes: attributes({ 'db.system': 'mysql', 'server.address': 'db-1' }),
      },
    ]);
    await sendOf('edge', traceAt(Date.now() - 2000, ['root']));
    const virtual = `${graph}{client="edge",server="legacy",connection_type="virtual_node"}`;
    await eventually('the edge of a client that nobody answered', async () => {
      await sightline.flush();
      return (await countOf(virtual)) === 1 || undefined;
    });
    for (const selector of [
      virtual,
      `${graph}{client="edge",server="legacy",connection_type=""}`,
      `${graph}{client="edge",server="db-1",connection_type="database"}`,
      `${graph}{client="user",server="edge",connection_type="virtual_node"}`,
    ]) {
      expect([selector, await countOf(selector)]).toEqual([selector, 1]);
      const { traceql, count } = await spansBehind(selector);
      expect([traceql, count]).toEqual([traceql, 1]);
    }
  });
});
