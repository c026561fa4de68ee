import { describe, expect, it } from 'vitest';
import { rangeFunctions } from '../function/index.ts';
import { type NanoGrid, planMetric, type RangePlan } from '../plan/plan.ts';
import { parse } from '../syntax/parser.ts';
import { utf8Length } from './bytes.ts';
import { evaluateSamples } from './samples.ts';
import { slotOf, slotsOf, toGridSeries } from './slots.ts';

const second = 1_000_000_000n;

function rangePlan(query: string, grid: NanoGrid): RangePlan {
  const expr = parse(query);
  const plan = expr.kind === 'log' ? undefined : planMetric(expr, grid);
  if (plan?.kind !== 'range') throw new Error('no range aggregation');
  return plan;
}

describe('slots', () => {
  const grid = { startNano: 100n * second, stepNano: 60n * second, count: 3 };
  const plan = rangePlan('count_over_time({a="b"}[90s] offset 10s)', grid);
  const slots = slotsOf(plan, grid);

  it('divide steps and ranges', () => {
    expect(slots).toEqual({ fromNano: 0n, widthNano: 30n * second });
    expect([1n, 30n * second, 30n * second + 1n].map((t) => slotOf(slots, t))).toEqual([0, 0, 1]);
  });

  it('make windows that are open at the start and closed at the end', () => {
    // Windows: (0, 90], (60, 150], (120, 210] seconds.
    const totals = new Map([
      [slotOf(slots, 90n * second), 1],
      [slotOf(slots, 90n * second + 1n), 2],
      [slotOf(slots, 200n * second), 4],
    ]);
    const window = { grid, rangeNano: 90n * second, divisor: 2 };
    const { values, present } = toGridSeries({ labels: {}, totals }, slots, window);
    expect([...values]).toEqual([0.5, 1.5, 2]);
    expect([...present]).toEqual([1, 1, 1]);
  });
});

describe('functions of unwrapped values', () => {
  const grid = { startNano: 0n, stepNano: 0n, count: 1 };
  const is = (operation: string, expected: number, parameter = '') =>
    it(operation, () => {
      const plan = rangePlan(`${operation}(${parameter}{a="b"} | unwrap c [10s])`, grid);
      const times = [3, 1, 2].map((s) => s * 1e9);
      const series = { labels: {}, times, values: [30, 10, 26] };
      const definition = rangeFunctions[operation];
      if (!definition) throw new Error('unknown');
      expect(evaluateSamples(series, definition, plan, grid).values[0]).toBeCloseTo(expected, 4);
    });
  is('sum_over_time', 66);
  is('avg_over_time', 22);
  is('min_over_time', 10);
  is('max_over_time', 30);
  is('first_over_time', 10);
  is('last_over_time', 30);
  is('stdvar_over_time', 224 / 3);
  is('stddev_over_time', Math.sqrt(224 / 3));
  is('quantile_over_time', 26, '0.5, ');
  is('rate', 6.6);
  is('rate_counter', 3.5);
});

it('counts bytes as UTF-8 has them', () => {
  for (const text of ['', 'abc', 'ü', '日本', '👌', 'a👌ü']) {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  }
});
