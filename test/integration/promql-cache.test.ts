// What PromQL remembers must never be seen: whatever is written, when and while what is asked, the
// answers are those of an engine that remembers nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMeter, type Meter } from '#internal-telemetry/meter.ts';
import { CacheMemory } from '#query/promql/cache/memory.ts';
import { createPromqlEngine, type PromqlEngine } from '#query/promql/engine.ts';
import { findSeries } from '#query/promql/find-series.ts';
import type { WriteLog } from '#store/contract.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { createRandom } from '../lib/generate.ts';
import { metricBatch, type TestSeries } from '../lib/metric-batch.ts';

const startMs = 1_700_000_000_000;
const stepMs = 15_000;
let running: TestStore;

beforeAll(async () => {
  running = await startTestStore({ settings: { commitIntervalMs: 1 } });
});
afterAll(() => running.stop());

interface Engines {
  readonly cached: PromqlEngine;
  readonly plain: PromqlEngine;
  readonly memory: CacheMemory;
  readonly meter: Meter;
}

function createEngines(bytesMax: number): Engines {
  const { reader, writes } = running.store;
  const meter = createMeter();
  const memory = new CacheMemory({ bytesMax, writes: writes as WriteLog, meter });
  return {
    cached: createPromqlEngine({ reader, cache: memory }),
    plain: createPromqlEngine({ reader, pushDown: 'never' }),
    memory,
    meter,
  };
}

interface Question {
  readonly text: string;
  readonly fromMs: number;
  readonly steps: number;
  readonly tenant: string;
}

/** A range query, or, of one step, an instant one. */
async function answer(engine: PromqlEngine, { text, fromMs, steps, tenant }: Question) {
  if (steps === 1) {
    const { value } = await engine.instant({ query: text, timeMs: fromMs, tenant });
    if (value.kind !== 'vector') throw new Error(value.kind);
    return value.samples
      .map(({ labels, value: one }) => `${JSON.stringify(labels)} ${rounded(one)}`)
      .sort();
  }
  const endMs = fromMs + (steps - 1) * stepMs;
  const { series } = await engine.range({ query: text, startMs: fromMs, endMs, stepMs, tenant });
  return series.map(({ labels, values, present }) => [
    JSON.stringify(labels),
    ...Array.from(values, (one, i) => (present[i] ? rounded(one) : '')),
  ]);
}

/** Running totals of deltas are summed by the engine, in an order of its own. */
const rounded = (value: number): string => String(Number(value.toPrecision(10)));

const texts = [
  'sum by (job) (rate(c_total[5m]))',
  'rate(c_total{job="j1"}[2m])',
  'sum(increase(c_total[10m] offset 3m))',
  'max by (job) (changes(c_total[5m]))',
  `sum(rate(c_total[5m] @ ${startMs / 1000 + 1200}))`,
  'c_total',
  'avg by (job) (c_total)',
  'quantile_over_time(0.5, c_total[5m])',
  'sum by (job) (rate(c_total[5m])) / on (job) count by (job) (c_total)',
];

/** Batches that come late, repeat times, end series and begin new ones. */
function randomBatch(random: ReturnType<typeof createRandom>, spanMs: number) {
  const series = Array.from({ length: 1 + random.below(4) }, (): TestSeries => {
    const count = 1 + random.below(12);
    const from = startMs + random.below(spanMs);
    const times = Array.from({ length: count }, (_, i) => from + i * stepMs);
    const values = times.map(() => (random.below(20) === 0 ? 'stale' : random.below(1000)));
    const isDelta = random.below(5) === 0;
    const pod = isDelta ? `d${random.below(2)}` : `p${random.below(6)}`;
    return { name: 'c_total', labels: { job: `j${random.below(3)}`, pod }, isDelta, times, values };
  });
  const bySeries = new Map(series.map((one) => [JSON.stringify(one.labels), one]));
  return metricBatch([...bySeries.values()], random.below(4) === 0 ? 'other' : '');
}

function randomQuestion(random: ReturnType<typeof createRandom>, spanMs: number): Question {
  return {
    text: texts[random.below(texts.length)] as string,
    fromMs: startMs + Math.floor(random.below(spanMs) / 5000) * 5000,
    steps: random.below(4) === 0 ? 1 : 2 + random.below(80),
    tenant: random.below(4) === 0 ? 'other' : '',
  };
}

describe('what PromQL remembers', () => {
  test.each([1 << 24, 1 << 15])(
    'is never stale (%i bytes)',
    async (bytesMax) => {
      const random = createRandom(bytesMax);
      const { cached, plain, memory, meter } = createEngines(bytesMax);
      const spanMs = 5_400_000;
      for (let round = 0; round < 30; round++) {
        const questions = Array.from({ length: 3 }, () => randomQuestion(random, spanMs));
        // Asked while it is written, so that answers are made of half of it.
        const writes = [running.store.writer.write(randomBatch(random, spanMs))];
        if (random.below(3) === 0) {
          writes.push(running.store.writer.write(randomBatch(random, spanMs)));
        }
        await Promise.all([...writes, ...questions.map((question) => answer(cached, question))]);
        for (const question of questions) {
          const expected = await answer(plain, question);
          expect(await answer(cached, question), JSON.stringify(question)).toEqual(expected);
          const later = { ...question, fromMs: question.fromMs + random.below(9) * stepMs };
          expect(await answer(cached, later)).toEqual(await answer(plain, later));
        }
        expect(memory.bytes).toBeLessThanOrEqual(bytesMax);
      }
      const lookups = meter
        .collect()
        .find(({ name }) => name === 'sightline_query_cache_lookups_total');
      expect(lookups?.points.length).toBeGreaterThan(3);
    },
    120_000,
  );

  test('makes no resets of running totals that were read apart', async () => {
    const { cached } = createEngines(1 << 24);
    const tenant = 'deltas';
    const fraction = createRandom(7);
    const times = Array.from({ length: 240 }, (_, i) => startMs + i * stepMs);
    // Idle for most of the time: a total must not become less by what rounding loses.
    const values = times.map((_, i) => (i < 100 ? 0.1 + fraction.below(1000) / 7 : 0));
    const part = (pod: number, first: number): TestSeries => ({
      name: 'd_sum',
      labels: { pod: String(pod) },
      isDelta: true,
      times: times.filter((_, i) => i % 8 === first),
      values: values.filter((_, i) => i % 8 === first).map((value) => value / (pod + 1)),
    });
    const pods = Array.from({ length: 50 }, (_, pod) => pod);
    for (let first = 0; first < 8; first++) {
      const batch = metricBatch(
        pods.map((pod) => part(pod, first)),
        tenant,
      );
      await running.store.writer.write(batch);
    }
    const text = 'max(increase(d_sum[1m]))';
    const isIdle = async (fromStep: number, steps: number): Promise<void> => {
      const fromMs = startMs + fromStep * stepMs;
      const [, , ...increases] = (await answer(cached, { text, fromMs, steps, tenant }))[0] ?? [];
      for (const increase of increases) expect(Number(increase)).toBeLessThan(1e-6);
    };
    await answer(cached, { text, fromMs: startMs + 60 * stepMs, steps: 50, tenant });
    for (const fromStep of [110, 130, 150, 170, 190]) await isIdle(fromStep, 40);
  });

  test('knows names as the engine does', async () => {
    const { cached, plain } = createEngines(1 << 24);
    const tenant = 'names';
    const times = Array.from({ length: 100 }, (_, i) => startMs + i * stepMs);
    const counter = { name: 'c_total', labels: {}, times, values: times.map((_, i) => i) };
    await running.store.writer.write(metricBatch([counter], tenant));
    const by = 'sum by (__name__) (rate(c_total[5m]))';
    const text = `label_replace(${by}, "was", "$1", "__name__", "(.*)")`;
    const question = { text, fromMs: startMs + 600_000, steps: 20, tenant };
    const expected = await answer(plain, question);
    expect(JSON.stringify(expected)).toContain('c_total');
    expect(await answer(cached, question)).toEqual(expected);
    expect(await answer(cached, question)).toEqual(expected);
  });

  test('costs a query no more than what it asks for', async () => {
    const { reader, writes } = running.store;
    const cache = new CacheMemory({
      bytesMax: 1 << 24,
      writes: writes as WriteLog,
      meter: createMeter(),
    });
    const engine = createPromqlEngine({ reader, cache, limits: { samplesMax: 2000 } });
    const many = Array.from({ length: 3000 }, (_, i) => startMs + i * 1000);
    const values = many.map((_, i) => i);
    const batch = metricBatch([{ name: 'm', labels: {}, times: many, values }], 'many');
    await running.store.writer.write(batch);
    const question = { text: 'max_over_time(m[1m])', fromMs: startMs, steps: 99, tenant: 'many' };
    await answer(engine, question);
    await answer(engine, { ...question, fromMs: startMs + 98 * stepMs });
    const small = { ...question, fromMs: startMs + 600_000 };
    for (const text of ['sum(m)', 'max(m)', 'count(m)']) {
      await answer(engine, { ...small, text, steps: 2 });
    }
  });

  test('is forgotten when series are deleted', async () => {
    const { cached, plain } = createEngines(1 << 24);
    const question = { text: 'count(c_total)', fromMs: startMs + 600_000, steps: 60, tenant: '' };
    expect(await answer(cached, question)).toEqual(await answer(plain, question));
    const selector = [
      { label: 'job', operator: '=', value: 'j1', span: { from: 0, to: 0 } },
    ] as const;
    const times = { fromMs: startMs, toMs: startMs + 7_200_000 };
    const { reader, admin } = running.store;
    const series = await findSeries(reader, {
      tenant: '',
      isStrict: false,
      selectors: [selector],
      ...times,
    });
    expect(series.length).toBeGreaterThan(0);
    await admin.deleteSeries({ tenant: '', series, ...times });
    const jobs = { ...question, text: 'count by (job) (c_total)' };
    for (const one of [question, jobs]) {
      expect(await answer(cached, one)).toEqual(await answer(plain, one));
    }
    expect(JSON.stringify(await answer(cached, jobs))).not.toContain('j1');
  });
});
