import { expect, test } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import type { GridSeries, RawSeries } from '#query/vector/value.ts';
import { plan } from '../plan/plan.ts';
import { checkQuery } from '../run.ts';
import { type EvalOptions, evaluate } from './evaluate.ts';

const grid = { startMs: 0, stepMs: 1000, count: 3 };
const many: readonly RawSeries[] = Array.from({ length: 200 }, (_, i) => ({
  labels: { __name__: 'm', i: String(i) },
  times: Float64Array.of(0, 1000, 2000),
  values: Float64Array.of(i, i, i),
}));

function run(text: string, options: Partial<EvalOptions> = {}) {
  const planned = plan(checkQuery(text), { grid, lookbackMs: 300_000, subqueryStepMs: 60_000 });
  return evaluate(planned, {
    input: { samplesOf: () => many, pushedSeries: () => [] },
    checkpoint: () => undefined,
    reserve: () => undefined,
    ...options,
  });
}

/** Every look at it takes 5 ms, so that there are turns of the event loop in each node. */
function slowClock() {
  const clock = createManualClock(0);
  return {
    ...clock,
    monotonicMs: () => {
      clock.advance(5);
      return clock.monotonicMs();
    },
  };
}

test('others have their turn in the middle of a query', async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const { value } = await run('sum(m * 2)', { clock: slowClock() });
  isOver = true;
  expect(value.kind === 'vector' && value.series[0]?.values[0]).toBe(199 * 200);
  expect(turns).toBeGreaterThan(10);
});

test('a query that has to end ends in the middle of a node', async () => {
  let checks = 0;
  const checkpoint = (): void => {
    if (++checks > 10) throw new Error('over');
  };
  await expect(run('sum(m)', { clock: slowClock(), checkpoint })).rejects.toThrow('over');
});

test('a query that has to end ends in the middle of a series', async () => {
  const times = Float64Array.from({ length: 200_000 }, (_, i) => i);
  const long: RawSeries = { labels: { __name__: 'm' }, times, values: times };
  let checks = 0;
  const checkpoint = (): void => {
    if (++checks > 20) throw new Error('over');
  };
  const planned = plan(checkQuery('count_over_time(m[1h])'), {
    grid: { startMs: 200_000, stepMs: 1000, count: 100 },
    lookbackMs: 300_000,
    subqueryStepMs: 60_000,
  });
  const asked = evaluate(planned, {
    input: { samplesOf: () => [long], pushedSeries: () => [] },
    checkpoint,
    reserve: () => undefined,
    clock: slowClock(),
  });
  await expect(asked).rejects.toThrow('over');
});

test('names stay until the end for those who look at them', async () => {
  const labelsOf = async (text: string): Promise<GridSeries['labels'][]> => {
    const { value } = await run(text);
    return value.kind === 'vector' ? value.series.slice(0, 1).map(({ labels }) => labels) : [];
  };
  expect(await labelsOf('-m')).toEqual([{ i: '0' }]);
  expect(await labelsOf('label_replace(m + 1, "old", "$1", "__name__", "(.*)")')).toEqual([
    { i: '0', old: 'm' },
  ]);
  expect(await labelsOf('sum by (__name__) (m > bool 1)')).toEqual([{}]);
  expect(await labelsOf('sum by (__name__) (m > 1)')).toEqual([{ __name__: 'm' }]);
});
