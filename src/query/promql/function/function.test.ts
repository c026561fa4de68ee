import { describe, expect, test } from 'vitest';
import type { Labels } from '#query/vector/value.ts';
import { createPromqlEngine } from '../engine.ts';
import { parseSeriesLine } from '../notation/series.ts';
import { MemorySource } from '../read/memory-source.ts';

const minute = 60_000;

/** One sample a minute; `starts` in minutes, by sample. */
interface Line {
  readonly text: string;
  readonly starts?: readonly (number | undefined)[];
}

function sourceOf(lines: readonly (string | Line)[]): MemorySource {
  const source = new MemorySource();
  for (const line of lines) {
    const { text, starts } = typeof line === 'string' ? { text: line, starts: undefined } : line;
    const { labels, items } = parseSeriesLine(text);
    for (const [i, item] of items.entries()) {
      if (item.kind === 'gap') continue;
      const start = starts?.[i];
      source.append(labels, i * minute, item, start === undefined ? undefined : start * minute);
    }
  }
  return source;
}

const show = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => (name === '__name__' ? value : `${name}=${value}`))
    .join(' ');

async function ask(lines: readonly (string | Line)[], query: string, atMinute: number) {
  const engine = createPromqlEngine({ source: sourceOf(lines), isStrict: true });
  const answer = await engine.instant({ query, timeMs: atMinute * minute, tenant: '' });
  const { value, warnings, infos } = answer;
  if (value.kind !== 'vector') throw new Error(`a ${value.kind}`);
  const samples = value.samples.map(({ labels, value, histogram }) => [
    show(labels),
    histogram ? { count: histogram.count, sum: histogram.sum } : Number(value.toPrecision(12)),
  ]);
  return { result: Object.fromEntries(samples), warnings, infos };
}

type Asked = Awaited<ReturnType<typeof ask>>;

const gives = (
  lines: readonly (string | Line)[],
  query: string,
  result: Asked['result'],
  { at = 3, warning = '', note = '' } = {},
) =>
  test(query, async () => {
    const answer = await ask(lines, query, at);
    expect(answer.result).toEqual(result);
    expect(answer.warnings.join()).toContain(warning);
    expect(answer.infos.join()).toContain(note);
    if (warning === '') expect(answer.warnings).toEqual([]);
    if (note === '') expect(answer.infos).toEqual([]);
  });

describe('counters of native histograms', () => {
  const grows = 'h{} {{schema:0 count:2 sum:4 buckets:[2]}}+{{count:2 sum:4 buckets:[2]}}x3';
  gives([grows], 'rate(h[3m]) * 60', { '': { count: 2, sum: 4 } });
  gives([grows], 'irate(h[3m]) * 60', { '': { count: 2, sum: 4 } });
  gives([grows], 'increase(h[2m] anchored)', { '': { count: 4, sum: 8 } });
  gives([grows], 'delta(h[2m])', { '': { count: 4, sum: 8 } }, { warning: 'is not a gauge: "h"' });
  gives([grows], 'idelta(h[3m])', { '': { count: 2, sum: 4 } }, { warning: 'is not a gauge' });
  const falls =
    'h{} {{schema:0 count:5 sum:5 buckets:[5]}}x1 {{schema:0 count:1 sum:1 buckets:[1]}}x1';
  gives([falls], 'resets(h[5m])', { '': 1 });
  gives([falls], 'changes(h[5m])', { '': 1 });
  gives(
    ['h{} 1 2 {{schema:0 count:1 sum:1 buckets:[1]}}x1'],
    'rate(h[5m])',
    {},
    { warning: 'encountered a mix of histograms and floats for metric name "h" (1:6)' },
  );
  gives(
    [
      'h{} {{count:1 sum:1}} {{schema:-53 count:2 sum:2 custom_values:[1] buckets:[2]}} {{count:3 sum:3}}',
    ],
    'increase(h[5m])',
    {},
    { warning: 'mix of histograms with exponential and custom buckets', at: 2 },
  );
});

describe('histograms over time', () => {
  const same = 'h{} {{schema:0 count:2 sum:4 buckets:[2]}}x3';
  gives([same], 'sum_over_time(h[5m])', { '': { count: 8, sum: 16 } });
  gives([same], 'avg_over_time(h[5m])', { '': { count: 2, sum: 4 } });
  gives([same], 'last_over_time(h[5m])', { h: { count: 2, sum: 4 } });
  gives([same], 'count_over_time(h[5m]) + present_over_time(h[5m])', { '': 5 });
  gives([same], 'max_over_time(h[5m])', {});
  const mixed = 'm{} 1 2 3 {{schema:0 count:1 sum:1 buckets:[1]}}';
  const ignored = { note: 'ignored histograms in a range containing both' };
  gives([mixed], 'max_over_time(m[5m])', { '': 3 }, ignored);
  gives([mixed], 'quantile_over_time(0.5, m[5m])', { '': 2 }, ignored);
  gives([mixed], 'deriv(m[5m]) * 60', { '': 1 }, ignored);
  gives([mixed], 'sum_over_time(m[5m])', {}, { warning: 'a mix of histograms and floats' });
  gives([mixed], 'ts_of_last_over_time(m[5m])', { '': 180 });
});

describe('parts of histograms', () => {
  const both = [
    'h{} {{schema:0 count:4 sum:6 buckets:[2 2]}}x3',
    'c{le="1"} 2 2 2 2',
    'c{le="+Inf"} 4 4 4 4',
  ];
  gives(both, 'histogram_count(h) + histogram_sum(h) * histogram_avg(h)', { '': 13 });
  gives(both, 'histogram_quantile(0.5, h)', { '': 1 });
  gives(
    both,
    'histogram_quantiles(c, "q", 1.5)',
    { 'q=1.5': Infinity },
    {
      warning: 'quantile value should be between 0 and 1, got 1.5 (1:29)',
    },
  );
  gives(both, 'histogram_quantiles(c, "q", 0.25, 1)', { 'q=0.25': 0.5, 'q=1.0': 1 });
  gives(both, 'histogram_fraction(0, 1, {__name__="c"})', { '': 0.5 });
  gives(both, 'abs(h)', {});
  gives(both, 'scalar(h) * c{le="1"}', { 'le=1': Number.NaN });
  gives(
    ['x{} {{schema:0 count:4 sum:6 buckets:[2 2]}}x3', 'x{le="+Inf"} 1 1 1 1'],
    'histogram_quantile(0.5, x)',
    {},
    { warning: 'a mix of classic and native histograms for metric name "x" (1:25)' },
  );
});

describe('starts of counting', () => {
  const deltas = { text: 'x_total{} _ 60 60 60', starts: [undefined, 0, 1, 2] };
  gives([deltas], 'increase(x_total[3m])', { '': 180 });
  gives([deltas], 'irate(x_total[3m])', { '': 1 });
  gives([deltas], 'resets(x_total[3m])', { '': 2 });
  gives([deltas], 'start_timestamp(x_total)', { '': 120 });
  gives([deltas], 'start_timestamp(x_total + 0)', {});
  gives(['x_total{} 1 1 1 1'], 'start_timestamp((x_total))', { '': 0 });
  const single = { text: 'x_total{} _ _ 60', starts: [undefined, undefined, 1] };
  gives([single], 'increase(x_total[3m])', { '': 60 });
  const unknown = { text: 'x_total{} _ 60 60 60', starts: [undefined, 1, 1, 1] };
  gives([unknown], 'increase(x_total[2m])', { '': 0 });
  const odd = { text: 'x_total{} _ 60 120 180', starts: [undefined, 0, 0.5, 0.5] };
  gives([odd], 'increase(x_total[3m])', { '': 180 }, { warning: 'overlaps with the sample' });
});

describe('labels of info series', () => {
  const lines = [
    'm{instance="a",job="j"} 1 2 3 4',
    'm{instance="b",job="j"} 5 6 7 8',
    'target_info{instance="a",job="j",v="1",w="x"} 1 1 1 stale',
    'target_info{instance="a",job="j",v="2",w="x"} _ _ _ 1',
    'build_info{instance="b",job="j",commit="c"} 1 1 1 1',
  ];
  gives(lines, 'info(m)', { 'm instance=a job=j v=2 w=x': 4, 'm instance=b job=j': 8 });
  gives(lines, 'info(m offset 1m, {v=~".+"})', { 'm instance=a job=j v=1': 3 });
  gives(lines, 'info(m, {__name__="build_info", commit="c"})', {
    'm commit=c instance=b job=j': 8,
  });
  gives(lines, 'info(build_info, {__name__=~".*_info"})', {
    'build_info commit=c instance=b job=j': 1,
  });
  gives(lines, 'info(max_over_time(m[2m:1m] @ 60)) > 1', {
    'instance=a job=j v=1 w=x': 2,
    'instance=b job=j': 6,
  });
  test('labels that differ, and samples that are no numbers', async () => {
    const other = [...lines, 'os_info{instance="b",job="j",commit="d"} 1 1 1 1'];
    await expect(ask(other, 'info(m, {__name__=~".+_info"})', 3)).rejects.toThrow(
      'conflicting label: commit',
    );
    const native = [...lines, 'n_info{instance="b",job="j"} {{schema:0 count:1 sum:1}}x3'];
    await expect(ask(native, 'info(m, {__name__="n_info"})', 3)).rejects.toThrow(
      'this should be an info metric',
    );
  });
});

describe('anchored and smoothed', () => {
  const counter = 'x_total{} 0 6 12 3 9';
  gives([counter], 'increase(x_total[2m] anchored)', { '': 9 }, { at: 3.5 });
  gives([counter], 'increase(x_total[90s] smoothed)', { '': 6 }, { at: 3 });
  gives([counter], 'x_total smoothed', { x_total: 9 }, { at: 1.5 });
  gives([counter], 'resets(x_total[1m] anchored)', { '': 1 });
  test('only with functions that know of them', async () => {
    await expect(ask([counter], 'max_over_time(x_total[1m] anchored)', 3)).rejects.toThrow(
      'anchored modifier can only be used with: changes, delta, increase, rate, resets - not with max_over_time',
    );
    await expect(ask([counter], 'resets(x_total[1m] smoothed)', 3)).rejects.toThrow(
      'smoothed modifier can only be used with: delta, increase, rate - not with resets',
    );
  });
  test('as a result, a range has values at its ends', async () => {
    const engine = createPromqlEngine({ source: sourceOf([counter]) });
    const query = 'x_total[2m] smoothed';
    const { value } = await engine.instant({ query, timeMs: 2.5 * minute, tenant: '' });
    if (value.kind !== 'matrix') throw new Error(value.kind);
    expect([...(value.series[0]?.times ?? [])]).toEqual([30_000, 60_000, 120_000, 150_000]);
    expect([...(value.series[0]?.values ?? [])]).toEqual([3, 6, 12, 7.5]);
  });
});

describe('names', () => {
  const lines = ['x_total{} 0 60 120 180', 'y{__type__="gauge"} 0 60 120 180'];
  const first = (name: string) =>
    `label_replace(rate(x_total[2m]), "${name}", "$1", "__name__", "(.*)")`;
  gives(lines, first('was'), { 'was=x_total': 1 });
  gives(lines, first('__name__'), { x_total: 1 });
  gives(lines, 'rate(y[2m])', { '': 1 }, { note: '__type__ label is not set to "counter"' });
  gives(lines, 'last_over_time(rate(x_total[1m1s])[2m:1m])', { '': 1 });
  gives(lines, `label_replace(max_over_time(abs(x_total)[2m:1m]), "n", "$1", "__name__", "(.*)")`, {
    'n=x_total': 180,
  });
  gives(['z{} 0 1 2 3'], 'rate(z[2m]) * 60', { '': 1 }, { note: 'name does not end in _total' });
});

describe('times', () => {
  gives(['x{} NaN NaN NaN NaN'], 'year(x)', { '': 292_277_026_596 });
  gives(['x{} 1e14 1e14 1e14 1e14'], 'year(x) + month(x) + day_of_month(x)', { '': 3_170_861 });
  gives(['x{} 951782400x3'], 'day_of_year(x) + days_in_month(x)', { '': 89 });
});
