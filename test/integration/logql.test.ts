// LogQL from push to answer on the real engine: what Grafana asks, and both paths (SQL and here) on
// the same questions. Data: pushed lines, OTLP records, and every batch written twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lokiRoutes } from '#api/loki/index.ts';
import { decodeLogs } from '#codec/otlp/decode.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import { createLogCatalog } from '#query/logql/catalog.ts';
import { createLogqlEngine } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import type { PushDown } from '#query/logql/plan/plan.ts';
import { lokiPushRoutes } from '#receiver/loki/push.ts';
import type { Route } from '#server/route.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { ask } from '../lib/loki.ts';
import { attributes, encodeOtlp, logsOf } from '../lib/otlp-json.ts';

const startMs = Date.UTC(2026, 10, 1);
const nano = (seconds: number): string => `${startMs / 1000 + seconds}000000000`;
const end = nano(3600);
const traceId = '0123456789abcdef0123456789abcdef';

let store: TestStore;
const routes = new Map<string, Route[]>();
const identities = new IdentityCache();

async function write(batch: Batch): Promise<void> {
  await store.store.writer.write(batch);
  batch.committed?.();
}

beforeAll(async () => {
  store = await startTestStore();
  const clock = createManualClock(startMs + 3_600_000);
  const push = lokiPushRoutes({
    consumer: {
      consume: async (batch) => {
        await write(batch);
        return { accepted: batch.items, rejected: undefined };
      },
    },
    clock,
    identities,
    meter: createMeter(),
    limits: {
      ageMsMax: undefined,
      futureMsMax: undefined,
      attributeBytesMax: 1 << 20,
      bodyBytesMax: 1 << 26,
    },
  });
  const streams = [
    {
      stream: { app: 'json', env: 'a' },
      values: pushed((i) => `{"status":${200 + i},"took":"${i}ms","user":{"id":"u${i}"}}`),
    },
    {
      stream: { app: 'logfmt', env: 'b' },
      values: pushed(
        (i) =>
          `level=${i % 2 ? 'error' : 'info'} status=${200 + i} size=${i}KB id=abcdef0123456789${i}`,
      ),
    },
    {
      stream: { app: 'plain' },
      values: pushed((i) => `50%_\\ done ${'ü'.repeat(i % 3)} line ${i}\nsecond`),
    },
  ];
  // Twice: a retry whose acknowledgement was lost.
  for (let round = 0; round < 2; round++) {
    const answer = await ask(push, 'POST', '/loki/api/v1/push', {
      body: JSON.stringify({ streams }),
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
    });
    expect(answer).toMatchObject({ status: 204, body: '' });
    await write(decodeOtlp());
  }
  routes.set('push', push);
  for (const pushDown of ['auto', 'never', 'always'] as const)
    routes.set(pushDown, readRoutes(pushDown));
}, 60_000);

afterAll(() => store?.stop());

const pushed = (line: (i: number) => string) =>
  Array.from({ length: 60 }, (_, i) => [
    nano(i * 60),
    line(i),
    { pod: `p${i % 3}`, 'http.code': `${i % 2}` },
  ]);

function decodeOtlp(): Batch {
  const records = Array.from({ length: 30 }, (_, i) => ({
    timeUnixNano: nano(i * 60 + 30),
    observedTimeUnixNano: nano(i * 60 + 31),
    severityNumber: [9, 17, 0][i % 3] as number,
    ...(i % 5 === 0 ? { severityText: 'WARN' } : {}),
    body: { stringValue: `otlp record ${i}` },
    attributes: attributes({ 'http.route': `/r${i % 2}`, n: i, level: i % 7 === 0 ? 'debug' : '' }),
    ...(i === 3 ? { traceId, spanId: '0123456789abcdef' } : {}),
  }));
  const resource = { 'service.name': 'shop', 'host.name': 'h1' };
  const request = logsOf(records, { resource });
  const limits = { minUnixNano: undefined, maxUnixNano: undefined };
  const context = { tenant: '', nowNano: 0n, limits, identities: new IdentityCache() };
  return decodeLogs(encodeOtlp('logs', request), context).batch;
}

function readRoutes(pushDown: PushDown): Route[] {
  const { reader } = store.store;
  const isStrict = false;
  return lokiRoutes({
    engine: createLogqlEngine({ reader, limits: defaultLogqlLimits, pushDown, isStrict }),
    catalog: createLogCatalog({ reader, isStrict }),
    clock: createManualClock(startMs + 3_600_000),
    isReady: () => true,
  });
}

async function get(path: string, params: Record<string, string>, pushDown: PushDown = 'auto') {
  const headers = { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' };
  const asked = { params: Object.entries(params), headers };
  const { status, body } = await ask(routes.get(pushDown) as Route[], 'GET', path, asked);
  return { status, body, json: body.startsWith('{') ? JSON.parse(body) : undefined };
}

const range = (query: string, pushDown?: PushDown, more: Record<string, string> = {}) =>
  get(
    '/loki/api/v1/query_range',
    { query, start: nano(0), end, step: '300000ms', limit: '1000', ...more },
    pushDown,
  );

interface Stream {
  readonly values: [string, string][];
}

const countOf = (streams: readonly Stream[]): number =>
  streams.reduce((count, { values }) => count + values.length, 0);

describe('replayed from the contract', () => {
  it('the health check of the data source', async () => {
    const { json } = await get('/loki/api/v1/query', { query: 'vector(1)+vector(1)', time: end });
    expect(json.data).toMatchObject({
      resultType: 'vector',
      result: [{ metric: {}, value: [startMs / 1000 + 3600, '2'] }],
    });
  });

  it('logs with categorised labels, newest first', async () => {
    const { json } = await range('{app="json"}', 'auto', { direction: 'backward', limit: '2' });
    expect(json.data.encodingFlags).toEqual(['categorize-labels']);
    expect(json.data.result).toEqual([
      {
        stream: { app: 'json', env: 'a', service_name: 'json' },
        values: [59, 58].map((i) => [
          nano(i * 60),
          `{"status":${200 + i},"took":"${i}ms","user":{"id":"u${i}"}}`,
          {
            structuredMetadata: {
              detected_level: 'unknown',
              http_code: `${i % 2}`,
              pod: `p${i % 3}`,
            },
          },
        ]),
      },
    ]);
    expect(json.data.stats.summary.totalEntriesReturned).toBe(2);
  });

  it('the volume histogram of Explore', async () => {
    const query =
      'sum by (level, detected_level) (count_over_time({app="logfmt"} | drop __error__[5m]))';
    const { json } = await range(query, 'always');
    const levels = json.data.result.map((one: { metric: object }) => one.metric);
    expect(levels).toEqual([{ detected_level: 'error' }, { detected_level: 'info' }]);
  });

  it('labels, values and series', async () => {
    const window = { start: nano(0), end };
    const labels = await get('/loki/api/v1/labels', window);
    expect(labels.json).toEqual({ status: 'success', data: ['app', 'env', 'service_name'] });
    const values = await get('/loki/api/v1/label/service_name/values', {
      ...window,
      query: '{env!="b"}',
    });
    expect(values.json.data).toEqual(['json', 'plain', 'shop']);
    const series = await get('/loki/api/v1/series', { ...window, 'match[]': '{app="plain"}' });
    expect(series.json.data).toEqual([{ app: 'plain', service_name: 'plain' }]);
    const stats = await get('/loki/api/v1/index/stats', { ...window, query: '{app="json"}' });
    expect(stats.json).toMatchObject({ streams: 1, entries: 60 });
  });

  it('errors are text with the message alone', async () => {
    const bad = await range('{app="json"} |');
    expect(bad).toMatchObject({
      status: 400,
      body: 'parse error at line 1, col 15: syntax error: unexpected $end',
    });
    const unknown = await range('{app="json"} | line_format "{{ nope .a }}"');
    expect(unknown.status).toBe(400);
    expect(unknown.body).toContain('function "nope" not defined');
  });

  it('answers ready and its build', async () => {
    expect((await get('/ready', {})).body).toBe('ready\n');
    expect((await get('/loki/api/v1/status/buildinfo', {})).json.version).toMatch(/^3\./);
  });
});

describe('lines', () => {
  const finds = (query: string, count: number) =>
    it(`${query} finds ${count}`, async () => {
      for (const pushDown of ['auto', 'never'] as const) {
        const { json, body } = await range(query, pushDown);
        expect(json, body).toBeDefined();
        expect(countOf(json.data.result)).toBe(count);
      }
      const forward = await range(query, 'auto', { direction: 'forward' });
      expect(countOf(forward.json.data.result)).toBe(count);
    });
  finds('{}', 210);
  finds('|= "line 7"', 1);
  finds('{app=~"json|plain"}', 120);
  finds('{service_name="shop", app=""}', 30);
  finds('{app="plain"} |= "50%_\\\\"', 60);
  finds('{app="plain"} |= "50%x"', 0);
  finds('{app="plain"} |~ "line.second"', 0);
  finds('{app="plain"} |~ "line 1\\\\d"', 10);
  finds('{app="logfmt"} |= "id=abcdef01234567891" != "size=1KB"', 10);
  finds('{app="logfmt"} |= "abcdef0123456789" or "nothing" |= "level=error"', 30);
  finds('{app="json"} | json | status >= 250 | took < 55ms', 5);
  finds('{service_name="shop"} | trace_id="0123456789abcdef0123456789abcdef"', 1);
  finds('{service_name="shop"} | http_route="/r1" | severity_text=""', 12);
  finds('{service_name="shop"} | host_name=~"h." | detected_level="warn"', 5);
  finds('{app="json"} | pod="p1" or env!="a"', 20);
  finds('{app="json"} | drop pod | pod=""', 60);

  it('pages through what the pipeline drops', async () => {
    const { json } = await range('{} | json | user_id="u0"', 'auto', { limit: '1' });
    expect(countOf(json.data.result)).toBe(1);
  });

  it('keeps a distance with interval', async () => {
    const { json } = await range('{app="json"} | drop pod, http_code', 'auto', { interval: '10m' });
    expect(countOf(json.data.result)).toBe(6);
  });
});

describe('both paths give the same', () => {
  const same = (query: string, isPushedDown = true) =>
    it(query, async () => {
      const never = await range(query, 'never');
      expect(never.status, never.body).toBe(200);
      expect(never.json.data.result.length).toBeGreaterThan(0);
      for (const pushDown of isPushedDown ? (['auto', 'always'] as const) : (['auto'] as const)) {
        const other = await range(query, pushDown);
        expect(other.status, other.body).toBe(200);
        expect(other.json.data.result).toEqual(never.json.data.result);
      }
      const always = await range(query, 'always');
      expect(always.status).toBe(isPushedDown ? 200 : 400);
    });
  same('count_over_time({app="json"}[7m])');
  same('sum(count_over_time({}[5m]))');
  same('sum by (app, pod) (rate({app=~".+"} |= "1" [10m]))');
  same('sum by (detected_level) (count_over_time({service_name=~".+"}[5m]))');
  same('sum by (http_route, host_name) (count_over_time({service_name="shop"}[1h]))');
  same(
    'sum by (severity_text, severity_number, trace_id) (count_over_time({service_name="shop"}[30m]))',
  );
  same(
    'sum without (observed_timestamp, n) (bytes_over_time({service_name="shop"}[20m] offset 5m))',
  );
  same('sum by (app) (bytes_rate({app="plain"}[90s]))');
  same('avg by (env) (count_over_time({app=~"json|logfmt"} | pod!="p1" [5m]))');
  same('absent_over_time({app="plain", env=""} |= "line 5" [4m])');
  same('topk(1, sum by (app) (rate({app=~".+"}[5m]))) / on () group_left sum(rate({}[5m]))');
  same('max_over_time({app="json"} | json | unwrap duration(took) [10m]) by (pod)', false);
  same('sum by (pod) (count_over_time({app="json"} | json | status > 230 [10m]))', false);
  same('quantile_over_time(0.5, {app="logfmt"} | logfmt | unwrap bytes(size) [30m]) by ()', false);
});

describe('push', () => {
  const json = { 'content-type': 'application/json' };
  const post = (body: string, headers: Record<string, string> = json) =>
    ask(routes.get('push') as Route[], 'POST', '/loki/api/v1/push', { body, headers });
  it('answers what is wrong with text and a line feed', async () => {
    expect(await post('{')).toMatchObject({ status: 400 });
    expect(await post('{}')).toMatchObject({
      status: 422,
      body: 'error at least one valid stream is required for ingestion\n',
    });
    const garbage = await post('garbage', { 'content-type': 'application/x-protobuf' });
    expect(garbage.status).toBe(400);
    expect(garbage.body).toContain('snappy');
  });

  it('refuses a snappy block that grows too large before reading it', async () => {
    const bomb = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x0f, 0]);
    const answer = await ask(routes.get('push') as Route[], 'POST', '/loki/api/v1/push', {
      body: bomb,
    });
    expect(answer.status).toBe(413);
  });
});

it('names the limit that is reached', async () => {
  const tooMany = await range('{app="json"}', 'auto', { limit: '5001' });
  expect(tooMany).toMatchObject({ status: 400 });
  expect(tooMany.body).toContain('(5001 > 5000)');
});
