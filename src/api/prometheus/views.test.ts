// The endpoints that show what others know: targets, rules, configuration, lifecycle, administration.
import { describe, expect, test } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import type { MetricCatalog } from '#query/promql/catalog.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import type { AlertingRuleStatus, RuleGroupStatus } from '#rule/view.ts';
import { type Asked, askRoute } from '../../../test/lib/ask-route.ts';
import { type PrometheusApi, prometheusRoutes } from './index.ts';
import type { ActiveTarget, PrometheusViews, TsdbAdmin } from './views.ts';

const unasked = (): never => {
  throw new Error('nobody asks the engine here');
};
const engine: PromqlEngine = { instant: unasked, range: unasked, select: unasked };
const catalog: MetricCatalog = {
  labelNames: unasked,
  labelValues: unasked,
  series: unasked,
  metadata: unasked,
  exemplars: unasked,
  cardinality: async ({ limit }) => ({
    seriesCount: 7,
    labelPairCount: 3,
    firstDay: 1,
    lastDay: 2,
    seriesByMetric: [{ name: 'up', value: limit }],
    valuesByLabel: [],
    bytesByLabel: [],
    seriesByPair: [],
  }),
};

const routesWith = (api: Partial<PrometheusApi> = {}) =>
  prometheusRoutes({
    engine,
    catalog,
    isReady: () => true,
    build: { version: '1', nodeVersion: '20' },
    clock: createManualClock(1_700_000_000_000),
    ...api,
  });
const ask = (views: PrometheusViews, path: string, asked?: Asked) =>
  askRoute(routesWith({ views }), path, asked);
const dataOf = async (views: PrometheusViews, path: string, form: Asked['form'] = {}) =>
  (await ask(views, path, { form })).json.data;

describe('without a prometheus.yml everything is empty', () => {
  const empty = (path: string, data: unknown) =>
    test(path, async () => expect(await dataOf({}, path)).toEqual(data));
  empty('/api/v1/targets', { activeTargets: [], droppedTargets: [], droppedTargetCounts: {} });
  empty('/api/v1/targets/metadata', []);
  empty('/api/v1/scrape_pools', { scrapePools: [] });
  empty('/api/v1/rules', { groups: [] });
  empty('/api/v1/alerts', { alerts: [] });
  empty('/api/v1/alertmanagers', { activeAlertmanagers: [], droppedAlertmanagers: [] });
  empty('/api/v1/status/config', { yaml: '' });
  empty('/api/v1/status/walreplay', { min: 0, max: 0, current: 0 });
  test('a reload has nothing to do', async () => {
    expect(await ask({}, '/-/reload', { method: 'POST' })).toMatchObject({ http: 200, text: '' });
  });
});

const target: ActiveTarget = {
  discoveredLabels: { __address__: 'h:1' },
  labels: { job: 'a' },
  scrapePool: 'a',
  scrapeUrl: 'http://h:1/metrics',
  globalUrl: 'http://h:1/metrics',
  lastError: 'refused',
  lastScrapeMs: 1_700_000_000_000,
  lastScrapeDurationSeconds: 0.5,
  health: 'down',
  scrapeIntervalMs: 90_000,
  scrapeTimeoutMs: 10_000,
};
const entry = (metric: string, job: string) => ({
  target: { job },
  metric,
  type: 'gauge',
  help: '',
  unit: '',
});
const ofJobA = entry('x', 'a').target;
const scraped: PrometheusViews = {
  scrape: {
    active: () => [target, { ...target, scrapePool: 'b', lastScrapeMs: undefined }],
    dropped: () => [{ discoveredLabels: { __address__: 'gone' }, scrapePool: 'a' }],
    pools: () => ['b', 'a'],
    metadata: () => [
      { ...entry('x', 'a'), target: ofJobA },
      { ...entry('y', 'a'), target: ofJobA },
      entry('x', 'b'),
    ],
  },
};

describe('targets', () => {
  test('their times, intervals and health', async () => {
    const { activeTargets, droppedTargets, droppedTargetCounts } = await dataOf(
      scraped,
      '/api/v1/targets',
    );
    expect(activeTargets[0]).toMatchObject({
      lastScrape: '2023-11-14T22:13:20Z',
      lastScrapeDuration: 0.5,
      scrapeInterval: '1m30s',
      health: 'down',
    });
    expect(activeTargets[1].lastScrape).toBe('0001-01-01T00:00:00Z');
    expect(droppedTargets).toEqual([
      { discoveredLabels: { __address__: 'gone' }, scrapePool: 'a' },
    ]);
    expect(droppedTargetCounts).toEqual({ a: 1, b: 0 });
  });
  test('by state and pool', async () => {
    const active = await dataOf(scraped, '/api/v1/targets', { state: 'active', scrapePool: 'b' });
    expect(active.activeTargets).toHaveLength(1);
    expect(active).toMatchObject({ droppedTargets: [], droppedTargetCounts: null });
    const dropped = await dataOf(scraped, '/api/v1/targets', { state: 'dropped' });
    expect(dropped.activeTargets).toEqual([]);
  });
  test('metadata by target and metric, whole targets up to the limit', async () => {
    const path = '/api/v1/targets/metadata';
    const found = await dataOf(scraped, path, { match_target: '{job="b"}', metric: 'x' });
    expect(found).toEqual([{ target: { job: 'b' }, type: 'gauge', help: '', unit: '' }]);
    expect(await dataOf(scraped, path, { limit: '1' })).toHaveLength(2);
    const refused = await ask(scraped, path, { form: { match_target: '{' } });
    expect(refused.json).toMatchObject({ errorType: 'bad_data' });
    expect(refused.json.error).toContain('invalid parameter "match_target": 1:2: parse error');
  });
  test('pools are sorted', async () => {
    expect(await dataOf(scraped, '/api/v1/scrape_pools')).toEqual({ scrapePools: ['a', 'b'] });
  });
});

const evaluated = {
  health: 'ok',
  lastError: '',
  evaluationSeconds: 0.25,
  lastEvaluationMs: 1_700_000_000_000,
} as const;
const alerting: AlertingRuleStatus = {
  ...evaluated,
  type: 'alerting',
  name: 'Down',
  query: 'up == 0',
  state: 'firing',
  durationSeconds: 60,
  keepFiringForSeconds: 0,
  labels: { severity: 'page' },
  annotations: {},
  alerts: [
    {
      labels: { alertname: 'Down' },
      annotations: {},
      state: 'firing',
      activeAtMs: 1_700_000_000_000,
      value: 2,
    },
  ],
};
const recording = {
  ...evaluated,
  type: 'recording',
  name: 'a:b',
  query: 'sum(a)',
  labels: {},
  lastError: 'no',
  health: 'err',
} as const;
const group = (name: string, ...rules: RuleGroupStatus['rules']): RuleGroupStatus => ({
  name,
  file: 'r.yml',
  rules,
  intervalSeconds: 15,
  limit: 0,
  evaluationSeconds: 0.5,
  lastEvaluationMs: undefined,
});
const ruled: PrometheusViews = {
  rules: {
    groups: () => [group('one', recording, alerting), group('two', recording), group('three')],
    alertmanagers: () => ({ active: ['http://a/api/v2/alerts'], dropped: [] }),
  },
};

describe('rules', () => {
  const groupsOf = async (form: Asked['form']) =>
    (await dataOf(ruled, '/api/v1/rules', form)).groups.map(
      (one: { name: string; rules: { name: string }[] }) =>
        `${one.name}: ${one.rules.map(({ name }) => name)}`,
    );
  test('as Prometheus shows them', async () => {
    const { groups } = await dataOf(ruled, '/api/v1/rules');
    expect(groups[0]).toMatchObject({ interval: 15, lastEvaluation: '0001-01-01T00:00:00Z' });
    expect(groups[0].rules[0]).toEqual({
      name: 'a:b',
      query: 'sum(a)',
      health: 'err',
      lastError: 'no',
      evaluationTime: 0.25,
      lastEvaluation: '2023-11-14T22:13:20Z',
      type: 'recording',
    });
    expect(groups[0].rules[1]).toMatchObject({
      state: 'firing',
      duration: 60,
      keepFiringFor: 0,
      alerts: [{ state: 'firing', activeAt: '2023-11-14T22:13:20Z', value: '2e+00' }],
      type: 'alerting',
    });
  });
  test('filters; groups without rules are left out', async () => {
    expect(await groupsOf({})).toEqual(['one: a:b,Down', 'two: a:b']);
    expect(await groupsOf({ type: 'alert' })).toEqual(['one: Down']);
    expect(await groupsOf({ 'rule_name[]': 'Down' })).toEqual(['one: Down']);
    expect(await groupsOf({ 'rule_group[]': ['two', 'three'] })).toEqual(['two: a:b']);
    expect(await groupsOf({ 'file[]': 'other.yml' })).toEqual([]);
    expect(await groupsOf({ 'match[]': '{severity=~"p.*"}' })).toEqual(['one: Down']);
  });
  test('without their alerts', async () => {
    const { groups } = await dataOf(ruled, '/api/v1/rules', { exclude_alerts: 'true' });
    expect(groups[0].rules[1].alerts).toBeNull();
  });
  test('page by page', async () => {
    const first = await dataOf(ruled, '/api/v1/rules', { group_limit: '1' });
    expect(first.groups).toHaveLength(1);
    const second = await dataOf(ruled, '/api/v1/rules', {
      group_limit: '1',
      group_next_token: first.groupNextToken,
    });
    expect(second.groups[0].name).toBe('two');
    expect(second).not.toHaveProperty('groupNextToken');
  });
  const refuses = (form: Record<string, string>, error: string) =>
    test(JSON.stringify(form), async () => {
      const { http, json } = await ask(ruled, '/api/v1/rules', { form });
      expect([http, json.errorType]).toEqual([400, 'bad_data']);
      expect(json.error).toContain(error);
    });
  refuses({ type: 'x' }, 'invalid parameter "type": not supported value "x"');
  refuses({ group_limit: 'x' }, 'group_limit needs to be a valid number');
  refuses({ group_limit: '0' }, 'group_limit needs to be greater than 0');
  refuses({ group_next_token: 'x' }, 'group_limit needs to be present');
  refuses({ group_limit: '1', group_next_token: 'x' }, "invalid group_next_token 'x'");
  refuses({ exclude_alerts: 'x' }, 'error converting exclude_alerts');
  refuses({ 'match[]': '{}' }, 'match[] must contain at least one non-empty matcher');
  test('alerts, Alertmanagers', async () => {
    const { alerts } = await dataOf(ruled, '/api/v1/alerts');
    expect(alerts).toEqual([
      {
        labels: { alertname: 'Down' },
        annotations: {},
        state: 'firing',
        activeAt: '2023-11-14T22:13:20Z',
        value: '2e+00',
      },
    ]);
    const { activeAlertmanagers } = await dataOf(ruled, '/api/v1/alertmanagers');
    expect(activeAlertmanagers).toEqual([{ url: 'http://a/api/v2/alerts' }]);
  });
});

describe('configuration', () => {
  const configured = (reload: () => Promise<void>): PrometheusViews => ({
    config: {
      yaml: () => 'global: {}\n',
      reload,
      externalLabels: () => ({}),
      lastReload: { isOk: false, timeMs: 1_700_000_000_000 },
    },
  });
  const never = configured(async () => {});
  test('is shown, with the last reload', async () => {
    expect(await dataOf(never, '/api/v1/status/config')).toEqual({ yaml: 'global: {}\n' });
    expect(await dataOf(never, '/api/v1/status/runtimeinfo')).toMatchObject({
      reloadConfigSuccess: false,
      lastConfigTime: '2023-11-14T22:13:20Z',
      serverTime: '2023-11-14T22:13:20Z',
    });
  });
  test('a wrong one is refused with its reason', async () => {
    const views = configured(async () => {
      throw new InputError('config', 'line 1 is wrong');
    });
    expect(await ask(views, '/-/reload', { method: 'PUT' })).toMatchObject({
      http: 500,
      text: 'failed to reload config: line 1 is wrong\n',
    });
  });
  test('lifecycle: only by POST and PUT, only when enabled, and never the end', async () => {
    expect((await ask(never, '/-/reload')).http).toBe(405);
    const off = routesWith({ hasLifecycle: false });
    expect(await askRoute(off, '/-/reload', { method: 'POST' })).toMatchObject({
      http: 403,
      text: 'Lifecycle API is not enabled.',
    });
    expect((await ask(never, '/-/quit', { method: 'POST' })).http).toBe(403);
  });
  test('readiness', async () => {
    const routes = routesWith({ isReady: () => false });
    expect((await askRoute(routes, '/-/ready')).http).toBe(503);
    expect((await ask({}, '/-/ready')).text).toBe('Prometheus Server is Ready.\n');
    expect((await ask({}, '/-/healthy')).text).toBe('Prometheus Server is Healthy.\n');
  });
});

describe('status/tsdb', () => {
  test('counts of the newest day', async () => {
    const data = await dataOf({}, '/api/v1/status/tsdb', { limit: '3' });
    expect(data.headStats).toEqual({
      numSeries: 7,
      numLabelPairs: 3,
      chunkCount: 0,
      minTime: 86_400_000,
      maxTime: 259_199_999,
    });
    expect(data.seriesCountByMetricName).toEqual([{ name: 'up', value: 3 }]);
  });
  for (const limit of ['0', 'x', '-1']) {
    test(`refuses ${limit} entries`, async () => {
      const { http, json } = await ask({}, '/api/v1/status/tsdb', { form: { limit } });
      expect([http, json.error]).toEqual([400, 'limit must be a positive number']);
    });
  }
});

describe('administration', () => {
  const path = '/api/v1/admin/tsdb/delete_series';
  const deleted: Parameters<TsdbAdmin['deleteSeries']>[0][] = [];
  const names: string[] = [];
  const routes = routesWith({
    admin: {
      deleteSeries: async (request) => void deleted.push(request),
      snapshot: async (name) => void names.push(name),
    },
  });
  test('is refused unless it is enabled', async () => {
    for (const name of ['delete_series', 'snapshot', 'clean_tombstones']) {
      const asked = await ask({}, `/api/v1/admin/tsdb/${name}`, { method: 'POST' });
      expect(asked.http).toBe(500);
      expect(asked.json).toEqual({
        status: 'error',
        errorType: 'unavailable',
        error: 'admin APIs disabled',
      });
    }
  });
  test('deletes what matches between two times', async () => {
    const form = { 'match[]': ['up', '{}'], start: '1.5', end: '2' };
    expect((await askRoute(routes, path, { method: 'PUT', form })).http).toBe(204);
    expect(deleted).toMatchObject([{ fromMs: 1_500, toMs: 2_000, selectors: [[{}], []] }]);
    await askRoute(routes, path, { method: 'POST', form: { ...form, start: '3' } });
    expect(deleted).toHaveLength(1);
  });
  test('has to know what', async () => {
    const { http, json } = await askRoute(routes, path, { method: 'POST' });
    expect([http, json.error]).toEqual([400, 'no match[] parameter provided']);
    const wrong = await askRoute(routes, path, { method: 'POST', form: { 'match[]': '{' } });
    expect(wrong.json.error).toContain('invalid parameter "match[]": 1:2: parse error');
  });
  test('snapshots have the time in their name; tombstones are none', async () => {
    const at = '/api/v1/admin/tsdb';
    const { json } = await askRoute(routes, `${at}/snapshot`, { method: 'POST' });
    expect(json.data.name).toMatch(/^20231114T221320Z-[0-9a-f]{16}$/);
    expect(names).toEqual([json.data.name]);
    expect((await askRoute(routes, `${at}/clean_tombstones`, { method: 'POST' })).http).toBe(204);
  });
});

describe('tenants', () => {
  const never = async (): Promise<void> => {};
  const config = {
    yaml: () => 'global: {}\n',
    reload: never,
    externalLabels: () => ({}),
    lastReload: { isOk: true, timeMs: 0 },
  };
  const views: PrometheusViews = { ...scraped, ...ruled, config };
  test.each(
    ['targets', 'targets/metadata', 'scrape_pools', 'rules', 'alerts', 'alertmanagers'].concat(
      'status/config',
    ),
  )('see nothing of others at %s', async (name) => {
    const path = `/api/v1/${name}`;
    const others = (await ask(views, path, { tenant: 'a' })).json.data;
    expect(others).toEqual(await dataOf({}, path));
    expect(others).not.toEqual(await dataOf(views, path));
  });
});
