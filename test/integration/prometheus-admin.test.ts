// What the Prometheus API does to what is stored: series are deleted to the millisecond, come back when
// they are sent again, are counted, federated and kept in snapshots.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prometheusRoutes } from '#api/prometheus/index.ts';
import type { PrometheusViews } from '#api/prometheus/views.ts';
import { createManualClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import { type HistogramSample, SampleBatchBuilder } from '#model/sample-batch.ts';
import { createMetricCatalog } from '#query/promql/catalog.ts';
import { createPromqlEngine } from '#query/promql/engine.ts';
import type { Route } from '#server/route.ts';
import { createTsdbAdmin } from '../../src/compose/tsdb-admin.ts';
import { askRoute } from '../lib/ask-route.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';

/** 22:30 of a day, so that samples of three hours lie on two days. */
const startMs = Date.UTC(2026, 0, 10, 22, 30);
const minute = 60_000;
const nowMs = startMs + 180 * minute;
const identities = new IdentityCache();
const views: PrometheusViews = {};
let running: TestStore;
let routes: Route[];

const histogram = (count: number): HistogramSample => ({
  schema: 0,
  count,
  sum: count,
  zeroThreshold: 0,
  zeroCount: 0,
  positiveSpans: Int32Array.of(0, 1),
  positiveCounts: Float64Array.of(count),
  negativeSpans: new Int32Array(0),
  negativeCounts: new Float64Array(0),
  customBounds: new Float64Array(0),
  counterReset: 0,
});

/** A sample a minute for three hours, of two rooms, and a histogram beside. */
async function sendAll(): Promise<void> {
  const builder = new SampleBatchBuilder({ tenant: '', identities });
  const named = (name: string, room: string) =>
    builder.series([
      ['__name__', name],
      ['room', room],
    ]);
  for (const room of ['attic', 'cellar']) {
    for (let i = 0; i <= 180; i++) {
      builder.number(named('temp', room), startMs + i * minute, i, startMs);
    }
    builder.exemplar(named('temp', room), {
      timeMs: nowMs,
      value: 1,
      labels: [['trace_id', 'a1']],
    });
    builder.histogram(named('wait', room), nowMs, histogram(3));
  }
  builder.number(
    builder.series([
      ['__name__', 'http.requests'],
      ['göttin', 'a"b'],
    ]),
    nowMs,
    7,
  );
  await running.store.writer.write(builder.build());
}

beforeAll(async () => {
  running = await startTestStore({ deps: { onDeleted: () => identities.clear() } });
  await sendAll();
  const { reader } = running.store;
  routes = prometheusRoutes({
    engine: createPromqlEngine({ reader, isStrict: true }),
    catalog: createMetricCatalog({ reader, isStrict: true }),
    isReady: () => true,
    build: { version: '0', nodeVersion: 'v20' },
    admin: createTsdbAdmin(running.store, true),
    clock: createManualClock(nowMs),
    views,
  });
});
afterAll(() => running.stop());

async function valuesOf(query: string): Promise<Record<string, string>> {
  const { json } = await askRoute(routes, '/api/v1/query', { form: { query } });
  return Object.fromEntries(
    json.data.result.map((one: { metric: { room: string }; value?: string[] }) => [
      one.metric.room,
      one.value?.[1] ?? 'a histogram',
    ]),
  );
}

async function deleteSeries(form: Record<string, string>): Promise<void> {
  const path = '/api/v1/admin/tsdb/delete_series';
  expect((await askRoute(routes, path, { method: 'POST', form })).http).toBe(204);
}

const seriesOf = async (form: Record<string, string>): Promise<unknown[]> =>
  (await askRoute(routes, '/api/v1/series', { form })).json.data;

describe('delete_series', () => {
  test('takes samples between two times, both included, and no others', async () => {
    const form = {
      'match[]': 'temp{room="attic"}',
      start: String(startMs / 1000 + 600),
      end: String(startMs / 1000 + 120 * 60 - 0.001),
    };
    await deleteSeries(form);
    // Minutes 10 to 119 are gone.
    expect(await valuesOf('count_over_time(temp[4h])')).toEqual({ attic: '71', cellar: '181' });
    expect(await valuesOf('sum_over_time(temp[4h])')).toEqual({
      attic: String((181 * 180) / 2 - ((119 * 120) / 2 - (9 * 10) / 2)),
      cellar: String((181 * 180) / 2),
    });
  });
  test('a day without samples forgets the series, the other one does not', async () => {
    const midnight = Date.UTC(2026, 0, 11) / 1000;
    await deleteSeries({ 'match[]': 'temp{room="attic"}', end: String(midnight - 1) });
    const firstDay = { 'match[]': 'temp', end: String(midnight - 1) };
    expect(await seriesOf(firstDay)).toEqual([{ __name__: 'temp', room: 'cellar' }]);
    expect(await seriesOf({ 'match[]': 'temp', start: String(midnight) })).toHaveLength(2);
  });
  test('without times takes everything, histograms and exemplars too', async () => {
    await deleteSeries({ 'match[]': '{room="attic"}' });
    expect(await valuesOf('temp')).toEqual({ cellar: '180' });
    expect(await valuesOf('wait')).toEqual({ cellar: 'a histogram' });
    expect(await seriesOf({ 'match[]': '{room=~".+"}' })).toEqual([
      { __name__: 'temp', room: 'cellar' },
      { __name__: 'wait', room: 'cellar' },
    ]);
    const { json } = await askRoute(routes, '/api/v1/query_exemplars', { form: { query: 'temp' } });
    expect(json.data).toMatchObject([{ seriesLabels: { room: 'cellar' } }]);
  });
  test('series that are sent again are there again', async () => {
    await sendAll();
    expect(await valuesOf('temp')).toEqual({ attic: '180', cellar: '180' });
    expect(await valuesOf('count_over_time(temp[4h])')).toEqual({ attic: '181', cellar: '181' });
  });
  test('what matches nothing is no error', () => deleteSeries({ 'match[]': 'missing' }));
});

describe('series', () => {
  test('only those with samples in a range of a day or less', async () => {
    const at = (ms: number) => String(ms / 1000);
    const form = { 'match[]': '{room=~".+"}', start: at(startMs), end: at(startMs + minute) };
    expect(new Set(await seriesOf(form))).toEqual(
      new Set(['attic', 'cellar'].map((room) => ({ __name__: 'temp', room }))),
    );
    expect(await seriesOf({ ...form, start: at(nowMs), end: at(nowMs) })).toHaveLength(4);
  });
});

describe('status/tsdb', () => {
  test('counts names, labels and pairs', async () => {
    const { data } = (await askRoute(routes, '/api/v1/status/tsdb')).json;
    expect(data.headStats).toMatchObject({ numSeries: 5, numLabelPairs: 6 });
    expect(data.headStats.minTime).toBe(Date.UTC(2026, 0, 10));
    expect(data.seriesCountByMetricName).toEqual([
      { name: 'temp', value: 2 },
      { name: 'wait', value: 2 },
      { name: 'http.requests', value: 1 },
    ]);
    expect(data.labelValueCountByLabelName[0]).toEqual({ name: '__name__', value: 3 });
    expect(data.memoryInBytesByLabelName).toContainEqual({ name: 'room', value: 11 });
    expect(data.seriesCountByLabelValuePair[0]).toEqual({ name: '__name__=temp', value: 2 });
    expect(data.seriesCountByLabelValuePair).toContainEqual({ name: 'room=attic', value: 2 });
  });
});

describe('federate', () => {
  const federate = (match: string, headers: Record<string, string> = {}) =>
    askRoute(routes, '/federate', { form: { 'match[]': match }, headers });
  test('the last samples with their times; no native histograms', async () => {
    const { text, headers } = await federate('{room=~".+"}');
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    expect(text).toBe(
      `# TYPE temp untyped\ntemp{room="attic",instance=""} 180 ${nowMs}\n` +
        `temp{room="cellar",instance=""} 180 ${nowMs}\n`,
    );
  });
  test('external labels, names of UTF-8 as the reader can take them', async () => {
    views.config = {
      yaml: () => '',
      reload: async () => {},
      externalLabels: () => ({ site: 'x', room: 'never' }),
      lastReload: { isOk: true, timeMs: 0 },
    };
    expect((await federate('{"http.requests"}')).text).toBe(
      `# TYPE http_requests untyped\nhttp_requests{g_ttin="a\\"b",instance="",room="never",site="x"} 7 ${nowMs}\n`,
    );
    const accept = 'text/plain;version=1.0.0;escaping=allow-utf-8';
    expect((await federate('{"http.requests"}', { accept })).text).toBe(
      `# TYPE "http.requests" untyped\n{"http.requests","göttin"="a\\"b",instance="",room="never",site="x"} 7 ${nowMs}\n`,
    );
    expect((await federate('temp{room="attic"}')).text).toContain(
      'temp{room="attic",instance="",site="x"}',
    );
  });
  test('what is wrong is told in text', async () => {
    expect(await federate('{')).toMatchObject({ http: 400, json: undefined });
    expect((await askRoute(routes, '/federate')).text).toBe('');
  });
});

test('a snapshot keeps the files under its name', async () => {
  const path = '/api/v1/admin/tsdb/snapshot';
  const { json } = await askRoute(routes, path, { method: 'POST' });
  const kept = await readdir(join(running.dataDir, 'engine', 'shadow'));
  expect(kept.map(decodeURIComponent)).toContain(json.data.name);
});

test('how much of a query ran in the engine is told on request', async () => {
  const pushed = async (query: string, headers = { 'x-sightline-explain': '1' }) =>
    (await askRoute(routes, '/api/v1/query', { form: { query }, headers })).headers[
      'x-sightline-pushed'
    ];
  expect(await pushed('sum(temp)')).toBe('all');
  expect(await pushed('1')).toBe('none');
  expect(await pushed('sum(temp)', { 'x-sightline-explain': '' })).toBeUndefined();
});
