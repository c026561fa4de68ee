// `sightline test-rules` and promtool on the same files: the same verdicts. And the subcommand that asks
// for backtests.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { rulesCommand } from '../../src/cli/rules.ts';
import { testRulesCommand } from '../../src/cli/test-rules.ts';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { describeReal } from '../lib/real-programs.ts';
import { needCounterpart } from '../lib/real-prometheus.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rule-tests-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const file = (name: string): string => join(folder, name);

async function run(
  command: Command,
  args: readonly string[],
): Promise<{ status: number; out: string }> {
  let out = '';
  const stdout = new Writable({
    write: (chunk, _, done) => {
      out += String(chunk);
      done();
    },
  });
  const { stdin, stderr } = process;
  const signal = new AbortController().signal;
  const status = await command.run({ args, env: {}, stdin, stdout, stderr, signal });
  return { status, out };
}

const rules = `
groups:
- name: a
  rules:
  - {record: 'job:up:avg', expr: avg by (job) (up)}
  - {record: 'h:p90', expr: 'histogram_quantile(0.9, sum(rate(h[5m])))'}
- name: b
  query_offset: 1m
  rules:
  - {record: late, expr: sum(up)}
- name: c
  labels: {team: x}
  rules:
  - alert: Low
    expr: job:up:avg < 1
    for: 3m
    keep_firing_for: 2m
    labels: {severity: '{{ if gt $value 0.4 }}warn{{ else }}page{{ end }}'}
    annotations: {text: '{{ $labels.job }} has {{ $value | humanizePercentage }}{{ range query "up == 0" }} {{ .Labels.i }}{{ end }}'}
`;

const input = `
  interval: 1m
  input_series:
  - {series: 'up{job="j",i="1"}', values: '1x3 0x5 1x10'}
  - {series: 'up{job="j",i="2"}', values: '1x20'}
  - {series: 'h', values: '{{schema:0 sum:1 count:2 buckets:[1 1]}}+{{schema:0 sum:1 count:2 buckets:[1 1]}}x20'}
`;

const groups: Readonly<Record<string, string>> = {
  firing: `
  alert_rule_test:
  - {eval_time: 6m, alertname: Low}
  - eval_time: 7m
    alertname: Low
    exp_alerts:
    - exp_labels: {job: j, severity: warn, team: x}
      exp_annotations: {text: 'j has 50% 1'}
  - eval_time: 10m
    alertname: Low
    exp_alerts:
    - exp_labels: {job: j, severity: warn, team: x}
      exp_annotations: {text: 'j has 50% 1'}
  - {eval_time: 12m, alertname: Low}`,
  recorded: `
  promql_expr_test:
  - {expr: 'job:up:avg', eval_time: 5m, exp_samples: [{labels: 'job:up:avg{job="j"}', value: 0.5}]}
  - {expr: late, eval_time: 5m, exp_samples: [{labels: late, value: 1}]}
  - {expr: 'timestamp(late)', eval_time: 5m, exp_samples: [{labels: '{}', value: 240}]}
  - {expr: 'count(ALERTS{alertstate="pending"})', eval_time: 5m, exp_samples: [{labels: '{}', value: 1}]}
  - {expr: 'ALERTS_FOR_STATE * 0', eval_time: 5m, exp_samples: [{labels: '{alertname="Low",job="j",severity="warn",team="x"}', value: 0}]}`,
  'wrong value': `
  promql_expr_test:
  - {expr: 'job:up:avg', eval_time: 5m, exp_samples: [{labels: 'job:up:avg{job="j"}', value: 0.6}]}`,
  'missing alert': `
  alert_rule_test:
  - {eval_time: 8m, alertname: Low}`,
  'wrong annotation': `
  alert_rule_test:
  - {eval_time: 8m, alertname: Low, exp_alerts: [{exp_labels: {job: j, severity: warn, team: x}, exp_annotations: {text: no}}]}`,
  'no query': `
  promql_expr_test:
  - {expr: 'sum(', eval_time: 5m}`,
};

// Group `c` reads what `a` records: without an order promtool takes the groups in a random one.
const head = 'rule_files: [rules.yml]\ngroup_eval_order: [a, b, c]\ntests:\n';

describeReal('verdicts are those of promtool', () => {
  for (const [name, body] of Object.entries(groups)) {
    test(name, async () => {
      await writeFile(file('rules.yml'), rules);
      const path = file('test.yml');
      await writeFile(path, `${head}- name: ${name}${input}${body}\n`);
      const theirs = spawnSync(needCounterpart('promtool'), ['test', 'rules', path]);
      const ours = await run(testRulesCommand, [path]);
      expect({ status: ours.status, out: ours.out }).toMatchObject({ status: theirs.status });
      expect(ours.status).toBe(name === 'firing' || name === 'recorded' ? 0 : 1);
    });
  }

  test('several files, chosen tests, as JSON', async () => {
    const path = file('test.yml');
    const tests = Object.entries(groups).map(([name, body]) => `- name: ${name}${input}${body}`);
    await writeFile(path, `${head}${tests.join('\n')}\n`);
    const chosen = await run(testRulesCommand, ['--run', '^(firing|recorded)$', path]);
    expect(chosen).toEqual({ status: 0, out: `Unit Testing:  ${path}\n  SUCCESS\n\n` });
    const all = await run(testRulesCommand, ['--json', path]);
    expect(all.status).toBe(1);
    expect(JSON.parse(all.out).files[0].failures).toHaveLength(4);
  });

  test('flags that there are not', async () => {
    await expect(run(testRulesCommand, ['--nope', 'x'])).rejects.toThrow('no flag --nope');
    await expect(run(testRulesCommand, [])).rejects.toThrow('no file is named');
  });
});

describe('sightline rules backtest', () => {
  let sightline: Sightline;
  beforeAll(async () => {
    sightline = await startSightline({ config: { internal_telemetry: { enabled: false } } });
  });
  afterAll(() => sightline.stop());

  test('prints when alerts would have fired', async () => {
    const yaml = "groups: [{name: g, rules: [{alert: A, expr: 'vector(1)', for: 2m}]}]";
    await writeFile(file('alerts.yml'), yaml);
    const times = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-01-01T00:10:00Z'];
    const args = ['backtest', ...times, '--rules', file('alerts.yml'), '--url', sightline.url];
    const { status, out } = await run(rulesCommand, args);
    expect(status).toBe(0);
    expect(out).toContain('g / A (every 60s) fires once');
    expect(out).toMatch(/\{alertname="A"\}\n {4}2026-01-01T00:0\d:\S+ … still {2}firing\n$/);
  });

  test('takes how long ago, until now', async () => {
    const args = ['backtest', '--from', '10m', '--rules', file('alerts.yml')];
    const { out } = await run(rulesCommand, [...args, '--url', sightline.url, '--json']);
    const { from, to } = JSON.parse(out) as { from: string; to: string };
    expect(Date.parse(to) - Date.parse(from)).toBe(600_000);
    expect(Math.abs(Date.now() - Date.parse(to))).toBeLessThan(60_000);
  });

  test('says what is wrong', async () => {
    const asking = (...args: string[]) => run(rulesCommand, args);
    const times = ['--from', '1', '--to', '2'];
    await expect(asking('nope')).rejects.toThrow("there is no 'rules nope'");
    await expect(asking('backtest', ...times)).rejects.toThrow(
      'either --rules FILE or --rule NAME',
    );
    const nobody = ['backtest', ...times, '--rule', 'x', '--url', 'http://127.0.0.1:1'];
    await expect(asking(...nobody)).rejects.toThrow('is it running?');
    const unknown = ['backtest', ...times, '--rule', 'x', '--url', sightline.url];
    await expect(asking(...unknown)).rejects.toThrow("is named 'x'");
  });
});
