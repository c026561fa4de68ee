// PromQL on a cluster of two shards: series of one metric lie on both, and both paths of every query
// must see them all.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { silentLogger } from '#lib/log.ts';
import { createMetricCatalog, parseSelector } from '#query/promql/catalog.ts';
import { createPromqlEngine } from '#query/promql/engine.ts';
import { findSeries } from '#query/promql/find-series.ts';
import type { Store } from '#store/contract.ts';
import { openStore } from '#store/open-store.ts';
import { startTestCluster, type TestCluster } from '../lib/cluster.ts';
import { metricBatch, type TestSeries } from '../lib/metric-batch.ts';

const start = 1_700_000_000;
const times = Array.from({ length: 60 }, (_, i) => (start + i * 15) * 1000);
let cluster: TestCluster;
let store: Store;

const series = Array.from({ length: 20 }, (_, i): TestSeries => {
  const isDelta = i % 4 === 3;
  return {
    name: 'm_total',
    labels: { job: `job${i % 2}`, pod: String(i) },
    otelName: 'm',
    isDelta,
    times,
    values: times.map((_, k) => (isDelta ? 15 : k * 15)),
  };
});

beforeAll(async () => {
  cluster = await startTestCluster();
  store = await openStore(
    { storageUrl: cluster.storageUrl, commitIntervalMs: 10 },
    { logger: silentLogger, meter: createMeter() },
  );
  await store.writer.write(metricBatch(series));
  await store.writer.flush();
});
afterAll(async () => {
  await store?.stop();
  await cluster?.stop();
});

async function valuesOf(query: string, pushDown: 'auto' | 'never'): Promise<unknown> {
  const engine = createPromqlEngine({ reader: store.reader, pushDown });
  const { value } = await engine.instant({ query, timeMs: (start + 885) * 1000, tenant: '' });
  if (value.kind !== 'vector') return value.kind;
  return value.samples.map((sample) => [
    sample.labels.job ?? '',
    Math.round(sample.value * 1e6) / 1e6,
  ]);
}

const gives = (query: string, expected: unknown) =>
  test(query, async () => {
    expect(await valuesOf(query, 'auto')).toEqual(expected);
    expect(await valuesOf(query, 'never')).toEqual(expected);
  });

describe('both shards answer', () => {
  gives('count(m_total)', [['', 20]]);
  gives('sum by (job) (increase(m_total[5m]))', [
    ['job0', 3000],
    ['job1', 3000],
  ]);
  gives('sum(rate(m_total{pod=~"3|7"}[1m]))', [['', 2]]);
  gives('max by (job) (max_over_time(m_total[5m]))', [
    ['job0', 885],
    ['job1', 900],
  ]);
  gives('count({job="job0"})', [['', 10]]);
});

test('so does the catalogue', async () => {
  const catalog = createMetricCatalog({ reader: store.reader });
  expect((await catalog.labelValues('job', { tenant: '' })).items).toEqual(['job0', 'job1']);
  expect((await catalog.series({ tenant: '', match: ['m_total'] })).items).toHaveLength(20);
});

describe('both shards forget', () => {
  test('series that are deleted, in their time', async () => {
    const midMs = (start + 300) * 1000;
    const { reader, admin } = store;
    const isShown = { tenant: '', isStrict: true, fromMs: midMs, toMs: midMs };
    const selectors = [parseSelector('m_total{job="job0"}')];
    const found = await findSeries(reader, { ...isShown, selectors });
    expect(found).toHaveLength(10);
    // From the 21st sample to the end.
    await admin.deleteSeries({
      tenant: '',
      series: found,
      fromMs: midMs,
      toMs: midMs + 86_400_000,
    });
    const query = 'sum by (job) (count_over_time(m_total[1h]))';
    for (const pushDown of ['auto', 'never'] as const) {
      expect(await valuesOf(query, pushDown)).toEqual([
        ['job0', 200],
        ['job1', 600],
      ]);
    }
  });
  test('the names and values of labels, and the series, come from both', async () => {
    const catalog = createMetricCatalog({ reader: store.reader });
    const names = await catalog.labelNames({ tenant: '' });
    expect(names.items).toEqual(['__name__', 'job', 'pod']);
    const times = { startMs: start * 1000, endMs: (start + 60) * 1000 };
    const listed = await catalog.series({ tenant: '', match: ['m_total'], ...times });
    expect(listed.items).toHaveLength(20);
    const { seriesCount, seriesByPair } = await catalog.cardinality({ tenant: '', limit: 1 });
    expect(seriesCount).toBe(20);
    expect(seriesByPair).toEqual([{ name: '__name__=m_total', value: 20 }]);
  });
});
