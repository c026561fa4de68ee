import { describe, expect, it } from 'vitest';
import { formatProblem } from '#prometheus-config/place.ts';
import { parseRuleFile } from '#prometheus-config/rule-file.ts';
import { assertRuleFiles, checkRuleFiles } from './check.ts';

function check(rule: string): string[] {
  const { ruleFile } = parseRuleFile(`groups:\n- name: g\n  rules:\n  - ${rule}\n`, {
    file: 'r.yml',
  });
  return ruleFile ? checkRuleFiles([ruleFile]).map(formatProblem) : ['no rule file'];
}

describe('rules', () => {
  const good = (rule: string) => it(rule, () => expect(check(rule)).toEqual([]));
  const bad = (rule: string, message: string | RegExp) =>
    it(`rejects ${rule}`, () => expect(check(rule)[0]).toMatch(message));
  good('{record: a, expr: sum(up)}');
  good('{record: a, expr: "1"}');
  good("{alert: A, expr: up, annotations: {a: '{{ $labels.job }} {{ $value | humanize }}'}}");
  bad(
    '{record: a, expr: "sum("}',
    /^r\.yml:4:\d+: expr: group "g", rule 1, "a": could not parse expression: .*parse error/,
  );
  bad('{record: a, expr: "up[5m]"}', /rule result is not a vector or scalar/);
  bad('{alert: A, expr: \'"text"\'}', /rule result is not a vector or scalar/);
  bad(
    "{alert: A, expr: up, annotations: {a: '{{ $label }}'}}",
    /^r\.yml:4:\d+: annotations\.a: group "g", rule 1, "A": template: __alert_A:1: undefined variable "\$label"/,
  );
  bad("{alert: A, expr: up, labels: {a: '{{ nosuch 1 }}'}}", /function "nosuch" not defined/);
  it('are refused with every mistake', () => {
    const { ruleFile } = parseRuleFile(
      'groups: [{name: g, rules: [{record: a, expr: "("}, {record: b, expr: ")"}]}]',
      { file: 'r.yml' },
    );
    expect(() => assertRuleFiles(ruleFile ? [ruleFile] : [])).toThrow(
      /rule 1, "a"[\s\S]*rule 2, "b"/,
    );
  });
});
