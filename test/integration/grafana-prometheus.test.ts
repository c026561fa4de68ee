// What Grafana's Prometheus datasource and Metrics Drilldown really send, request by request over a
// socket, and the traps that other servers stepped into.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { sendOtlpJson } from '../lib/otlp-client.ts';

const nowMs = Date.now();
const seconds = (agoMs: number): string => String((nowMs - agoMs) / 1000);
const range = { start: seconds(600_000), end: seconds(0) };
const traceId = '5b8efff798038103d269b633813fc60c';

let sightline: Sightline;
let base: string;

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const nano = (agoMs: number): string => `${nowMs - agoMs}000000`;
/** Ten minutes, a point every 15 s. */
const ages = Array.from({ length: 41 }, (_, i) => 600_000 - i * 15_000);

beforeAll(async () => {
  sightline = await startSightline({ config: { internal_telemetry: { enabled: false } } });
  base = `http://127.0.0.1:${sightline.ports.http}/prometheus`;
  const attributes = [text('http.route', '/cart'), text('method', 'GET')];
  const exemplars = [
    { traceId, spanId: 'eee19b7ec3c1b174', timeUnixNano: nano(60_000), asInt: '1' },
  ];
  const cumulative = ages.map((age, i) => ({
    attributes,
    startTimeUnixNano: nano(660_000),
    timeUnixNano: nano(age),
    asInt: String(i * 30),
    ...(age === 60_000 ? { exemplars } : {}),
  }));
  const delta = ages.map((age) => ({
    startTimeUnixNano: nano(age + 15_000),
    timeUnixNano: nano(age),
    asInt: '30',
  }));
  const exponential = {
    startTimeUnixNano: nano(660_000),
    timeUnixNano: nano(0),
    count: '3',
    sum: 4.5,
    scale: 0,
    zeroCount: '1',
    positive: { offset: 0, bucketCounts: ['1', '1'] },
  };
  const sum = { isMonotonic: true };
  const metrics = [
    {
      name: 'http.server.requests',
      description: 'Requests.',
      sum: { ...sum, aggregationTemporality: 2, dataPoints: cumulative },
    },
    { name: 'jobs.done', sum: { ...sum, aggregationTemporality: 1, dataPoints: delta } },
    {
      name: 'wait',
      unit: 's',
      exponentialHistogram: { aggregationTemporality: 2, dataPoints: [exponential] },
    },
  ];
  const resource = { attributes: [text('service.name', 'shop')] };
  const answer = await sendOtlpJson(`http://127.0.0.1:${sightline.ports.otlpHttp}`, 'metrics', {
    resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }],
  });
  expect(answer.status).toBe(200);
  await sightline.flush();
});
afterAll(() => sightline.stop());

/** The default of the datasource. */
async function post(path: string, form: Record<string, string>) {
  const response = await fetch(`${base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form),
  });
  return { http: response.status, ...JSON.parse(await response.text()) };
}

async function get(path: string, form: Record<string, string> = {}) {
  const response = await fetch(`${base}${path}?${new URLSearchParams(form)}`);
  return { http: response.status, ...JSON.parse(await response.text()) };
}

describe('queries', () => {
  test('the health check is the sum of 1 and 1', async () => {
    expect(await post('/api/v1/query', { query: '1+1', time: seconds(0) })).toMatchObject({
      http: 200,
      status: 'success',
      data: { resultType: 'scalar' },
    });
  });
  test('a panel: times with fractions, a step of seconds, parameters of its own', async () => {
    const form = {
      start: `${range.start}456`,
      end: `${range.end}456`,
      step: '15.5',
      timeout: '30',
    };
    const query = 'sum by (method) (rate(http_server_requests_total[1m]))';
    const { status, data } = await post('/api/v1/query_range', { query, ...form, my: 'own' });
    expect(status).toBe('success');
    expect(data.resultType).toBe('matrix');
    expect(data.result[0].metric).toEqual({ method: 'GET' });
    expect(Number(data.result[0].values[10][1])).toBeCloseTo(2, 6);
  });
  test('a table: an instant query', async () => {
    const form = { query: 'http_server_requests_total', time: seconds(0) };
    const { data } = await get('/api/v1/query', form);
    expect(data.result[0].value).toEqual([nowMs / 1000, '1200']);
  });
  test('native histograms come by their own keys', async () => {
    const instant = await post('/api/v1/query', { query: 'wait_seconds', time: seconds(0) });
    expect(instant.data.result[0].histogram[1]).toEqual({
      count: '3',
      sum: '4.5',
      buckets: [
        [3, expect.any(String), '0', '1'],
        [0, '1', '2', '1'],
        [0, '2', '4', '1'],
      ],
    });
    const form = { query: 'wait_seconds', start: range.end, end: range.end, step: '15' };
    const { data } = await post('/api/v1/query_range', form);
    expect(data.result[0]).toHaveProperty('histograms');
    expect(data.result[0]).not.toHaveProperty('values');
  });
  test('statistics when they are asked for', async () => {
    const form = { query: 'http_server_requests_total', time: seconds(0), stats: 'all' };
    const { data } = await post('/api/v1/query', form);
    expect(data.stats.samples.totalQueryableSamples).toBe(1);
  });
  test('a wrong query is bad_data with a position', async () => {
    expect(await post('/api/v1/query', { query: 'sum(', time: seconds(0) })).toMatchObject({
      http: 400,
      status: 'error',
      errorType: 'bad_data',
      error: expect.stringMatching(/1:\d+: parse error/),
    });
  });
});

describe('exemplars', () => {
  test('of a panel', async () => {
    const query = 'rate(http_server_requests_total[1m])';
    const { data } = await post('/api/v1/query_exemplars', { query, ...range });
    expect(data[0].seriesLabels.__name__).toBe('http_server_requests_total');
    expect(data[0].exemplars[0]).toMatchObject({
      labels: { trace_id: traceId },
      value: '1',
      timestamp: (nowMs - 60_000) / 1000,
    });
  });
  test('the probe at the start has milliseconds for seconds', async () => {
    const form = { query: 'test', start: String(nowMs - 1000), end: String(nowMs) };
    expect(await post('/api/v1/query_exemplars', form)).toMatchObject({
      http: 200,
      status: 'success',
      data: [],
    });
  });
});

describe('the query builder', () => {
  test('label names with a limit, by POST and by GET', async () => {
    const form = { limit: '40000', ...range };
    const names = ['__name__', 'http_route', 'job', 'method'];
    for (const ask of [post, get]) {
      expect((await ask('/api/v1/labels', form)).data).toEqual(names);
    }
    const one = await post('/api/v1/labels', { ...form, 'match[]': 'wait_seconds' });
    expect(one.data).toEqual(['__name__', 'job']);
  });
  test('label values, of one metric, and of a name that has to be escaped', async () => {
    const form = { limit: '40000', ...range };
    expect((await get('/api/v1/label/__name__/values', form)).data).toEqual([
      'http_server_requests_total',
      'jobs_done_total',
      'wait_seconds',
    ]);
    const of = { ...form, 'match[]': '{__name__="http_server_requests_total"}' };
    expect((await get('/api/v1/label/http_route/values', of)).data).toEqual(['/cart']);
    expect((await get('/api/v1/label/U__http__route/values', of)).data).toEqual(['/cart']);
  });
  test('the series endpoint, for everything', async () => {
    const form = { 'match[]': '{__name__!=""}', limit: '2', ...range };
    const { data, warnings } = await post('/api/v1/series', form);
    expect(data).toHaveLength(2);
    expect(warnings).toEqual(['results truncated due to limit']);
  });
  test('metadata, also of one metric', async () => {
    const entry = { type: 'counter', help: 'Requests.', unit: '' };
    const { data } = await get('/api/v1/metadata', { limit: '40000' });
    expect(data.http_server_requests_total).toEqual([entry]);
    const form = { metric: 'http_server_requests_total' };
    expect((await get('/api/v1/metadata', form)).data).toEqual({
      http_server_requests_total: [entry],
    });
  });
});

describe('the alerting list', () => {
  test('rules and alerts, none of them yet', async () => {
    expect((await get('/api/v1/rules')).data).toEqual({ groups: [] });
    expect((await get('/api/v1/alerts')).data).toEqual({ alerts: [] });
  });
});

describe('traps', () => {
  test('4: buildinfo without features, or we would be Mimir', async () => {
    const { data } = await get('/api/v1/status/buildinfo');
    const [major, minor] = data.version.split('.').map(Number);
    expect(major * 100 + minor).toBeGreaterThanOrEqual(224);
    expect(data.features).toBeUndefined();
  });
  test('6: a dashboard of many panels at once is answered whole', async () => {
    const query = 'sum(rate(http_server_requests_total[1m]))';
    const panels = Array.from({ length: 100 }, (_, i) =>
      post('/api/v1/query_range', { query: `${query} + ${i}`, ...range, step: '15' }),
    );
    for (const { status } of await Promise.all(panels)) expect(status).toBe('success');
  });
  test('9: deltas and running totals give the same rate, under names with their suffix', async () => {
    const rateOf = async (name: string) => {
      const form = { query: `rate(${name}[5m])`, time: seconds(0) };
      return Number((await post('/api/v1/query', form)).data.result[0].value[1]);
    };
    expect(await rateOf('jobs_done_total')).toBeCloseTo(2, 6);
    expect(await rateOf('http_server_requests_total')).toBeCloseTo(2, 6);
  });
  test('a prefix in the base URL, compressed answers, and none for pages of others', async () => {
    const response = await fetch(`${base}/api/v1/labels?limit=40000`, {
      headers: { 'accept-encoding': 'gzip', origin: 'https://elsewhere.example' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.status).toBe(200);
    const options = await fetch(`${base}/api/v1/labels`, { method: 'OPTIONS' });
    expect(options.status).toBe(204);
  });
});
