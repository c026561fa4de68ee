// Both paths of a query are each other's oracle: what the engine computes must be what the evaluator
// computes from the raw samples, on generated data with gaps, resets, stale markers and deltas.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPromqlEngine, type RangeResult } from '#query/promql/engine.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { metricBatch, type TestSeries } from '../lib/metric-batch.ts';

const startMs = 1_700_000_000_000;
let running: TestStore;

beforeAll(async () => {
  running = await startTestStore();
  for (const batch of generate(7)) await running.store.writer.write(metricBatch(batch));
  await running.store.writer.flush();
});
afterAll(() => running.stop());

/** A small linear congruential generator: the data is the same in every run. */
function createDice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Two batches that share series and repeat some samples, so that reads must glue and dedup. */
function generate(seed: number): TestSeries[][] {
  const dice = createDice(seed);
  const series = Array.from({ length: 24 }, (_, i): TestSeries => {
    const isDelta = i % 6 === 5;
    const times: number[] = [];
    const values: (number | 'stale')[] = [];
    let at = startMs + dice(30_000);
    let value = dice(100);
    let isNan = false;
    for (let k = 0; k < 120; k++) {
      at += dice(12) === 0 ? 400_000 : 15_000 + dice(40) - 20;
      const isReset = dice(20) === 0;
      // NaNs come alone and in runs.
      isNan = dice(isNan ? 3 : 60) === 0 || (isNan && dice(2) === 0);
      value = isReset ? dice(5) : value + dice(50) / 4;
      times.push(at);
      if (isDelta) values.push(dice(50) / 4);
      else values.push(dice(25) === 0 ? 'stale' : isNan ? Number.NaN : value);
    }
    const labels = { job: `job${i % 3}`, pod: String(i) };
    return { name: i % 2 === 0 ? 'a_total' : 'b', labels, isDelta, times, values };
  });
  const halves = (from: number, to: number) =>
    series.map((one) => ({
      ...one,
      times: one.times.slice(from, to),
      values: one.values.slice(from, to),
    }));
  return [halves(0, 70), halves(60, 120)];
}

const functionNames = [
  'rate',
  'increase',
  'delta',
  'irate',
  'idelta',
  'changes',
  'resets',
  'last_over_time',
];
const selectors = [
  'a_total',
  'b',
  'b{job="job1"}',
  'a_total{pod=~"1.*|2"}',
  'b{job!~"job[02]"}',
  'none',
];
const durations = ['15s', '31s', '1m', '90500ms', '5m', '11m'];
const modifiers = ['', '', ' offset 1m', ' offset -90s', ` @ ${startMs / 1000 + 900}`, ' @ end()'];
const aggregations = ['sum', 'avg', 'min', 'max', 'count', 'group'];
const groupings = [
  '',
  ' by (job)',
  ' by (job, pod)',
  ' by (nothing)',
  ' without (pod)',
  ' by (__name__)',
];

const vector = fc
  .tuple(
    fc.constantFrom('', ...functionNames),
    fc.constantFrom(...selectors),
    fc.constantFrom(...durations),
    fc.constantFrom(...modifiers),
  )
  .map(([name, selector, range, modifier]) =>
    name === '' ? `${selector}${modifier}` : `${name}(${selector}[${range}]${modifier})`,
  );

const query = fc
  .tuple(fc.constantFrom('', ...aggregations), fc.constantFrom(...groupings), vector, vector)
  .chain(([name, grouping, left, right]) => {
    const inner = name === '' ? left : `${name}${grouping} (${left})`;
    return fc.constantFrom(
      inner,
      `max_over_time(${inner === left ? `(${left})` : inner}[5m:40s])`,
      `${inner} > bool on (job, pod) group_left () (${right} * 0)`,
      `abs(${inner}) unless on () none`,
    );
  });

const window = fc.record({
  from: fc.integer({ min: -5, max: 2_000 }),
  stepMs: fc.constantFrom(15_000, 17_500, 60_000, 1_001),
  steps: fc.integer({ min: 1, max: 60 }),
});

async function ask(
  pushDown: 'auto' | 'never',
  text: string,
  at: { from: number; stepMs: number; steps: number },
) {
  const engine = createPromqlEngine({ reader: running.store.reader, pushDown });
  const from = startMs + at.from * 1000;
  try {
    return await engine.range({
      query: text,
      startMs: from,
      endMs: from + (at.steps - 1) * at.stepMs,
      stepMs: at.stepMs,
      tenant: '',
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}

const rounded = (value: number): number | string =>
  Number.isFinite(value) ? Number(value.toPrecision(9)) + 0 : String(value);

const shown = (result: RangeResult | string) =>
  typeof result === 'string'
    ? result
    : {
        infos: result.infos,
        series: result.series.map(({ labels, values, present }) => [
          JSON.stringify(labels),
          ...Array.from(values, (value, i) => (present[i] ? rounded(value) : '')),
        ]),
      };

describe('push-down', () => {
  test('gives what the evaluator gives', async () => {
    await fc.assert(
      fc.asyncProperty(query, window, async (text, at) => {
        const [pushed, evaluated] = await Promise.all([
          ask('auto', text, at),
          ask('never', text, at),
        ]);
        expect(shown(pushed)).toEqual(shown(evaluated));
      }),
      { numRuns: 100, seed: 20_240_501 },
    );
  }, 240_000);

  test('happens: always refuses only what cannot be pushed', async () => {
    const engine = createPromqlEngine({ reader: running.store.reader, pushDown: 'always' });
    const ask = (text: string) =>
      engine.instant({ query: text, timeMs: startMs + 900_000, tenant: '' });
    expect((await ask('sum by (job) (rate(a_total[5m]))')).value).toMatchObject({ kind: 'vector' });
    await expect(ask('rate({job="job1"}[5m])')).rejects.toThrow('in the engine');
  });
});

test('labels that belong to the name go with it', async () => {
  const times = Array.from({ length: 40 }, (_, i) => startMs + i * 15_000);
  const labels = { __type__: 'counter', job: 'a' };
  const typed = { name: 'typed_total', labels, times, values: times.map((_, i) => i) };
  await running.store.writer.write(metricBatch([typed], 'typed'));
  for (const text of ['rate(typed_total[5m])', 'sum by (__type__) (rate(typed_total[5m]))']) {
    const labelsOf = async (pushDown: 'always' | 'never') => {
      const engine = createPromqlEngine({ reader: running.store.reader, pushDown });
      const times = { startMs: startMs + 300_000, endMs: startMs + 400_000, stepMs: 15_000 };
      const { series } = await engine.range({ query: text, tenant: 'typed', ...times });
      return series.map((one) => one.labels);
    };
    expect(await labelsOf('always'), text).toEqual(await labelsOf('never'));
  }
});
