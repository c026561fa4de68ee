import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePrometheusConfig } from '#prometheus-config/load.ts';
import { formatProblem } from '#prometheus-config/place.ts';
import type { LabelPairs, RelabelConfig } from '#prometheus-config/relabel-config.ts';
import { relabel, toPairs } from './relabel.ts';

/** Rules as a prometheus.yml has them. */
function rulesOf(rules: readonly object[]): readonly RelabelConfig[] {
  const job = { job_name: 'a', relabel_configs: rules };
  const text = JSON.stringify({ scrape_configs: [job] });
  const { config, problems } = parsePrometheusConfig(text, { file: 'p.yml', env: {} });
  if (!config) throw new Error(problems.map(formatProblem).join('\n'));
  return config.scrapeConfigs[0]?.relabelConfigs ?? [];
}

const pairs = (labels: Record<string, string>): LabelPairs =>
  toPairs(new Map(Object.entries(labels)));

const run = (labels: Record<string, string>, ...rules: object[]) => {
  const result = relabel(pairs(labels), rulesOf(rules));
  return result && Object.fromEntries(result);
};

describe('relabelling', () => {
  const labels = { a: 'foo', b: 'bar', c: 'foo' };

  it('replaces where the whole text matches', () => {
    const rule = { source_labels: ['a', 'b'], regex: '(f.*);(b.*)', target_label: 'd' };
    expect(run(labels, { ...rule, replacement: '${2}-$1' })).toEqual({ ...labels, d: 'bar-foo' });
    expect(run(labels, { ...rule, regex: 'o' })).toEqual(labels);
  });

  it('removes a label whose replacement is empty', () => {
    expect(run(labels, { target_label: 'a', replacement: '' })).toEqual({ b: 'bar', c: 'foo' });
  });

  it('matches line breaks with a dot', () => {
    const rule = { source_labels: ['a'], regex: 'x.y', target_label: 'b', replacement: '1' };
    expect(run({ a: 'x\ny' }, rule)).toMatchObject({ b: '1' });
  });

  it('keeps and drops', () => {
    expect(run(labels, { action: 'drop', source_labels: ['a'], regex: 'foo' })).toBeUndefined();
    expect(run(labels, { action: 'keep', source_labels: ['a'], regex: 'fo' })).toBeUndefined();
    const equal = { source_labels: ['a'], target_label: 'c' };
    expect(run(labels, { action: 'keepequal', ...equal })).toEqual(labels);
    expect(run(labels, { action: 'dropequal', ...equal })).toBeUndefined();
  });

  it('works on names', () => {
    const map = { action: 'labelmap', regex: '(a|b)', replacement: 'x_$1' };
    expect(run(labels, map)).toEqual({ ...labels, x_a: 'foo', x_b: 'bar' });
    expect(run(labels, { action: 'labeldrop', regex: 'a|c' })).toEqual({ b: 'bar' });
    expect(run(labels, { action: 'LabelKeep', regex: 'a|c' })).toEqual({ a: 'foo', c: 'foo' });
  });

  it('changes case and hashes', () => {
    const upper = { action: 'uppercase', source_labels: ['a'], target_label: 'd' };
    expect(run(labels, upper)).toEqual({ ...labels, d: 'FOO' });
    const hash = { action: 'hashmod', source_labels: ['c'], target_label: 'd', modulus: 1000 };
    expect(run({ c: 'baz' }, hash)).toEqual({ c: 'baz', d: '976' });
  });

  it('leaves out targets that are no names', () => {
    const rule = { source_labels: ['a'], target_label: '${1}', replacement: 'x' };
    expect(run({ a: '' }, rule)).toEqual({});
  });
});

const recorded = '../shared/corpus/configs/converted/relabel_cases.json';
interface RecordedCase {
  readonly case: number;
  readonly input: Record<string, string>;
  readonly relabel_configs: readonly object[];
  readonly output: Record<string, string> | null;
}

describe.skipIf(!existsSync(recorded))('cases of Prometheus (only where ../shared exists)', () => {
  const { cases } = existsSync(recorded)
    ? (JSON.parse(readFileSync(recorded, 'utf8')) as { cases: RecordedCase[] })
    : { cases: [] };
  it.each(cases)('$case', ({ input, relabel_configs: rules, output }) => {
    expect(run(input, ...rules)).toEqual(output ?? undefined);
  });
});
