// One line through the pipeline of a metric query: what parsers leave out, and the sample.
import { describe, expect, it } from 'vitest';
import { seriesLabels } from '../eval/grouping.ts';
import { planMetric, type RangePlan } from '../plan/plan.ts';
import { parse } from '../syntax/parser.ts';
import { type Entry, EntryLabels } from './entry.ts';
import { compilePipeline, sampleHints } from './index.ts';
import { compileUnwrap } from './unwrap.ts';

interface Sample {
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

function sampleOf(query: string, line: string, metadata = {}): Sample | undefined {
  const expr = parse(query);
  if (expr.kind === 'log') throw new Error('no metric query');
  const plan = planMetric(expr, { startNano: 0n, stepNano: 1n, count: 1 });
  const range = (plan.kind === 'range' ? plan : plan.inputs[0]) as RangePlan;
  const { log, unwrap } = range.aggregation.range;
  const { grouping } = range;
  const isAbsence = range.aggregation.operation === 'absent_over_time';
  const hints = sampleHints({ stages: log.stages, unwrap, grouping, isAbsence });
  const labels = new EntryLabels(new Map([['s', 'x']]), new Map(Object.entries(metadata)));
  const entry: Entry = { line, timeNano: 0n, labels };
  if (!compilePipeline(log.stages, hints)(entry)) return undefined;
  const value = unwrap ? compileUnwrap(unwrap, grouping)(entry) : 1;
  if (value === undefined) return undefined;
  return { value, labels: seriesLabels(labels, labels.error === '' ? grouping : undefined) };
}

describe('parsers of metric queries', () => {
  const broken = '{"a":"1","b":"2","s":"y","c":';
  const labels = (query: string, line = broken) => sampleOf(query, line)?.labels;
  const failed = {
    __error__: 'JSONParserErr',
    __error_details__: 'Malformed JSON error',
    s: 'x',
  };

  it('read nothing when no label is asked for', () => {
    expect(labels('sum(rate({s="x"} | json [1m]))')).toEqual({});
    expect(labels('absent_over_time({s="x"} | json [1m])')).toEqual({
      s: 'x',
    });
  });
  it('stop when they have all that is asked for', () => {
    expect(labels('sum by (a) (rate({s="x"} | json [1m]))')).toEqual({ a: '1' });
    expect(labels('sum(rate({s="x"} | json | b="2" [1m]))')).toEqual({});
    expect(
      labels('sum by (t) (rate({s="x"} | json | label_format t="{{.a}}-{{.b | lower}}" [1m]))'),
    ).toEqual({ ...failed, a: '1', b: '2', t: '1-2' });
  });
  it('read all when labels are only left out', () => {
    const all = { ...failed, a: '1', b: '2', s_extracted: 'y' };
    expect(labels('sum without (a) (rate({s="x"} | json [1m]))')).toEqual(all);
    expect(labels('rate({s="x"} | json [1m])')).toEqual(all);
  });
  it('find labels that get a suffix', () => {
    expect(labels('sum by (s_extracted) (rate({s="x"} | json [1m]))', '{"s":"y"}')).toEqual({
      s_extracted: 'y',
    });
  });
  it('mark errors that were asked for', () => {
    expect(labels('sum by (z) (rate({s="x"} | json | __error__!="" [1m]))')).toEqual({
      ...failed,
      __preserve_error__: 'true',
    });
  });
  it('drop a line at the first label that a filter refuses', () => {
    expect(labels('rate({s="x"} | json | a="2" [1m])')).toBeUndefined();
    expect(labels('rate({s="x"} | logfmt | a > 1 [1m])', 'a=1')).toBeUndefined();
    expect(labels('rate({s="x"} | pattern "<a>-<b>" | b="y" [1m])', 'x-z')).toBeUndefined();
    expect(labels('rate({s="x"} | regexp "(?P<a>.)" | a!="x" [1m])', 'x')).toBeUndefined();
    expect(labels('rate({s="x"} | unpack | a="2" [1m])', '{"a":"1","_entry":""}')).toBeUndefined();
  });
});

describe('unwrap', () => {
  const value = (text: string, line: string) =>
    sampleOf(`sum_over_time({s="x"} | logfmt | ${text} [1m])`, line);
  it('converts', () => {
    expect(value('unwrap n', 'n=1.5e1')).toEqual({ value: 15, labels: { s: 'x' } });
    expect(value('unwrap duration(n)', 'n=1m1.5s')?.value).toBe(61.5);
    expect(value('unwrap duration_seconds(n)', 'n=-3ms')?.value).toBe(-0.003);
    expect(value('unwrap bytes(n)', 'n="5 KiB"')?.value).toBe(5120);
  });
  it('needs a value', () => {
    expect(value('unwrap n', 'm=1')).toBeUndefined();
    expect(sampleOf('sum_over_time({s="x"} | unwrap n [1m])', '', { n: '' })).toBeUndefined();
  });
  it('marks what it cannot read', () => {
    expect(value('unwrap n', 'n=x')).toEqual({
      value: 0,
      labels: {
        __error__: 'SampleExtractionErr',
        __error_details__: 'strconv.ParseFloat: parsing "x": invalid syntax',
        n: 'x',
        s: 'x',
      },
    });
    expect(value('unwrap n | __error__=""', 'n=x')).toBeUndefined();
  });
  it('lets filters see the label, and keeps it where it is grouped by', () => {
    expect(value('unwrap n | n > 5', 'n=4')).toBeUndefined();
    expect(value('unwrap n | n > 5', 'n=6')).toEqual({ value: 6, labels: { s: 'x' } });
    const grouped = 'max_over_time({s="x"} | logfmt | unwrap n [1m]) by (n)';
    expect(sampleOf(grouped, 'n=6')?.labels).toEqual({ n: '6' });
  });
});
