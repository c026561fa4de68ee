import { describe, expect, test } from 'vitest';
import { checkQuery } from '../run.ts';
import type { PlanNode } from './node.ts';
import { plan } from './plan.ts';

const minute = 60_000;
const options = {
  grid: { startMs: 600_000, stepMs: minute, count: 11 },
  lookbackMs: 5 * minute,
  subqueryStepMs: minute,
};
const planned = (text: string): PlanNode => plan(checkQuery(text), options).root;

describe('reads', () => {
  const reads = (text: string, fromMs: number, toMs: number) =>
    test(`${text}: ${fromMs} to ${toMs}`, () => {
      expect(planned(text)).toMatchObject({ read: { fromMs, toMs } });
    });
  reads('a', 300_000, 1_200_000);
  reads('a[10m] offset 1m', -60_000, 1_140_000);
  reads('a offset -1m', 360_000, 1_260_000);
  reads('a @ 100', -200_000, 100_000);
  reads('a @ start() offset 1m', 240_000, 540_000);
  reads('a[2m] @ end()', 1_080_000, 1_200_000);
  reads('a[step() * 2]', 480_000, 1_200_000);
  reads('a[range()]', 0, 1_200_000);
});

test('end() and range() know the end of a query that is not on its grid', () => {
  const toEnd = { ...options, endMs: 1_230_000 };
  const readOf = (text: string) => plan(checkQuery(text), toEnd).root;
  expect(readOf('a @ end()')).toMatchObject({ read: { toMs: 1_230_000 } });
  expect(readOf('a[range()]')).toMatchObject({ read: { fromMs: -30_000, toMs: 1_200_000 } });
});

test('a subquery has steps that are multiples of its own step', () => {
  expect(planned('a[90s:40s]')).toMatchObject({
    kind: 'subquery',
    inner: { grid: { startMs: 520_000, stepMs: 40_000, count: 18 } },
  });
});

test('a subquery over a fixed time is read once', () => {
  expect(planned('max_over_time(a[5m:1m] @ 600)')).toMatchObject({
    args: [{ atMs: 600_000, inner: { grid: { startMs: 360_000, count: 5 } } }],
  });
});

test('durations that are only known now are checked now', () => {
  expect(() => planned('a[step() - 1m]')).toThrow('duration must be greater than 0');
  expect(() => planned('a offset (1m / (step() - 1m))')).toThrow('division by zero');
});
