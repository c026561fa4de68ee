// A replay of what Grafana's Loki datasource and Logs Drilldown send, request by request over a socket;
// Grafana itself is not there. Volumes and counts are compared with what was pushed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';

const minuteMs = 60_000;
/** A whole minute, so that the slots of a minute hold what they should. */
const nowMs = Math.floor(Date.now() / minuteMs) * minuteMs;
const agoMs = (minutes: number): number => nowMs - minutes * minuteMs;
const nano = (minutes: number): string => `${agoMs(minutes)}000000`;
const rfc3339 = (minutes: number): string => new Date(agoMs(minutes)).toISOString();

const shopLine = (i: number): string =>
  JSON.stringify({
    level: i % 10 === 0 ? 'error' : 'info',
    status: 200 + (i % 5),
    took: `${i + 1}ms`,
    user: { id: `u${i}` },
    ok: i % 2 === 0,
    msg: `order ${i} paid`,
  });
const edgeLine = (i: number): string =>
  `level=warn size=${i + 1}KB ratio=0.${i + 1} path=/cart/${i} msg="slow answer of backend-${i}"`;

/** One line a minute, an hour long, newest a minute ago. */
const linesPerStream = 60;
const valuesOf = (lineOf: (i: number) => string, metadata?: (i: number) => object) =>
  Array.from({ length: linesPerStream }, (_, i) => [
    nano(linesPerStream - i),
    lineOf(i),
    ...(metadata ? [metadata(i)] : []),
  ]);
const traceOf = (i: number): object => ({ trace_id: i.toString(16).padStart(32, 'a') });
const streams = [
  { stream: { app: 'shop', env: 'prod' }, values: valuesOf(shopLine, traceOf) },
  { stream: { app: 'edge', env: 'prod', instance: '17' }, values: valuesOf(edgeLine) },
  { stream: { filename: '/var/log/x' }, values: valuesOf((i) => `line ${i} says nothing`) },
];

let sightline: Sightline;
let base: string;

beforeAll(async () => {
  sightline = await startSightline({ config: { internal_telemetry: { enabled: false } } });
  base = `http://127.0.0.1:${sightline.ports.loki}`;
  const answer = await fetch(`${base}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams }),
  });
  expect(answer.status).toBe(204);
});
afterAll(() => sightline.stop());

const tags = (source: string) => ({
  'x-loki-response-encoding-flags': 'categorize-labels',
  'x-query-tags': `Source=${source}`,
});

async function get(path: string, params: Record<string, string>, source = 'grafana') {
  const url = `${base}/loki/api/v1/${path}?${new URLSearchParams(params)}`;
  const response = await fetch(url, { headers: tags(source) });
  const text = await response.text();
  expect(response.status, `${url}: ${text}`).toBe(200);
  return JSON.parse(text);
}

const lastHour = { start: nano(60), end: nano(0) };
const lastHourText = { start: rfc3339(60), end: rfc3339(0) };

interface Stream {
  readonly stream: Record<string, string>;
  readonly values: readonly [string, string, { structuredMetadata?: object; parsed?: object }][];
}

async function linesOf(query: string, params: Record<string, string>): Promise<string[]> {
  const { data } = await get('query_range', { query, step: '15000ms', ...params });
  return (data.result as Stream[])
    .flatMap(({ values }) => values)
    .sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1))
    .map(([, line]) => line);
}

describe('the datasource', () => {
  test('its health check is one sample of the value 2', async () => {
    const params = { query: 'vector(1)+vector(1)', time: nano(0), direction: 'backward' };
    const { data } = await get('query', { ...params, limit: '1' });
    expect(data.resultType).toBe('vector');
    expect(data.result).toEqual([{ metric: {}, value: [nowMs / 1000, '2'] }]);
  });

  test('ranges that it splits give every line once', async () => {
    const query = '{app="shop"}';
    const older = await linesOf(query, { start: nano(60), end: nano(25), limit: '1000' });
    const newer = await linesOf(query, { start: nano(25), end: nano(0), limit: '1000' });
    expect([older.length, newer.length]).toEqual([35, 25]);
    expect([...older, ...newer]).toEqual(await linesOf(query, { ...lastHour, limit: '1000' }));
  });

  test('tells the kinds of labels apart', async () => {
    const { data } = await get('query_range', {
      query: '{app="shop"} | json | status="201"',
      ...lastHour,
      direction: 'backward',
      limit: '1',
      step: '15000ms',
    });
    expect(data.encodingFlags).toEqual(['categorize-labels']);
    expect(data.result).toEqual([
      {
        stream: { app: 'shop', env: 'prod', service_name: 'shop' },
        values: [
          [
            nano(4),
            shopLine(56),
            {
              structuredMetadata: { ...traceOf(56), detected_level: 'info' },
              parsed: {
                level: 'info',
                status: '201',
                took: '57ms',
                user_id: 'u56',
                ok: 'true',
                msg: 'order 56 paid',
              },
            },
          ],
        ],
      },
    ]);
    expect(data.stats.summary.totalLinesProcessed).toBeGreaterThan(0);
  });

  test('its histogram of volumes has levels without asking for them', async () => {
    const query =
      'sum by (level, detected_level) (count_over_time({env="prod"} | drop __error__[1m]))';
    const params = { query, ...lastHour, step: '60000ms', direction: 'backward' };
    const { data } = await get('query_range', params, 'logvolhist');
    const totals = (data.result as { metric: object; values: [number, string][] }[]).map(
      ({ metric, values }) => [metric, values.reduce((sum, [, count]) => sum + Number(count), 0)],
    );
    expect(data.resultType).toBe('matrix');
    expect(totals).toEqual([
      [{ detected_level: 'error' }, 6],
      [{ detected_level: 'info' }, 54],
      [{ detected_level: 'warn' }, 60],
    ]);
  });

  test('context of a line: two questions around it, forward and backward', async () => {
    const at = nano(30);
    const query = '{app="shop", env="prod", service_name="shop"}';
    const limit = '5';
    const before = { start: nano(150), end: at, direction: 'backward', limit };
    const after = { start: at, end: nano(-90), direction: 'forward', limit };
    expect(await linesOf(query, before)).toEqual([25, 26, 27, 28, 29].map(shopLine));
    expect(await linesOf(query, after)).toEqual([30, 31, 32, 33, 34].map(shopLine));
  });

  test('an error is plain text that can be shown as it is', async () => {
    const response = await fetch(`${base}/loki/api/v1/query_range?query=%7Bapp%3D`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await response.text()).toMatch(/^parse error at line 1, col \d+: syntax error/);
  });

  test('labels, their values and series', async () => {
    const names = ['app', 'env', 'filename', 'instance', 'service_name'];
    expect((await get('labels', lastHour)).data).toEqual(names);
    const env = { ...lastHour, query: '{env="prod"}' };
    expect((await get('label/service_name/values', lastHour)).data).toEqual([
      'edge',
      'shop',
      'unknown_service',
    ]);
    expect((await get('label/app/values', env)).data).toEqual(['edge', 'shop']);
    expect(await get('label/nothing/values', lastHour)).toEqual({ status: 'success' });
    const { data } = await get('series', { ...lastHour, 'match[]': '{app="edge"}' });
    expect(data).toEqual([{ app: 'edge', env: 'prod', instance: '17', service_name: 'edge' }]);
  });

  test('what a query is going to read, without an envelope', async () => {
    const bytes = Array.from({ length: linesPerStream }, (_, i) => edgeLine(i).length);
    expect(await get('index/stats', { ...lastHour, query: '{app="edge"}' })).toEqual({
      streams: 1,
      chunks: 1,
      entries: linesPerStream,
      bytes: bytes.reduce((sum, size) => sum + size, 0),
    });
  });
});

const drilldown = 'grafana-lokiexplore-app';

describe('Logs Drilldown', () => {
  const volume = (params: Record<string, string>) =>
    get('index/volume', { ...lastHourText, limit: '5000', ...params }, drilldown);

  test('services by their volume', async () => {
    const asked = { query: '{service_name=~".+"}', aggregateBy: 'series' };
    const { data } = await volume({ ...asked, targetLabels: 'service_name' });
    expect(data.resultType).toBe('vector');
    const names = data.result.map(({ metric }: { metric: object }) => metric);
    expect(names).toEqual(
      ['shop', 'edge', 'unknown_service'].map((service_name) => ({ service_name })),
    );
    expect(data.result[0].value).toEqual([
      nowMs / 1000,
      String(
        Array.from({ length: linesPerStream }, (_, i) => shopLine(i).length).reduce(
          (a, b) => a + b,
        ),
      ),
    ]);
  });

  test('volumes by label, of everything, and over time', async () => {
    const byLabel = await volume({ query: '{}', aggregateBy: 'labels' });
    expect(byLabel.data.result[0].metric).toEqual({ service_name: '' });
    const { data } = await get('index/volume_range', {
      ...lastHourText,
      query: '{app="edge"}',
      step: '30m',
    });
    expect(data.resultType).toBe('matrix');
    const bytes = data.result[0].values.map(([, text]: [number, string]) => Number(text));
    const { bytes: total } = await get('index/stats', { ...lastHour, query: '{app="edge"}' });
    expect(bytes.reduce((a: number, b: number) => a + b, 0)).toBe(total);
  });

  test('labels that tell streams apart; numbers do not, but under well-known names', async () => {
    const found = await get('detected_labels', { ...lastHourText, query: '{env="prod"}' });
    expect(found).toEqual({
      detectedLabels: [
        { label: 'app', cardinality: 2 },
        { label: 'env', cardinality: 1 },
        { label: 'instance', cardinality: 1 },
        { label: 'service_name', cardinality: 2 },
      ],
    });
  });

  test('fields of JSON, logfmt and metadata, without an envelope', async () => {
    const params = { ...lastHourText, line_limit: '1000', limit: '1000' };
    const fields = async (query: string) => {
      const answer = await get('detected_fields', { ...params, query }, drilldown);
      expect(answer.limit).toBe(1000);
      return new Map(answer.fields.map((field: { label: string }) => [field.label, field]));
    };
    const shop = await fields('{app="shop"}');
    const json = { parsers: ['json'] };
    expect(shop.get('status')).toEqual({
      label: 'status',
      type: 'int',
      cardinality: 5,
      ...json,
      jsonPath: ['status'],
    });
    expect(shop.get('took')).toMatchObject({ type: 'duration', cardinality: 60 });
    expect(shop.get('ok')).toMatchObject({ type: 'boolean', cardinality: 2 });
    expect(shop.get('user_id')).toMatchObject({ type: 'string', jsonPath: ['user', 'id'] });
    expect(shop.get('trace_id')).toEqual({
      label: 'trace_id',
      type: 'string',
      cardinality: 60,
      parsers: null,
    });
    const edge = await fields('{app="edge"} | json | logfmt | drop __error__, __error_details__');
    expect(edge.get('size')).toEqual({
      label: 'size',
      type: 'bytes',
      cardinality: 60,
      parsers: ['logfmt'],
    });
    expect(edge.get('ratio')).toMatchObject({ type: 'float' });
    const values = await get('detected_field/level/values', { ...params, query: '{app="shop"}' });
    expect(values).toEqual({ values: ['info', 'error'], limit: 1000 });
    expect(await get('detected_fields', { ...params, query: '{app="none"}' })).toEqual({});
  });

  test('its prefix of parsers passes every kind of line', async () => {
    const prefix = '{service_name=~".+"} | json | logfmt | drop __error__, __error_details__';
    const params = { ...lastHourText, limit: '1000' };
    expect((await linesOf(prefix, params)).length).toBe(3 * linesPerStream);
    expect((await linesOf(`${prefix} | level="warn"`, params)).length).toBe(linesPerStream);
    const counted = await get('query', {
      query: `sum by (detected_level) (count_over_time(${prefix} [61m]))`,
      time: nano(0),
    });
    expect(counted.data.result.map(({ value }: { value: [number, string] }) => value[1])).toEqual([
      '6',
      '54',
      '60',
      '60',
    ]);
  });

  test('patterns that find their lines again', async () => {
    const query = '{app="edge"}';
    const { data } = await get('patterns', { ...lastHourText, query, step: '600s' }, drilldown);
    const [first] = data;
    expect(first.pattern).toBe('level=warn size=<_> ratio=<_> path=<_> msg="slow answer of <_>"');
    expect(first.level).toBe('warn');
    const counts = first.samples.map(([, count]: [number, number]) => count);
    expect(counts.reduce((a: number, b: number) => a + b, 0)).toBe(linesPerStream);
    const times = first.samples.map(([seconds]: [number, number]) => seconds % 600);
    expect(new Set(times)).toEqual(new Set([0]));
    const found = await linesOf(`${query} |> \`${first.pattern}\``, { ...lastHour, limit: '1000' });
    expect(found.length).toBe(linesPerStream);
    const nothing = await get('patterns', { ...lastHourText, query: '{app="none"}' });
    expect(nothing).toEqual({ status: 'success', data: [] });
  });

  test('limits, version and readiness', async () => {
    const { limits, ...features } = await get('drilldown-limits', {});
    expect(features).toEqual({ pattern_ingester_enabled: true, version: '3.7.6' });
    expect(limits).toMatchObject({
      discover_log_levels: true,
      max_entries_limit_per_query: 5000,
      max_query_length: '30d1h',
      volume_enabled: true,
    });
    expect(limits.discover_service_name).toContain('app');
    expect(limits.log_level_fields).toContain('severity');
    expect((await get('status/buildinfo', {})).version).toBe('3.7.6');
    const text = async (path: string) => (await fetch(`${base}${path}`)).text();
    expect(await text('/ready')).toBe('ready\n');
    expect(await text('/config')).toContain('limits_config:\n');
    expect(await text('/config/tenant/v1/limits')).toContain('\nvolume_enabled: true\n');
    expect(await text('/services')).toContain('querier => Running\n');
    expect(await text('/log_level')).toBe('{"message":"Current log level is info"}');
    const looked = 'sightline_query_pattern_lines_total{result="looked_at"} ';
    expect(await text('/metrics')).toContain(looked);
    expect((await fetch(`${base}/flush`, { method: 'POST' })).status).toBe(204);
  });
});

describe('older paths, forms and times', () => {
  test('/api/prom has labels, values, series and queries', async () => {
    const old = async (path: string) =>
      JSON.parse(await (await fetch(`${base}/api/prom/${path}`)).text());
    const times = `start=${agoMs(60) / 1000}&end=${agoMs(0) / 1000}.5`;
    expect((await old(`label?${times}`)).values).toContain('app');
    expect(await old(`label/app/values?${times}`)).toEqual({ values: ['edge', 'shop'] });
    const match = encodeURIComponent('{app="edge"}');
    expect((await old(`series?${times}&match=${match}`)).data).toHaveLength(1);
    const { streams: found } = await old(`query?${times}&query=${match}&regexp=cart%2F1.&limit=3`);
    expect(found).toEqual([
      {
        labels:
          '{app="edge", detected_level="warn", env="prod", instance="17", service_name="edge"}',
        entries: [19, 18, 17].map((i) => ({
          ts: rfc3339(60 - i).replace('.000', ''),
          line: edgeLine(i),
        })),
      },
    ]);
    const metric = await fetch(`${base}/api/prom/query?query=vector(1)`);
    expect(metric.status).toBe(400);
  });

  test('forms', async () => {
    const post = async (path: string, form: Record<string, string>) => {
      const body = new URLSearchParams({ ...lastHour, ...form });
      const response = await fetch(`${base}/loki/api/v1/${path}`, { method: 'POST', body });
      return JSON.parse(await response.text());
    };
    const query = '{app="edge"}';
    expect((await post('series', { 'match[]': query })).data).toHaveLength(1);
    expect((await post('index/stats', { query })).streams).toBe(1);
    expect((await post('index/volume', { query })).data.result).toHaveLength(1);
    expect((await post('detected_labels', { query })).detectedLabels).toHaveLength(4);
    expect((await post('detected_fields', { query })).fields.length).toBeGreaterThan(4);
    expect((await post('patterns', { query })).data).toHaveLength(1);
  });

  test('what makes no sense is refused in words of Loki', async () => {
    const cases: readonly (readonly [string, string])[] = [
      ['index/volume?query={app="a"}&aggregateBy=nope', 'invalid aggregation option'],
      ['index/volume?query={app="a"}&limit=-1', 'limit must be a positive value'],
      ['index/volume', 'parse error : syntax error: unexpected $end'],
      ['index/stats?query={app="a"} |= "x"', 'only label matchers are supported'],
      ['labels?query=rate({app="a"}[1m])', 'only label matchers are supported'],
      ['detected_fields?query=rate({app="a"}[1m])', 'only log selector is supported'],
      ['detected_fields?query={app="a"}&line_limit=x', 'strconv.Atoi: parsing "x": invalid syntax'],
      ['patterns?query={app="a"}&step=0', 'zero or negative query resolution step widths'],
      ['series?match[]={app=', 'parse error at line 1, col 6: syntax error'],
      ['detected_labels?start=2&end=1', 'end timestamp must not be before or equal to start time'],
    ];
    for (const [path, message] of cases) {
      const response = await fetch(`${base}/loki/api/v1/${encodeURI(path)}`);
      expect([response.status, await response.text()], path).toEqual([
        400,
        expect.stringContaining(message),
      ]);
    }
  });
});
