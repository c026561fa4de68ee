// The Jaeger API on the real engine, as Jaeger's UI and Grafana's Jaeger datasource ask it: names, traces by
// id in Jaeger's model and in OTLP, dependencies, metrics of services.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jaegerRoutes } from '#api/jaeger/index.ts';
import { createJaegerClient, type JaegerClient, type UiSpan } from '../lib/jaeger-api-client.ts';
import {
  checkoutId,
  checkoutSpans,
  otlpOf,
  type ShopSpan,
  shopEndMs,
  shopStartMs,
} from '../lib/jaeger-shop.ts';
import { type JaegerStore, startJaegerStore } from '../lib/jaeger-store.ts';

describe('a shop', () => {
  let started: JaegerStore;
  let jaeger: JaegerClient;
  let adjusting: JaegerClient;

  beforeAll(async () => {
    // Twice: no count may change.
    const otlp = otlpOf(checkoutSpans);
    started = await startJaegerStore([otlp, otlp], shopEndMs);
    jaeger = started.jaeger;
    const sources = { ...started.sources, maxClockSkewMs: 10_000 };
    adjusting = createJaegerClient(jaegerRoutes(sources));
  });
  afterAll(() => started?.stop());

  it('services and operations', async () => {
    const services = await jaeger('/api/services');
    expect(services.contentType).toBe('application/json');
    const data = ['cart', 'checkout', 'missing-service-name', 'payment'];
    expect(services.body).toEqual({ data, total: 4, limit: 0, offset: 0, errors: null });
    const operations = await jaeger('/api/services/checkout/operations');
    expect(operations.body.data).toEqual(['POST /checkout', 'charge']);
    const kinds = await jaeger('/api/operations?service=checkout&spanKind=server');
    expect(kinds.body.data).toEqual([{ name: 'POST /checkout', spanKind: 'server' }]);
    const none = await jaeger('/api/operations?service=checkout&spanKind=odd');
    expect(none.body.data).toEqual([]);
    const unnamed = await jaeger('/api/services/missing-service-name/operations');
    expect(unnamed.body.data).toEqual(['orphan']);
    const v3 = await jaeger('/api/v3/operations?service=missing-service-name');
    expect(v3.body).toEqual({ operations: [{ name: 'orphan', spanKind: 'internal' }] });
    expect((await jaeger('/api/v3/services')).body).toEqual({ services: data });
  });

  describe('a trace by id', () => {
    const spellings = {
      hex: checkoutId,
      uuid: '422d605e-e9fe-40e1-af6e-3125955a488c',
      decimal: '87964655711625122597312503349329414284',
      'upper case': checkoutId.toUpperCase(),
    };
    for (const [name, id] of Object.entries(spellings)) {
      it(name, async () => {
        const { status, body } = await jaeger(`/api/traces/${id}`);
        expect([status, body.data.length, body.data[0].traceID]).toEqual([200, 1, checkoutId]);
        expect(body.data[0].spans).toHaveLength(checkoutSpans.length);
        const v3 = await jaeger(`/api/v3/traces/${id}`);
        expect(v3.body.result.resourceSpans.length).toBeGreaterThan(0);
      });
    }

    it('has what Jaeger makes of OTLP', async () => {
      const { body } = await jaeger(`/api/traces/${checkoutId}?raw=true`);
      const [trace] = body.data;
      const root = trace.spans.find((span) => span.spanID.endsWith('1'));
      expect(root).toEqual({
        traceID: checkoutId,
        spanID: '0000000000000001',
        flags: 1,
        operationName: 'POST /checkout',
        references: [
          { refType: 'FOLLOWS_FROM', traceID: 'f'.repeat(32), spanID: '00000000000000ff' },
        ],
        startTime: shopStartMs * 1000,
        duration: 200_000,
        tags: [
          { key: 'otel.scope.name', type: 'string', value: 'shop-sdk' },
          { key: 'otel.scope.version', type: 'string', value: '1.2' },
          { key: 'http.method', type: 'string', value: 'POST' },
          { key: 'http.status_code', type: 'int64', value: 500 },
          { key: 'load', type: 'float64', value: 0.5 },
          { key: 'retried', type: 'bool', value: true },
          { key: 'big', type: 'int64', value: '9223372036854775222' },
          { key: 'blob', type: 'binary', value: 'AAAwOQ==' },
          { key: 'list', type: 'string', value: '[1,"x"]' },
          { key: 'quote', type: 'string', value: `a"b'c\\d` },
          { key: 'span.kind', type: 'string', value: 'server' },
          { key: 'otel.status_code', type: 'string', value: 'ERROR' },
          { key: 'error', type: 'bool', value: true },
          { key: 'otel.status_description', type: 'string', value: 'declined' },
          { key: 'w3c.tracestate', type: 'string', value: 'vendor=1' },
        ],
        logs: [
          {
            timestamp: shopStartMs * 1000 + 5_000,
            fields: [
              { key: 'event', type: 'string', value: 'exception' },
              { key: 'exception.message', type: 'string', value: 'card declined' },
            ],
          },
        ],
        processID: root?.processID,
        warnings: null,
      });
      expect(trace.processes[root?.processID ?? '']).toEqual({
        serviceName: 'checkout',
        tags: [{ key: 'host.name', type: 'string', value: 'a' }],
      });
      // Two spans of one service share their process.
      expect(Object.keys(trace.processes).sort()).toEqual(['p1', 'p2', 'p3', 'p4']);
    });

    const warningsOf = (spans: readonly UiSpan[]) =>
      Object.fromEntries(spans.map(({ spanID, warnings }) => [spanID.slice(-1), warnings]));

    it('says what is wrong, unless raw', async () => {
      const { body } = await jaeger(`/api/traces/${checkoutId}`);
      expect(warningsOf(body.data[0].spans)).toEqual({
        1: null,
        2: null,
        3: ['clock skew adjustment disabled; not applying calculated delta of 1.01s'],
        4: null,
        5: ['parent span ID=00000000000000aa is not in the trace; skipping clock skew adjustment'],
      });
      const raw = await jaeger(`/api/traces/${checkoutId}?raw=1`);
      expect(raw.body.data[0].spans.every((span) => !span.warnings)).toBe(true);
    });

    it('moves clocks where that is allowed', async () => {
      const { body } = await adjusting(`/api/traces/${checkoutId}`);
      const [moved] = body.data[0].spans.filter((span) => span.spanID.endsWith('3'));
      expect(moved?.warnings).toEqual(["This span's timestamps were adjusted by 1.01s"]);
      expect(moved?.startTime).toBe((shopStartMs + 20) * 1000);
    });

    it('in v3 is OTLP with hexadecimal ids', async () => {
      const { body } = await jaeger(`/api/v3/traces/${checkoutId}`);
      const spans = body.result.resourceSpans.flatMap(
        (resource) => resource.scopeSpans[0]?.spans ?? [],
      );
      expect(spans).toHaveLength(checkoutSpans.length);
      const byId = (id: string) => spans.find((span) => span.spanId === id);
      expect(byId('0000000000000001')).toMatchObject({
        traceId: checkoutId,
        name: 'POST /checkout',
        kind: 2,
        startTimeUnixNano: `${shopStartMs}000000`,
        status: { code: 2, message: 'declined' },
        links: [{ traceId: 'f'.repeat(32), spanId: '00000000000000ff' }],
      });
      expect(byId('0000000000000005')?.attributes).toEqual([
        {
          key: '@jaeger@warnings',
          value: { arrayValue: { values: [{ stringValue: expect.stringContaining('aa') }] } },
        },
      ]);
    });

    it('that is not there', async () => {
      const message = 'trace not found';
      const legacy = await jaeger('/api/traces/abc123');
      expect([legacy.status, legacy.body]).toEqual([
        404,
        { data: null, total: 0, limit: 0, offset: 0, errors: [{ code: 404, msg: message }] },
      ]);
      const v3 = await jaeger('/api/v3/traces/abc123');
      expect([v3.status, v3.body]).toEqual([404, { error: { httpCode: 404, message } }]);
    });

    it('several, and one that is not there', async () => {
      const { status, body } = await jaeger(`/api/traces?traceID=${checkoutId}&traceID=abc123`);
      expect([status, body.data.length]).toEqual([200, 1]);
      expect(body.errors).toEqual([{ msg: 'trace not found', traceID: 'abc123' }]);
    });
  });

  it('dependencies: by parents, each call once', async () => {
    const target = `/api/dependencies?endTs=${shopEndMs}&lookback=${2 * 3_600_000}`;
    const { body } = await jaeger(target);
    const sorted = [...body.data].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    expect(sorted).toEqual([
      { parent: 'checkout', child: 'cart', callCount: 1 },
      { parent: 'checkout', child: 'checkout', callCount: 1 },
      { parent: 'checkout', child: 'payment', callCount: 1 },
    ]);
    const ofCart = await jaeger(`${target}&service=cart`);
    expect(ofCart.body.data).toHaveLength(1);
    expect((await jaeger(`/api/dependencies?endTs=${shopEndMs}&lookback=1`)).body.data).toEqual([]);
    const times = `startTime=${new Date(shopStartMs - 5000).toISOString()}&endTime=${new Date(shopEndMs).toISOString()}`;
    const v3 = await jaeger(`/api/v3/dependencies?${times}`);
    expect(v3.body.dependencies).toContainEqual({
      parent: 'checkout',
      child: 'cart',
      callCount: '1',
    });
  });

  it('deep dependencies: paths of calls with a trace of each', async () => {
    const { body } = await jaeger('/api/deep-dependencies?service=checkout');
    const attributes = [{ key: 'exemplar_trace_id', value: checkoutId }];
    const checkout = { service: 'checkout', operation: 'POST /checkout' };
    expect(body.dependencies).toEqual([
      { path: [checkout, { service: 'payment', operation: 'charge' }], attributes },
      { path: [checkout, { service: 'cart', operation: 'clear' }], attributes },
    ]);
  });

  it('metrics of services, computed from spans', async () => {
    const asked = `service=checkout&service=cart&endTs=${shopStartMs + 60_000}&lookback=60000&step=30000&ratePer=60000`;
    const calls = await jaeger(`/api/metrics/calls?${asked}&groupByOperation=true`);
    expect(calls.body).toEqual({
      name: 'service_operation_call_rate',
      type: 'GAUGE',
      help: 'calls/sec, grouped by service & operation',
      metrics: [
        ['cart', 'clear'],
        ['checkout', 'POST /checkout'],
      ].map(([service, operation]) => ({
        labels: [
          { name: 'service_name', value: service },
          { name: 'operation', value: operation },
        ],
        metricPoints: ['10:00:30Z', '10:01:00Z'].map((time) => ({
          gaugeValue: { doubleValue: 1 / 60 },
          timestamp: `2026-05-04T${time}`,
        })),
      })),
    });
    const errors = await jaeger(`/api/metrics/errors?${asked}`);
    const values = errors.body.metrics.map((metric) => metric.metricPoints.at(-1));
    expect(values).toMatchObject([
      { gaugeValue: { doubleValue: 0 } },
      { gaugeValue: { doubleValue: 1 } },
    ]);
    const latencies = await jaeger(`/api/metrics/latencies?${asked}&quantile=0.95`);
    expect(latencies.body.help).toBe('0.95th quantile latency, grouped by service');
    const checkout = latencies.body.metrics[1].metricPoints[0].gaugeValue.doubleValue;
    expect(Math.abs(checkout / 200 - 1)).toBeLessThan(0.045);
    const clients = await jaeger(`/api/metrics/calls?${asked}&spanKind=client&spanKind=producer`);
    expect(clients.body.metrics).toHaveLength(1);
    expect((await jaeger('/api/metrics/minstep')).body.data).toBe(1);
  });

  it('quality of traces', async () => {
    const { body } = await jaeger('/api/quality-metrics?hours=24');
    const [parents, kinds] = body.metrics;
    expect([parents.passCount, parents.failureCount]).toEqual([4, 1]);
    const example = { traceID: checkoutId, spanIDs: ['0000000000000005'] };
    expect(parents.failureExamples).toEqual([example]);
    expect([kinds.passCount, kinds.failureCount]).toEqual([4, 1]);
    expect(body.scores[0]).toMatchObject({ key: 'coverage', value: 80, max: 100 });
  });

  it('transforms OTLP that is not stored', async () => {
    const otlp = otlpOf([{ ...(checkoutSpans[0] as ShopSpan), traceId: 'a'.repeat(32) }]);
    const answer = await jaeger('/api/transform', { method: 'POST', body: JSON.stringify(otlp) });
    const stored = (await jaeger(`/api/traces/${checkoutId}`)).body.data[0];
    const [trace] = answer.body.data;
    const byKey = (tags: UiSpan['tags'] = []) => tags.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const [shown] = trace.spans;
    const root = stored.spans.find((span) => span.spanID === shown.spanID);
    expect({ ...shown, tags: byKey(shown.tags) }).toEqual({
      ...root,
      traceID: 'a'.repeat(32),
      processID: 'p1',
      tags: byKey(root?.tags),
    });
    const refused = await jaeger('/api/transform', { method: 'POST', body: '{"resourceSpans":7}' });
    expect([refused.status, refused.body.errors[0].code]).toEqual([400, 400]);
    // Each pair of brackets would be an object of a hundred bytes and more.
    const bomb = await jaeger('/api/transform', { method: 'POST', body: '[],'.repeat(1_500_000) });
    expect(bomb.body.errors[0].msg).toContain('more than 2000000 JSON values');
  });

  it('archives nothing, and says so', async () => {
    const post = { method: 'POST' };
    const answer = await jaeger(`/api/archive/${checkoutId}`, post);
    expect([answer.status, answer.body.errors[0].msg]).toEqual([
      501,
      expect.stringContaining('archive span storage was not configured'),
    ]);
    expect((await jaeger('/api/archive/abc', post)).status).toBe(404);
  });

  // Their parameters, in their order, with those that are left empty.
  describe('requests of clients', () => {
    const [start, end] = [(shopStartMs - 60_000) * 1000, shopEndMs * 1000];
    const tags = encodeURIComponent('{"http.method":"POST","error":"true"}');
    const answers = (name: string, target: string, count: number) =>
      it(`${name}: ${target}`, async () => {
        const { status, contentType, body } = await jaeger(target);
        expect([status, contentType]).toEqual([200, 'application/json']);
        expect([body.data.length, body.errors]).toEqual([count, null]);
      });
    const grafana = "Grafana's Jaeger datasource";
    answers(grafana, '/api/services', 4);
    answers(grafana, '/api/services/checkout/operations', 2);
    answers(
      grafana,
      `/api/traces?service=checkout&operation=POST+%2Fcheckout&tags=${tags}&minDuration=1ms&maxDuration=1.5s&limit=20&start=${start}&end=${end}&lookback=custom`,
      1,
    );
    answers(grafana, `/api/traces/${checkoutId}?start=${start}&end=${end}`, 1);
    answers(grafana, `/api/dependencies?endTs=${shopEndMs}&lookback=7200000`, 3);
    const ui = "Jaeger's UI";
    answers(
      ui,
      `/api/traces?end=${end}&limit=20&lookback=2h&maxDuration&minDuration&service=checkout&start=${start}&tags=${tags}`,
      1,
    );
    answers(ui, `/api/traces?prettyPrint=true&traceID=${checkoutId}`, 1);

    it(`${grafana}, toggle jaegerEnableGrpcEndpoint`, async () => {
      const query = new URLSearchParams({
        'query.service_name': 'checkout',
        'query.operation_name': 'POST /checkout',
        'query.attributes': '{"http.method":"POST"}',
        'query.duration_min': '1ms',
        'query.duration_max': '2s',
        'query.start_time_min': '2026-05-04T09:59:00.000000001Z',
        'query.start_time_max': '2026-05-04T11:00:00.5Z',
      });
      const found = await jaeger(`/api/v3/traces?${query}`);
      expect(found.status).toBe(200);
      const one = await jaeger(`/api/v3/traces/${checkoutId}`);
      expect(found.body).toEqual(one.body);
      expect((await jaeger('/api/v3/operations?service=checkout')).body).toMatchObject({
        operations: [
          { name: 'POST /checkout', spanKind: 'server' },
          { name: 'charge', spanKind: 'client' },
        ],
      });
    });
  });
});

it('dependencies: by links to other traces, and once where a link is the parent too', async () => {
  const writer: ShopSpan = {
    service: 'orders',
    host: 'a',
    traceId: 'a'.repeat(32),
    id: '00000000000000a1',
    name: 'publish',
    kind: 4,
    at: 0,
    ms: 5,
  };
  const link = { traceId: writer.traceId, spanId: writer.id };
  const reader = { ...writer, host: 'b', kind: 5, at: 50, fields: { links: [link] } };
  const spans: ShopSpan[] = [
    writer,
    { ...reader, service: 'mailer', traceId: 'b'.repeat(32), id: '00000000000000b1' },
    { ...reader, service: 'mailer', traceId: 'b'.repeat(32), id: '00000000000000b2' },
    { ...reader, service: 'stock', id: '00000000000000c1', parent: writer.id },
  ];
  const { jaeger, stop } = await startJaegerStore([otlpOf(spans)], shopEndMs);
  const { body } = await jaeger(`/api/dependencies?endTs=${shopEndMs}&lookback=7200000`);
  await stop();
  expect(body.data).toEqual([
    { parent: 'orders', child: 'mailer', callCount: 2 },
    { parent: 'orders', child: 'stock', callCount: 1 },
  ]);
});
