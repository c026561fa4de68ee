import { describe, expect, test } from 'vitest';
import { checkQuery } from '../run.ts';
import { fixedEndMs, nodeKey, partOf, windowOffsetMs } from './part.ts';
import { plan } from './plan.ts';

const rootOf = (text: string, startMs: number, count: number) =>
  plan(checkQuery(text), {
    grid: { startMs, stepMs: 1000, count },
    lookbackMs: 300_000,
    subqueryStepMs: 60_000,
  }).root;

describe('a part of a node', () => {
  test.each(['m', 'm offset 2m', 'rate(m[5m] offset -1m)', 'sum by (job) (rate(m{a="b"}[5m]))'])(
    'is what is planned for its steps: %s',
    (text) => {
      const part = partOf(rootOf(text, 10_000, 10), { first: 2, count: 3 });
      expect(part).toEqual(rootOf(text, 12_000, 3));
    },
  );

  test('reads the same where the time is fixed', () => {
    const whole = rootOf('rate(m[5m] @ 5)', 10_000, 10);
    const part = partOf(whole, { first: 0, count: 1 });
    expect(part.grid).toEqual({ startMs: 10_000, stepMs: 1000, count: 1 });
    expect(part).toEqual(rootOf('rate(m[5m] @ 5)', 10_000, 1));
    expect(fixedEndMs(whole)).toBe(5000);
  });
});

test('the key of a node is that of all who give the same at a step', () => {
  const keyOf = (text: string, startMs = 10_000) => nodeKey(rootOf(text, startMs, 10));
  expect(keyOf('rate(m{a="1",b="2"}[5m])')).toBe(
    keyOf('rate( {b="2", a="1", __name__="m"}[300s] )', 0),
  );
  const different = [
    'rate(m[5m])',
    'rate(m[6m])',
    'rate(m[5m] offset 1m)',
    'rate(m[5m] @ 10)',
    'increase(m[5m])',
    'rate(m{a="1"}[5m])',
    'rate(m{a=~"1"}[5m])',
    'sum(rate(m[5m]))',
    'sum by (a) (rate(m[5m]))',
    'sum without (a) (rate(m[5m]))',
    'max(rate(m[5m]))',
    'm',
  ];
  expect(new Set(different.map((text) => keyOf(text))).size).toBe(different.length);
  expect(windowOffsetMs(rootOf('sum(rate(m[5m] offset 1m))', 0, 1))).toBe(60_000);
});
