// Queries that would cost too much are refused before they hurt, each with the key that allows more.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prometheusRoutes } from '#api/prometheus/index.ts';
import { systemClock } from '#lib/clock.ts';
import { createGate, type Gate } from '#query/gate.ts';
import { createMetricCatalog } from '#query/promql/catalog.ts';
import { createPromqlEngine, type PromqlEngineOptions } from '#query/promql/engine.ts';
import { askRoute } from '../lib/ask-route.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { metricBatch } from '../lib/metric-batch.ts';

const startMs = 1_700_000_000_000;
const times = Array.from({ length: 200 }, (_, i) => startMs + i * 15_000);
const time = String((startMs + 1_800_000) / 1000);
let running: TestStore;

beforeAll(async () => {
  running = await startTestStore();
  const hosts = Array.from({ length: 50 }, (_, i) => String(i));
  const series = hosts.map((host) => ({ name: 'load', labels: { host }, times, values: times }));
  await running.store.writer.write(metricBatch(series));
});
afterAll(() => running.stop());

function routesWith(options: Partial<PromqlEngineOptions>, gate?: Gate) {
  const { reader } = running.store;
  const shared = gate ? { gate } : {};
  const timeoutMs = options.limits?.timeoutMs;
  return prometheusRoutes({
    engine: createPromqlEngine({ reader, ...options, ...shared }),
    catalog: createMetricCatalog({
      reader,
      ...shared,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    }),
    isReady: () => true,
    build: { version: '0', nodeVersion: 'v20' },
    clock: systemClock,
  });
}

describe('one query', () => {
  const refuses = (
    key: string,
    options: Partial<PromqlEngineOptions>,
    http: number,
    errorType: string,
  ) =>
    test(key, async () => {
      for (const pushDown of ['auto', 'never'] as const) {
        const form = { query: 'max_over_time(load[1h])', time };
        const routes = routesWith({ ...options, pushDown });
        const asked = await askRoute(routes, '/api/v1/query', { form });
        expect(asked).toMatchObject({ http, json: { status: 'error', errorType } });
        expect(asked.json.error).toContain(key);
      }
    });
  refuses('query.max_samples', { limits: { samplesMax: 10 } }, 422, 'execution');
  refuses('query.max_series', { limits: { seriesMax: 10 } }, 422, 'execution');
  refuses('query.timeout', { limits: { timeoutMs: 0.001 } }, 503, 'timeout');
  test('the parameter timeout is no way around it', async () => {
    const routes = routesWith({ limits: { timeoutMs: 0.001 } });
    const form = { query: 'load', time, timeout: '1h' };
    expect((await askRoute(routes, '/api/v1/query', { form })).json.errorType).toBe('timeout');
  });
});

describe('many queries', () => {
  /** A gate whose only place is taken, and nobody may wait. */
  function fullGate() {
    const gate = createGate(1, 0);
    let leave = (): void => {};
    const held = gate.pass(() => new Promise<void>((resolve) => (leave = resolve)));
    return { gate, leave: () => leave(), held };
  }
  const paths = {
    '/api/v1/query': { query: '1', time },
    '/api/v1/labels': {},
    '/api/v1/label/host/values': {},
    '/api/v1/series': { 'match[]': 'load' },
    '/api/v1/query_exemplars': { query: 'load' },
    '/api/v1/metadata': {},
    '/api/v1/status/tsdb': {},
  };
  for (const [path, form] of Object.entries(paths)) {
    test(`${path} waits its turn, or is to try again`, async () => {
      const { gate, leave, held } = fullGate();
      const routes = routesWith({}, gate);
      const asked = await askRoute(routes, path, { form });
      expect(asked).toMatchObject({ http: 503, json: { errorType: 'unavailable' } });
      expect(asked.json.error).toContain('query.max_concurrent');
      expect(asked.headers['retry-after']).toBe('1');
      leave();
      await held;
      expect((await askRoute(routes, path, { form })).http).toBe(200);
    });
  }
});
