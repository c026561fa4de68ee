// The parts of rule files that are queries or templates: what is wrong with them, and where.
import { InputError, messageOf } from '#lib/errors.ts';
import { formatProblem, type Problem } from '#prometheus-config/place.ts';
import type { PlacedTexts, RuleConfig, RuleFile } from '#prometheus-config/rules.ts';
import { promqlRules, type RuleLanguage } from './language.ts';
import { checkAlertText } from './template/expand.ts';

/** All mistakes of all files; none: the files can be run. */
export function checkRuleFiles(
  files: readonly RuleFile[],
  language: RuleLanguage = promqlRules,
): Problem[] {
  return files.flatMap(({ groups }) =>
    groups.flatMap(({ name, rules }) =>
      rules.flatMap((rule, i) => checkRule(rule, i, name, language)),
    ),
  );
}

/** Throws InputError `prometheus_config_invalid` with every mistake. */
export function assertRuleFiles(files: readonly RuleFile[]): void {
  const problems = checkRuleFiles(files);
  if (problems.length === 0) return;
  throw new InputError('prometheus_config_invalid', problems.map(formatProblem).join('\n'));
}

function checkRule(
  rule: RuleConfig,
  index: number,
  group: string,
  language: RuleLanguage,
): Problem[] {
  const where = `group ${JSON.stringify(group)}, rule ${index + 1}, ${JSON.stringify(rule.name.text)}`;
  const problems: Problem[] = [];
  const add = (place: Problem['place'], path: string, message: string): void => {
    problems.push({ severity: 'error', place, path, message: `${where}: ${message}` });
  };
  const expression = mistakeOf(() => language.check(rule.expr.text));
  if (expression !== undefined) {
    add(rule.expr.place, 'expr', `could not parse expression: ${expression}`);
  }
  if (rule.kind === 'record') return problems;
  const checkTexts = (key: string, texts: PlacedTexts): void => {
    for (const [name, { text, place }] of texts) {
      const mistake = mistakeOf(() => checkAlertText(text, rule.name.text));
      if (mistake !== undefined) add(place, `${key}.${name}`, mistake);
    }
  };
  checkTexts('labels', rule.labels);
  checkTexts('annotations', rule.annotations);
  return problems;
}

function mistakeOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return messageOf(error);
  }
}
