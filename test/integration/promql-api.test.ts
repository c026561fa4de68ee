// The Prometheus API over the real engine, request by request, as clients send them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prometheusRoutes } from '#api/prometheus/index.ts';
import { createManualClock } from '#lib/clock.ts';
import {
  appendMap,
  dateTimeMs,
  fixedString,
  float64,
  int32,
  string,
  stringMap,
  uint64,
} from '#model/column.ts';
import { seriesIdBytes } from '#model/origin.ts';
import { dayOfMs, hourOfMs } from '#model/unit.ts';
import { createMetricCatalog } from '#query/promql/catalog.ts';
import { createPromqlEngine } from '#query/promql/engine.ts';
import type { HttpRequest, Route } from '#server/route.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { metricBatch, type TestSeries } from '../lib/metric-batch.ts';

const start = 1_700_000_000;
let running: TestStore;
let routes: Route[];

const every15s = Array.from({ length: 80 }, (_, i) => (start + i * 15) * 1000);
const counter = (
  name: string,
  labels: Record<string, string>,
  more: Partial<TestSeries> = {},
): TestSeries => ({
  name,
  labels,
  times: every15s,
  values: every15s.map((_, i) => i * 15),
  ...more,
});
/** Deltas that are no numbers, among others that are. */
const holes: Readonly<Record<number, number>> = { 2: Number.NaN, 30: Number.POSITIVE_INFINITY };
const bucketLabels = { job: 'shop', le: '+Inf' };

beforeAll(async () => {
  running = await startTestStore();
  const { writer, reader } = running.store;
  const delta = { otelName: 'orders', isDelta: true, values: every15s.map(() => 15) };
  await writer.write(
    metricBatch([
      counter('requests_total', { job: 'api', 'service.name': 'x.y' }),
      counter('requests_total', { job: 'web' }),
      counter('orders_total', { job: 'shop' }, delta),
      counter('http_server_duration_seconds_bucket', bucketLabels, {
        otelName: 'http.server.duration',
      }),
      counter('holes_total', {}, { isDelta: true, values: every15s.map((_, i) => holes[i] ?? 15) }),
      counter('up', { job: 'api' }, { values: every15s.map(() => 1) }),
    ]),
  );
  await writer.write(metricBatch([counter('secret', { job: 'other' })], 'another tenant'));
  await writer.write({
    ...metricBatch([]),
    items: 1,
    identities: [metadataRows()],
    rows: [exemplarRows()],
  });
  await writer.flush();
  routes = prometheusRoutes({
    engine: createPromqlEngine({ reader }),
    catalog: createMetricCatalog({ reader }),
    isReady: () => true,
    build: { version: '0', nodeVersion: 'v20' },
    clock: createManualClock((start + 900) * 1000),
  });
});
afterAll(() => running.stop());

function exemplarRows() {
  const columns = {
    bucket: int32(),
    name: string(),
    series_id: uint64(),
    time: dateTimeMs(),
    value: float64(),
    trace_id: fixedString(16),
    span_id: fixedString(8),
    attributes: stringMap(),
  };
  const name = 'http_server_duration_seconds_bucket';
  for (const [seconds, value] of [
    [30, 0.25],
    [40, 0.5],
  ] as const) {
    columns.bucket.data.i32(hourOfMs(start * 1000));
    columns.name.appendText(name);
    columns.series_id.data.big64(seriesIdBytes(name, Object.entries(bucketLabels)).hash());
    columns.time.data.big64(BigInt((start + seconds) * 1000 + 500));
    columns.value.data.f64(value);
    columns.trace_id.data.copy(new Uint8Array(16).fill(0xab), 0, 16);
    columns.span_id.data.copy(new Uint8Array(8).fill(0x0c), 0, 8);
    appendMap(columns.attributes, [['retries', '\x022']]);
  }
  return { table: 'otel_exemplars', columns } as const;
}

function metadataRows() {
  const columns = {
    day: int32(),
    name: string(),
    type: string(),
    unit: string(),
    help: string(),
    otel_name: string(),
  };
  columns.day.data.i32(dayOfMs(start * 1000));
  for (const [name, text] of Object.entries({
    name: 'requests_total',
    type: 'counter',
    unit: '',
    help: 'Requests.',
    otel_name: 'requests',
  })) {
    columns[name as 'name'].appendText(text);
  }
  return { table: 'otel_metric_metadata', columns } as const;
}

async function ask(
  path: string,
  form: Record<string, string | string[]> = {},
  method = 'GET',
  tenant = '',
) {
  const params = new URLSearchParams();
  for (const [name, values] of Object.entries(form)) {
    for (const value of [values].flat()) params.append(name, value);
  }
  const pathParams: Record<string, string> = {};
  const matched = routes.find((route) => {
    const pattern = route.path.replace(':name', '(?<name>[^/]+)');
    const match = new RegExp(`^${pattern}$`).exec(path);
    Object.assign(pathParams, match?.groups);
    return match && route.methods.includes(method);
  });
  if (!matched) return { http: 404 };
  const request: HttpRequest = {
    method,
    path,
    params: pathParams,
    query: params,
    headers: {},
    tenant,
    signal: new AbortController().signal,
    body: async () => new Uint8Array(),
    form: async () => params,
  };
  const { status: http, body } = await matched.handle(request);
  let text = '';
  if (typeof body === 'string') text = body;
  else for await (const piece of body as AsyncIterable<string>) text += piece;
  return path.startsWith('/-/') ? { http, text } : { http, ...JSON.parse(text) };
}

const answerOf = async (query: string) =>
  (await ask('/api/v1/query', { query, time: String(start + 900) })).data.result[0]?.value[1];

describe('queries', () => {
  test('the health check of Grafana', async () => {
    expect(await ask('/api/v1/query', { query: '1+1' }, 'POST')).toEqual({
      http: 200,
      status: 'success',
      data: { resultType: 'scalar', result: [start + 900, '2'] },
    });
  });
  test('an instant vector', async () => {
    const { data } = await ask('/api/v1/query', {
      query: 'sum by (job) (increase(requests_total[5m]))',
    });
    expect(data.resultType).toBe('vector');
    expect(data.result).toEqual([
      { metric: { job: 'api' }, value: [start + 900, '300'] },
      { metric: { job: 'web' }, value: [start + 900, '300'] },
    ]);
  });
  test('a range', async () => {
    const form = { query: 'up', start: `${start}.0`, end: String(start + 60), step: '30s' };
    const { data } = await ask('/api/v1/query_range', form, 'POST');
    expect(data.result[0].values).toEqual([
      [start, '1'],
      [start + 30, '1'],
      [start + 60, '1'],
    ]);
  });
  test('deltas are counters', async () => {
    expect(Number(await answerOf('rate(orders_total[5m])'))).toBeCloseTo(1, 12);
    expect(await answerOf('orders_total')).toBe(String(61 * 15));
    expect(await answerOf('holes_total')).toBe(String(59 * 15));
    expect(await answerOf('{__name__=~"holes_.*"}')).toBe(String(59 * 15));
    expect(Number(await answerOf('rate(holes_total[5m])'))).toBeCloseTo(1, 12);
    expect(await answerOf('max_over_time(orders_total[5m])')).toBe(String(61 * 15));
  });
  test('the name that OpenTelemetry gave', async () => {
    const { data } = await ask('/api/v1/query', { query: '{"http.server.duration"}' });
    expect(data.result).toHaveLength(1);
    expect(data.result[0].metric.__name__).toBe('http_server_duration_seconds_bucket');
  });
  test('another tenant sees only its own', async () => {
    const seen = async (tenant: string) =>
      (await ask('/api/v1/query', { query: 'count({__name__!=""})' }, 'GET', tenant)).data.result[0]
        .value[1];
    expect(await seen('another tenant')).toBe('1');
    expect(await seen('')).toBe('6');
  });
});

describe('errors', () => {
  const refuses = (
    name: string,
    path: string,
    form: Record<string, string>,
    http: number,
    errorType: string,
  ) =>
    test(name, async () => {
      expect(await ask(path, form)).toMatchObject({ http, status: 'error', errorType });
    });
  const range = { query: 'up', start: '0', end: '10', step: '1' };
  refuses('bad syntax', '/api/v1/query', { query: 'sum(' }, 400, 'bad_data');
  refuses('no query', '/api/v1/query', {}, 400, 'bad_data');
  refuses('end before start', '/api/v1/query_range', { ...range, end: '-1' }, 400, 'bad_data');
  refuses('no step', '/api/v1/query_range', { ...range, step: '0' }, 400, 'bad_data');
  refuses('too many points', '/api/v1/query_range', { ...range, end: '12000' }, 400, 'bad_data');
  refuses(
    'many to many',
    '/api/v1/query',
    { query: 'requests_total + on () requests_total' },
    422,
    'execution',
  );
  refuses('series without match', '/api/v1/series', {}, 400, 'bad_data');
  refuses('a wrong match', '/api/v1/labels', { 'match[]': 'rate(a[5m])' }, 400, 'bad_data');
});

describe('catalogue', () => {
  test('labels', async () => {
    expect((await ask('/api/v1/labels', { limit: '40000' }, 'POST')).data).toEqual([
      '__name__',
      'job',
      'le',
      'service.name',
    ]);
    expect(
      (
        await ask('/api/v1/labels', {
          'match[]': 'up',
          start: String(start),
          end: String(start + 9),
        })
      ).data,
    ).toEqual(['__name__', 'job']);
    expect((await ask('/api/v1/labels', { start: '0', end: '1000' })).data).toEqual([]);
  });
  test('label values, a limit that cuts says so', async () => {
    expect((await ask('/api/v1/label/job/values')).data).toEqual(['api', 'shop', 'web']);
    expect(await ask('/api/v1/label/job/values', { limit: '1' })).toMatchObject({
      data: ['api'],
      warnings: ['results truncated due to limit'],
    });
    expect(
      (await ask('/api/v1/label/__name__/values', { 'match[]': ['{job="web"}', 'up'] })).data,
    ).toEqual(['requests_total', 'up']);
  });
  test('escaped label names', async () => {
    expect((await ask('/api/v1/label/U__service_2e_name/values')).data).toEqual(['x.y']);
  });
  test('series, all of them too', async () => {
    expect((await ask('/api/v1/series', { 'match[]': '{__name__!=""}' })).data).toHaveLength(6);
    expect((await ask('/api/v1/series', { 'match[]': 'up' })).data).toEqual([
      { __name__: 'up', job: 'api' },
    ]);
  });
  test('metadata', async () => {
    expect((await ask('/api/v1/metadata', { metric: 'requests_total' })).data).toEqual({
      requests_total: [{ type: 'counter', help: 'Requests.', unit: '' }],
    });
    expect((await ask('/api/v1/metadata', { metric: 'none' })).data).toEqual({});
  });
  test('exemplars of every selector of an expression', async () => {
    const query =
      'histogram_quantile(0.9, rate(http_server_duration_seconds_bucket{job="shop"}[5m])) > 0';
    const { data } = await ask('/api/v1/query_exemplars', {
      query,
      start: String(start),
      end: String(start + 60),
    });
    const labels = { retries: '2', span_id: '0c'.repeat(8), trace_id: 'ab'.repeat(16) };
    expect(data).toEqual([
      {
        seriesLabels: { __name__: 'http_server_duration_seconds_bucket', ...bucketLabels },
        exemplars: [
          { labels, value: '0.25', timestamp: start + 30.5 },
          { labels, value: '0.5', timestamp: start + 40.5 },
        ],
      },
    ]);
  });
  test('Grafana probes exemplars with milliseconds', async () => {
    const form = { query: 'test', start: String(start * 1000), end: String(start * 1000 + 1) };
    expect(await ask('/api/v1/query_exemplars', form)).toEqual({
      http: 200,
      status: 'success',
      data: [],
    });
  });
  test('absurd times are no error of ours', async () => {
    const { http } = await ask('/api/v1/query', { query: 'up', time: '1690000000000' });
    expect(http).toBe(200);
  });
});

describe('status', () => {
  test('buildinfo has no features, or Grafana takes us for Mimir', async () => {
    const { data } = await ask('/api/v1/status/buildinfo');
    expect(data.version).toMatch(/^3\.\d+\.\d+$/);
    expect(data).not.toHaveProperty('features');
  });
  test('health', async () => {
    expect(await ask('/-/healthy')).toMatchObject({ http: 200 });
    expect(await ask('/-/ready')).toMatchObject({ http: 200 });
  });
  test('format_query', async () => {
    expect((await ask('/api/v1/format_query', { query: 'sum  (a)by(b)' })).data).toBe(
      'sum by (b) (a)',
    );
  });
});
