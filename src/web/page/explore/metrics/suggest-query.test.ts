import { describe, expect, it } from 'vitest';
import { type Family, type FamilyKind, findFamily, toFamilies } from './families.ts';
import {
  addMatcher,
  chooseWindow,
  exemplarQuery,
  firstQuery,
  printPick,
  rankFamilies,
  readPick,
} from './suggest-query.ts';

const family = (name: string, kind: FamilyKind): Family => ({ name, kind, help: '' });

describe('toFamilies', () => {
  const metadata = {
    d_seconds: { type: 'histogram', help: 'How long.', unit: 's' },
    native: { type: 'histogram', help: '', unit: '' },
    q: { type: 'summary', help: '', unit: '' },
    jobs_count: { type: 'gauge', help: '', unit: '' },
  } as const;
  const ok = (names: string[], ...expected: [string, FamilyKind][]) =>
    it(names.join(' '), () =>
      expect(toFamilies(names, metadata).map(({ name, kind }) => [name, kind])).toEqual(expected),
    );
  ok(['d_seconds_bucket', 'd_seconds_count', 'd_seconds_sum'], ['d_seconds', 'histogram']);
  ok(['native'], ['native', 'native histogram']);
  ok(['q', 'q_count', 'q_sum'], ['q', 'summary']);
  ok(['jobs_count'], ['jobs_count', 'gauge']);
  ok(
    ['x_total', 'target_info', 'up'],
    ['target_info', 'info'],
    ['up', 'gauge'],
    ['x_total', 'counter'],
  );
  it('finds the family of a part', () =>
    expect(findFamily([family('d', 'histogram')], 'd_bucket')?.name).toBe('d'));
});

describe('firstQuery', () => {
  const ok = (kind: FamilyKind, query: string) =>
    it(kind, () => expect(firstQuery(family('x', kind), '5m')).toBe(query));
  ok('counter', 'sum (rate(x[5m]))');
  ok('gauge', 'x');
  ok('histogram', 'histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))');
  ok('native histogram', 'histogram_quantile(0.95, sum(rate(x[5m])))');
  ok('summary', 'sum (rate(x_sum[5m])) / sum (rate(x_count[5m]))');
});

describe('chooseWindow', () => {
  const ok = (minutes: number, window: string) =>
    it(`${minutes} minutes`, () =>
      expect(chooseWindow({ fromMs: 0, toMs: minutes * 60_000 })).toBe(window));
  ok(15, '2m');
  ok(60, '5m');
  ok(1440, '15m');
  ok(10_080, '1h');
});

describe('readPick', () => {
  const comesBack = (kind: FamilyKind, variant: string, matchers: string, groupBy: string[]) =>
    it(`${kind} ${variant} ${matchers} ${groupBy}`, () => {
      const pick = {
        family: family('x', kind),
        variant,
        matchers,
        groupBy,
        window: kind === 'gauge' ? '5m' : '2m',
      };
      expect(readPick(printPick(pick), pick.family)).toEqual(pick);
    });
  comesBack('counter', 'rate', '', []);
  comesBack('counter', 'increase', 'job="a", m="GET"', ['m', 'job']);
  comesBack('histogram', 'p99', 'job="a"', ['route']);
  comesBack('histogram', 'mean', 'job="a"', ['route']);
  comesBack('gauge', 'value', '', ['pool']);
  comesBack('gauge', 'max', '', []);
  it('leaves what people write alone', () =>
    expect(readPick('sum(rate(x[1m])) > 3', family('x', 'counter'))).toBeUndefined());
});

describe('exemplarQuery', () => {
  it('asks the buckets of a histogram', () =>
    expect(exemplarQuery('sum(rate(d_count{a="x_sum"}[5m])) / jobs_count')).toBe(
      'sum(rate(d_bucket{a="x_sum"}[5m])) / jobs_count',
    ));
});

describe('addMatcher', () => {
  const ok = (matchers: string, expected: string) =>
    it(matchers, () => expect(addMatcher(matchers, 'a', 'x"y')).toBe(expected));
  ok('', 'a="x\\"y"');
  ok('a="old", b=~"c,d"', 'b=~"c,d", a="x\\"y"');
});

describe('rankFamilies', () => {
  it('puts what services do before inner workings', () =>
    expect(
      rankFamilies([
        family('otelcol_receiver_accepted_spans', 'counter'),
        family('target_info', 'info'),
        family('http_server_request_duration_seconds', 'histogram'),
        family('orders_created_total', 'counter'),
      ]).map(({ name }) => name),
    ).toEqual([
      'http_server_request_duration_seconds',
      'orders_created_total',
      'otelcol_receiver_accepted_spans',
      'target_info',
    ]));
});
