import { describe, expect, it } from 'vitest';
import { parse } from '../syntax/parser.ts';
import { type MetricPlan, planMetric } from './plan.ts';

const ms = 1_000_000n;
const grid = { startNano: 1000n * ms, stepNano: 10n * ms, count: 3 };

function planOf(query: string): MetricPlan {
  const expr = parse(query);
  if (expr.kind === 'log') throw new Error('no metric query');
  return planMetric(expr, grid);
}

/** The plan in short: nodes by name, scans with what the engine may do and their grouping. */
function show(plan: MetricPlan): string {
  if (plan.kind === 'node') return `${plan.expr.kind}(${plan.inputs.map(show).join(', ')})`;
  const { grouping, canCompile, fromNano, toNano } = plan;
  const labels = grouping ? `${grouping.isWithout ? 'without' : 'by'} ${grouping.labels}` : 'all';
  return `${canCompile ? 'count' : 'lines'} (${fromNano / ms}, ${toNano / ms}] ${labels}`;
}

describe('planMetric', () => {
  const is = (query: string, plan: string) =>
    it(query, () => expect(show(planOf(query))).toBe(plan));
  is('rate({a="b"}[100ms])', 'count (900, 1020] all');
  is('rate({a="b"}[100ms] offset 50ms)', 'count (850, 970] all');
  is('rate({a="b"} |= "x" | c="d" | drop e [100ms])', 'count (900, 1020] all');
  is('rate({a="b"} | drop e="f" [100ms])', 'lines (900, 1020] all');
  is('rate({a="b"} | json [100ms])', 'lines (900, 1020] all');
  is('rate({a="b"} | unwrap c [100ms])', 'lines (900, 1020] all');
  is('max_over_time({a="b"} | unwrap c [100ms]) by (d)', 'lines (900, 1020] by d');
  is('sum(rate({a="b"}[100ms]))', 'vector-aggregation(count (900, 1020] by )');
  is('sum by (c) (rate({a="b"}[100ms]))', 'vector-aggregation(count (900, 1020] by c)');
  is('sum without (c) (rate({a="b"}[1ms]))', 'vector-aggregation(count (999, 1020] without c)');
  is('max by (c) (rate({a="b"}[100ms]))', 'vector-aggregation(count (900, 1020] all)');
  is(
    'sum(absent_over_time({a="b"}[100ms])) / vector(2)',
    'binary(vector-aggregation(count (900, 1020] all), vector())',
  );
});
