// The SQL of plans, as golden files: a query, its times, and what the engine is asked.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { print } from '#sql/print.ts';
import { plan } from '../plan/plan.ts';
import { checkQuery } from '../run.ts';
import { compileExemplars } from './catalog.ts';
import { compile, type PushDownMode } from './compile.ts';
import { compileBeyondEngine, compileHistograms, compileStarts } from './histogram.ts';
import { compileSamples, compileSeries } from './samples.ts';

const grid = { startMs: 1_700_000_000_000, stepMs: 15_000, count: 220 };
const scope = { tenant: 'acme', isStrict: false };

function compiled(text: string, mode: PushDownMode = 'auto') {
  const options = { grid, lookbackMs: 300_000, subqueryStepMs: 60_000 };
  return compile(plan(checkQuery(text), options), scope, mode);
}

const golden = (name: string, text: string) =>
  test(text, async () => {
    const { statements, reads } = compiled(text);
    const parts = [
      ...statements.flatMap((one) => [one.select, compileBeyondEngine(one, scope)]),
      ...[...reads.values()].flatMap((read) => [
        compileSeries(read, scope),
        ...compileSamples(read, scope),
        compileHistograms(read, scope),
        ...(read.withStarts ? [compileStarts(read, scope)] : []),
      ]),
    ].map(print);
    const file = join(import.meta.dirname, 'golden', `${name}.sql`);
    await expect(`-- ${text}\n${parts.join(';\n\n')};\n`).toMatchFileSnapshot(file);
  });

describe('SQL', () => {
  golden('sum-by-rate', 'sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))');
  golden('instant', 'up{job="api"} offset 1m');
  golden('count', 'count(up)');
  golden('raw', 'max_over_time({"http.server.duration", host!=""}[5m])');
  golden('at', "avg by (__name__, job) (it's @ 1700000000)".replace("it's", '{"it_s"}'));
});

test('metrics that are beyond the engine are left to the evaluator', () => {
  const options = { grid, lookbackMs: 300_000, subqueryStepMs: 60_000 };
  const planned = plan(checkQuery('sum(rate(a[5m])) + sum(b) + sum(a)'), options);
  const { statements, reads } = compile(planned, scope, 'always', new Set(['a']));
  expect(statements.map(({ name }) => name)).toEqual(['b']);
  expect(reads.size).toBe(2);
});

test('of too many exemplars the newest are read', () => {
  const all = { matchers: [], fromMs: 0, toMs: 1 };
  expect(print(compileExemplars(all, scope))).toMatch(/ORDER BY time DESC\nLIMIT \d+$/);
});

const split = (text: string, pushed: number, read: number) =>
  test(`${text}: ${pushed} pushed, ${read} read`, () => {
    const { statements, reads } = compiled(text);
    expect([statements.length, reads.size]).toEqual([pushed, read]);
  });

describe('what is pushed down', () => {
  split('sum(rate(a[5m])) / sum(rate(b[5m]))', 2, 0);
  split('sum(a) + sum_over_time(b[5m])', 1, 1);
  split('sum without (x) (a)', 1, 0);
  split('{job="api"}', 0, 1);
  split('{__name__=~"a|b"}', 0, 1);
  split('{"otel.name"}', 0, 1);
  split('timestamp(a)', 0, 1);
  split('rate(a[5m:1m])', 1, 0);
  split('max_over_time(a[190d:1s])', 1, 0);
  split('max_over_time(a[200d:1s])', 0, 1);
  split('time()', 0, 0);
  split('{job="a"} / {job="a"}', 0, 1);
});

test('never pushes nothing, always refuses what it cannot', () => {
  expect(compiled('rate(a[5m])', 'never').statements).toEqual([]);
  expect(() => compiled('rate({job="x"}[5m])', 'always')).toThrow(
    'cannot run rate() in the engine',
  );
});
