import { describe, expect, it } from 'vitest';
import { formatProblem } from './place.ts';
import { parseRuleFile } from './rule-file.ts';

const parse = (text: string, isStrict = true) => parseRuleFile(text, { file: 'r.yml', isStrict });

describe('rule files', () => {
  it('have groups with rules and the places of their texts', () => {
    const { ruleFile, problems } = parse(`
groups:
  - name: g
    interval: 30s
    query_offset: 1m
    limit: 10
    labels: {team: a, env: prod}
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
        labels: {team: b}
      - alert: Down
        expr: |
          up == 0
        for: 5m
        keep_firing_for: 1m
        annotations:
          summary: "{{ $labels.job }}"
`);
    expect(problems).toEqual([]);
    const [group] = ruleFile?.groups ?? [];
    expect(group).toMatchObject({
      name: 'g',
      intervalMs: 30_000,
      queryOffsetMs: 60_000,
      limit: 10,
    });
    const [record, alert] = group?.rules ?? [];
    expect(record?.kind).toBe('record');
    expect(record?.expr).toEqual({
      text: 'sum by (job) (up)',
      place: { file: 'r.yml', line: 10, column: 15 },
    });
    expect([...(record?.labels ?? [])].map(([name, { text }]) => [name, text])).toEqual([
      ['team', 'b'],
      ['env', 'prod'],
    ]);
    expect(alert).toMatchObject({ kind: 'alert', forMs: 300_000, keepFiringForMs: 60_000 });
    expect(alert?.expr.text).toBe('up == 0\n');
  });

  it('an interval of 0 or none is that of global', () => {
    const { ruleFile } = parse('groups: [{name: a, interval: 0s}, {name: b}]');
    expect(ruleFile?.groups.map(({ intervalMs }) => intervalMs)).toEqual([undefined, undefined]);
  });

  it.each([
    ['groups: [{rules: []}]', 'r.yml:1:10: groups[0]: the group has no name'],
    [
      'groups: [{name: a}, {name: a}]',
      "r.yml:1:21: groups[1]: there is another group named 'a' in this file",
    ],
    [
      'groups: [{name: a, rules: [{record: x}]}]',
      "r.yml:1:28: groups[0].rules[0]: a rule needs 'expr'",
    ],
    [
      'groups: [{name: a, rules: [{expr: x}]}]',
      "r.yml:1:28: groups[0].rules[0]: a rule needs 'record' or 'alert'",
    ],
    [
      'groups: [{name: a, rules: [{record: x, alert: y, expr: z}]}]',
      "r.yml:1:47: groups[0].rules[0]: 'record' and 'alert' exclude each other",
    ],
    [
      'groups: [{name: a, rules: [{record: x, for: 1m, expr: z}]}]',
      'r.yml:1:45: groups[0].rules[0].for: is for alerting rules only',
    ],
    [
      'groups: [{name: a, rules: [{record: "x{}", expr: z}]}]',
      "r.yml:1:37: groups[0].rules[0].record: 'x{}' has braces; a name has none, labels go to labels",
    ],
    [
      'groups: [{name: a, rules: [{alert: x, expr: z, labels: {__name__: y}}]}]',
      "r.yml:1:67: groups[0].rules[0].labels: '__name__' is no label name that a rule can set",
    ],
    [
      'groups: [{name: a, rule: []}]',
      'r.yml:1:20: groups[0].rule: there is no such key; did you mean rules?',
    ],
  ])('%s is wrong', (text, message) => {
    const { ruleFile, problems } = parse(text);
    expect(ruleFile).toBeUndefined();
    expect(problems.map(formatProblem)).toEqual([message]);
  });

  it('the server takes unknown keys with a warning', () => {
    const { ruleFile, problems } = parse('groups: [{name: a, rule: []}]', false);
    expect(ruleFile?.groups).toHaveLength(1);
    expect(problems.map(({ severity }) => severity)).toEqual(['warning']);
  });
});
