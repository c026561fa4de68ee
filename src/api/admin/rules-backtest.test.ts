import { expect, test } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { createPromqlEngine } from '#query/promql/engine.ts';
import { MemorySource } from '#query/promql/read/memory-source.ts';
import { backtestRoutes } from './rules-backtest.ts';

const rules = 'groups: [{name: g, rules: [{alert: A, expr: vector(1)}]}]';
const [route] = backtestRoutes({
  context: (tenant) => ({
    engine: createPromqlEngine({ source: new MemorySource() }),
    tenant,
    clock: createManualClock(0),
    externalUrl: '',
    externalLabels: {},
    evaluationIntervalMs: 60_000,
    queryOffsetMs: 0,
  }),
  groups: () => [],
});

const ask = async (times: object) =>
  route?.handle({
    method: 'POST',
    path: '/api/rules/backtest',
    params: {},
    query: new URLSearchParams(),
    headers: {},
    tenant: '',
    signal: new AbortController().signal,
    body: async () => Buffer.from(JSON.stringify({ rules, ...times })),
    form: async () => new URLSearchParams(),
  });

test('a time is one that can be written', async () => {
  await expect(ask({ from: 1e15, to: 1e15 + 60 })).rejects.toThrow("'from' is no time");
  await expect(ask({ from: 'soon', to: 1 })).rejects.toThrow("'from' is no time");
  await expect(ask({ to: 1 })).rejects.toThrow("'from' is missing");
  const answered = await ask({ from: 0, to: '1970-01-01T00:05:00Z' });
  expect(JSON.parse(String(answered?.body))).toMatchObject({
    from: '1970-01-01T00:00:00.000Z',
    to: '1970-01-01T00:05:00.000Z',
    rules: [{ alerts: [{ labels: { alertname: 'A' } }] }],
  });
});
