// The SQL of plans, to be read: golden files beside this test.
import { describe, expect, it } from 'vitest';
import { print } from '#sql/print.ts';
import { slotsOf } from '../eval/slots.ts';
import { planMetric } from '../plan/plan.ts';
import { parse } from '../syntax/parser.ts';
import { selectLabelCounts, selectLabelNames, selectLabelValues } from './catalog.ts';
import { compileKeys } from './keys.ts';
import { selectAllLines, selectCounts, selectLines } from './logs.ts';
import { selectSample } from './patterns.ts';
import { compileStages } from './pipeline.ts';
import { type Stream, selectStreams } from './stream.ts';
import { selectChunks, selectStreamVolumes } from './volume.ts';

const fromNano = 1_793_491_200_000_000_000n;
const window = { tenant: '', fromNano, toNano: fromNano + 3_600_000_000_000n };

const streams: Stream[] = [
  { id: 1n, labels: new Map([['app', 'a']]), metadata: new Map([['host_name', 'h1']]) },
  { id: 2n, labels: new Map([['app', 'b']]), metadata: new Map() },
];

const golden = (name: string, sql: string) =>
  expect(`${sql}\n`).toMatchFileSnapshot(`golden/${name}.sql`);

function logOf(text: string) {
  const expr = parse(text);
  if (expr.kind !== 'log') throw new Error('no log query');
  return expr;
}

describe('logs', () => {
  const lines = (name: string, query: string) =>
    it(query, () => {
      const log = logOf(query);
      const { conditions } = compileStages(log.stages, streams);
      const scan = { ...window, matchers: log.matchers, conditions };
      return golden(name, print(selectLines(scan, { direction: 'backward', limit: 100 })));
    });
  lines('lines', '{app="a", env!="x", pod=~"a.*|b", zone!~"c"}');
  lines('lines-filtered', '{app="a"} |= "50%_\\\\" != "x" |~ "a.c" !~ "d" |= "e" or "f"');
  lines('lines-needle', '{app="a"} |= "id=0123456789abcdef0123" != "0123456789abcdef"');
  lines('lines-label-filter', '{app=~".+"} | app="a" or trace_id!="" | host_name=~"h.*"');
  lines('lines-residual', '{app="a"} |= "x" | json | level="error" |= "y"');

  it('the next page', () => {
    const after = { timeNano: 5n, streamId: 2n ** 63n, arrival: 6n, recordHash: 7n };
    const scan = { ...window, matchers: [], conditions: [] };
    return golden(
      'lines-next-page',
      print(selectLines(scan, { direction: 'forward', limit: 10, after })),
    );
  });
});

describe('metrics', () => {
  const counts = (name: string, query: string) =>
    it(query, () => {
      const grid = { startNano: fromNano, stepNano: 60_000_000_000n, count: 5 };
      const expr = parse(query);
      if (expr.kind === 'log') throw new Error('no metric query');
      let plan = planMetric(expr, grid);
      while (plan.kind === 'node') plan = plan.inputs[0] as typeof plan;
      const { log } = plan.aggregation.range;
      const { conditions, removed } = compileStages(log.stages, streams);
      const keys = compileKeys(plan.grouping, streams, removed)?.keys ?? [];
      const scan = { ...window, matchers: log.matchers, conditions };
      return golden(name, print(selectCounts(scan, slotsOf(plan, grid), 'lines', keys)));
    });
  counts('count-one', 'sum(count_over_time({app="a"} |= "x" [5m]))');
  counts('count-by', 'sum by (app, code, http_route) (rate({app=~".+"}[90s]))');
  counts(
    'count-volume',
    'sum by (level, detected_level) (count_over_time({app="a"} | drop __error__ [1m]))',
  );
  counts('count-all-labels', 'count_over_time({app="a"}[1m])');

  it('every line', () => {
    const scan = { ...window, matchers: logOf('{app="a"}').matchers, conditions: [] };
    return golden('all-lines', print(selectAllLines(scan)));
  });
});

describe('streams', () => {
  const { matchers } = logOf('{app="a"}');
  it('streams', () => golden('streams', print(selectStreams(window, matchers))));
  it('label names', () => golden('label-names', print(selectLabelNames(window, matchers))));
  it('label values', () => golden('label-values', print(selectLabelValues(window, 'app', []))));
  it('label-counts', () => golden('label-counts', print(selectLabelCounts(window, matchers))));
  it('volume', () =>
    golden('volume', print(selectStreamVolumes({ ...window, matchers }, 60_000_000_000n))));
  it('pattern-sample', () => {
    const scan = { ...window, matchers, conditions: [] };
    const sample = { pieces: 3, lines: 50 };
    return golden('pattern-sample', print(selectSample(scan, [], 60_000_000_000n, sample)));
  });
  it('chunks', () => golden('chunks', print(selectChunks({ ...window, matchers }, streams))));
});
