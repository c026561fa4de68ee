import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { FileOutcome } from './outcome.ts';
import { outcomesJson, printOutcome } from './report.ts';
import { testRuleFile } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'rule-tests-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rules = `
groups:
- name: second
  rules:
  - {record: twice, expr: once * 2}
- name: first
  rules:
  - {record: once, expr: sum(up)}
- name: alerts
  rules:
  - alert: Down
    expr: up == 0
    for: 2m
    labels: {severity: page}
    annotations: {text: '{{ $labels.i }} at {{ $externalLabels.site }}, {{ externalURL }}'}
`;
writeFileSync(join(folder, 'rules.yml'), rules);

const head = 'rule_files: [rules*.yml]\ngroup_eval_order: [first, second]\ntests:\n';
const series = `  input_series:
  - {series: 'up{i="a"}', values: '1 0x10'}
  - {series: 'up{i="b"}', values: '1x20'}
`;

async function run(text: string, pattern?: RegExp): Promise<FileOutcome> {
  const file = join(folder, 'test.yml');
  writeFileSync(file, text);
  return testRuleFile(file, { run: pattern ? [pattern] : [], ignoresUnknownFields: false });
}

const messages = ({ failures }: FileOutcome): string[] => failures.map(({ message }) => message);

describe('unit tests of rules', () => {
  it('pass when alerts and expressions are as expected', async () => {
    const outcome = await run(`${head}
- interval: 1m
  external_labels: {site: x}
  external_url: http://here
${series}
  alert_rule_test:
  - {eval_time: 2m, alertname: Down}
  - eval_time: 3m30s
    alertname: Down
    exp_alerts:
    - exp_labels: {i: a, severity: page}
      exp_annotations: {text: 'a at x, http://here'}
  promql_expr_test:
  - {expr: once, eval_time: 0m, exp_samples: [{labels: once, value: 2}]}
  - {expr: twice, eval_time: 1m, exp_samples: [{labels: 'twice{}', value: 2}]}
  - {expr: 'count_over_time(up[3m])', eval_time: 2m, exp_samples: [
      {labels: '{i="a"}', value: 3}, {labels: '{i="b"}', value: 3}]}
  - {expr: time(), eval_time: 5m, exp_samples: [{value: 300}]}
  - {expr: 'absent(up)', eval_time: 1m}
`);
    expect(outcome.failures).toEqual([]);
    expect(outcome.tests).toBe(1);
  });

  it('show what was expected and what there was', async () => {
    const outcome = await run(`${head}
- name: some
${series}
  alert_rule_test:
  - {eval_time: 5m, alertname: Down}
  promql_expr_test:
  - {expr: once, eval_time: 1m, exp_samples: [{labels: once, value: 7}]}
`);
    expect(
      printOutcome(outcome, { isDiff: false, isColored: false }),
    ).toBe(`Unit Testing:  ${folder}/test.yml
  FAILED:
    name: some,
    alertname: Down, time: 5m,
        exp: []
        got: [
            0: Labels:{alertname="Down", i="a", severity="page"} Annotations:{text="a at , "}
        ]

    name: some,
    expr: "once", time: 1m,
        exp: [
            0: once 7e+00
        ]
        got: [
            0: once 1e+00
        ]

`);
    const diff = printOutcome(outcome, { isDiff: true, isColored: true });
    expect(diff).toContain(
      '\u001b[31m        - once 7e+00\u001b[0m\n\u001b[32m        + once 1e+00',
    );
    expect(JSON.parse(outcomesJson([outcome]))).toMatchObject({ passed: 0, failed: 1 });
  });

  it('compare histograms, and floats loosely when they are told to', async () => {
    const text = (value: string): string => `fuzzy_compare: true
tests:
- input_series:
  - {series: h, values: '{{schema:0 sum:5 count:3 buckets:[1 2]}}'}
  - {series: f, values: '3'}
  promql_expr_test:
  - {expr: 'h * 2', eval_time: 0m, exp_samples: [{labels: '{}', histogram: '{{schema:0 sum:10 count:6 buckets:[2 4]}}'}]}
  - {expr: f, eval_time: 0m, exp_samples: [{labels: f, value: ${value}}]}
`;
    expect(messages(await run(text('3.0000000000000004')))).toEqual([]);
    expect(messages(await run(text('3.0000000000000013')))).toEqual(['expr: "f", time: 0s']);
  });

  it('begin when they are told to', async () => {
    const outcome = await run(`tests:
- start_timestamp: 2024-01-01T00:00:00Z
  input_series: [{series: a, values: '1 2 3'}]
  promql_expr_test:
  - {expr: 'timestamp(a)', eval_time: 2m, exp_samples: [{labels: '{}', value: 1704067320}]}
`);
    expect(messages(outcome)).toEqual([]);
  });

  it('can be chosen by name', async () => {
    const text = `tests:
- {name: good, promql_expr_test: [{expr: '1', eval_time: 0m, exp_samples: [{value: 1}]}]}
- {name: bad, promql_expr_test: [{expr: '1', eval_time: 0m}]}
`;
    expect((await run(text, /^good$/)).failures).toEqual([]);
    expect((await run(text)).failures).toHaveLength(1);
  });

  const bad = (name: string, text: string, message: RegExp) =>
    it(`fail for ${name}`, async () => expect(messages(await run(text)).join()).toMatch(message));
  bad(
    'a key that there is not',
    'tests: []\nevaluation_intervall: 1m',
    /test\.yml:2:1: evaluation_intervall: there is no such key/,
  );
  bad('a group named twice', 'group_eval_order: [a, a]', /group name repeated: a/);
  bad(
    'a test of no alert',
    'tests: [{alert_rule_test: [{eval_time: 1m}]}]',
    /misses required attribute alertname at eval_time 1m/,
  );
  bad(
    'series that are none',
    `tests: [{input_series: [{series: 'up{', values: '1'}]}]`,
    /input series "up\{"/,
  );
  bad(
    'an expression that is none',
    `tests: [{promql_expr_test: [{expr: 'sum(', eval_time: 1m}]}]`,
    /expr: "sum\(", time: 1m, err: .*parse error/,
  );
  bad('a start that is no time', 'tests: [{start_timestamp: soon}]', /start_timestamp 'soon'/);

  it('fail for rules that fail', async () => {
    writeFileSync(
      join(folder, 'rules-bad.yml'),
      'groups: [{name: b, rules: [{record: x, expr: "up * on() up"}]}]',
    );
    const outcome = await run(
      `${head}\n- {name: n, promql_expr_test: [{expr: '1', eval_time: 0m}],\n   input_series: [{series: 'up{i="a"}', values: '1'}, {series: 'up{i="b"}', values: '1'}]}`,
    );
    rmSync(join(folder, 'rules-bad.yml'));
    expect(messages(outcome)[0]).toMatch(/^rule: x, time: 0s, err: found duplicate series/);
  });

  it('fail for rules that are wrong, and warn of patterns without files', async () => {
    writeFileSync(
      join(folder, 'rules-bad.yml'),
      'groups: [{name: b, rules: [{record: x, expr: "("}]}]',
    );
    const outcome = await run(`rule_files: [rules-bad.yml, none.yml]`);
    rmSync(join(folder, 'rules-bad.yml'));
    expect(messages(outcome)[0]).toMatch(
      /rules-bad\.yml:1:\d+: expr: group "b", rule 1, "x": could not parse/,
    );
    expect(outcome.warnings).toEqual([`no file match pattern ${folder}/none.yml`]);
  });
});
