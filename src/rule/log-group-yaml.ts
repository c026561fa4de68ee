// One group of rules as the ruler's API takes and gives it, and namespaces of them as files.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#set-rule-group
import { stringify } from 'yaml';
import { InputError } from '#lib/errors.ts';
import { formatProblem, type Problem } from '#prometheus-config/place.ts';
import { formatPrometheusDuration } from '#prometheus-config/quantity.ts';
import { parseRuleFile } from '#prometheus-config/rule-file.ts';
import type {
  PlacedTexts,
  RuleConfig,
  RuleFile,
  RuleGroupConfig,
} from '#prometheus-config/rules.ts';
import { checkRuleFiles } from './check.ts';
import type { RuleLanguage } from './language.ts';

/** Throws InputError `log_rule_group` with every mistake. */
export function parseGroup(
  text: string,
  namespace: string,
  language: RuleLanguage,
): RuleGroupConfig {
  // One item of the list that a file has: two lines down, and every line two columns to the right.
  const item = text.replace(/^---[^\n]*/, '').replaceAll(/^(?=.)/gm, '  ');
  const { groups } = parseText(`groups:\n-\n${item}\n`, namespace, language, asSent);
  const [group] = groups;
  if (!group) throw refused('the body has no group of rules');
  if (group.rules.length === 0) {
    throw refused(`invalid rules configuration: rule group '${group.name}' has no rules`);
  }
  return group;
}

/** Places of a group's own text. */
const asSent = ({ place, path, ...rest }: Problem): Problem => ({
  ...rest,
  place: {
    ...place,
    line: Math.max(1, place.line - 2),
    column: Math.max(1, place.column - 2),
  },
  path: path.replace(/^groups(\[0\])?\.?/, ''),
});

/** A whole file of groups. Throws InputError `log_rule_group` with every mistake. */
export const parseNamespace = (text: string, file: string, language: RuleLanguage): RuleFile =>
  parseText(text, file, language, (problem) => problem);

function parseText(
  text: string,
  file: string,
  language: RuleLanguage,
  placed: (problem: Problem) => Problem,
): RuleFile {
  const { ruleFile, problems } = parseRuleFile(text, { file });
  const wrong = problems.filter(({ severity }) => severity === 'error');
  const all = ruleFile ? [...wrong, ...checkRuleFiles([ruleFile], language)] : wrong;
  if (ruleFile && all.length === 0) return ruleFile;
  throw refused(all.map((problem) => formatProblem(placed(problem))).join('\n'));
}

const refused = (message: string): InputError => new InputError('log_rule_group', message);

export const groupYaml = (group: RuleGroupConfig): string => yamlOf(plainGroup(group));

export const namespaceYaml = (groups: readonly RuleGroupConfig[]): string =>
  yamlOf({ groups: groups.map(plainGroup) });

/** Groups by their namespaces, as the API lists them. */
export const namespacesYaml = (
  namespaces: ReadonlyMap<string, readonly RuleGroupConfig[]>,
): string =>
  yamlOf(Object.fromEntries([...namespaces].map(([name, all]) => [name, all.map(plainGroup)])));

const yamlOf = (value: object): string => stringify(value, { lineWidth: 0, version: '1.1' });

function plainGroup({ name, intervalMs, queryOffsetMs, limit, rules }: RuleGroupConfig): object {
  return {
    name,
    ...(intervalMs === undefined ? {} : { interval: formatPrometheusDuration(intervalMs) }),
    ...(queryOffsetMs === undefined
      ? {}
      : { query_offset: formatPrometheusDuration(queryOffsetMs) }),
    ...(limit === 0 ? {} : { limit }),
    rules: rules.map(plainRule),
  };
}

function plainRule(rule: RuleConfig): object {
  const labels = plainTexts('labels', rule.labels);
  if (rule.kind === 'record') {
    return { record: rule.name.text, expr: rule.expr.text, ...labels };
  }
  return {
    alert: rule.name.text,
    expr: rule.expr.text,
    ...duration('for', rule.forMs),
    ...duration('keep_firing_for', rule.keepFiringForMs),
    ...labels,
    ...plainTexts('annotations', rule.annotations),
  };
}

const duration = (key: string, ms: number): object =>
  ms === 0 ? {} : { [key]: formatPrometheusDuration(ms) };

const plainTexts = (key: string, texts: PlacedTexts): object =>
  texts.size === 0
    ? {}
    : { [key]: Object.fromEntries([...texts].map(([name, { text }]) => [name, text])) };
