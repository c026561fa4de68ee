// Rule files in, checked groups out. Expressions and templates stay text.
import { InputError } from '#lib/errors.ts';
import { filesOf } from './file-pattern.ts';
import { readText } from './load.ts';
import { isLabelName, isMetricName } from './name.ts';
import { formatProblem, type Place, type Problem } from './place.ts';
import { Cursor } from './reading.ts';
import type { NameValidation } from './relabel-config.ts';
import type {
  AlertingRuleConfig,
  PlacedText,
  PlacedTexts,
  RecordingRuleConfig,
  RuleConfig,
  RuleFile,
  RuleGroupConfig,
} from './rules.ts';
import {
  type Field,
  field,
  placeField,
  placeOf,
  section,
  type Written,
  writtenField,
} from './section.ts';
import { describe, duration, integer, list, listOf, type Type, text } from './type.ts';
import { parseYaml } from './yaml-tree.ts';

export interface RuleFileOptions {
  readonly file: string;
  readonly nameValidation?: NameValidation;
  /** Unknown keys are errors; by default warnings. */
  readonly isStrict?: boolean;
}

export interface RuleFileResult {
  /** Undefined when there is an error among the problems. */
  readonly ruleFile: RuleFile | undefined;
  readonly problems: readonly Problem[];
}

const placedText: Type<PlacedText> = {
  zero: { text: '', place: placeField.fallback },
  read: (node, at) => ({ text: text.read(node, at), place: node.place }),
  show: (value) => value.text,
};

/** Names with their values; where each value stands. */
const placedTexts: Type<PlacedTexts> = {
  zero: new Map(),
  read: (node, at) => {
    if (node.kind !== 'map') {
      at.error(node.place, `${describe(node)} is not a map; write it as name: value`);
      return new Map();
    }
    return new Map(
      node.entries.map(({ key, value }) => {
        const isNull = value.kind === 'null';
        const placed = isNull
          ? { text: '', place: value.place }
          : placedText.read(value, at.key(key));
        return [key, placed];
      }),
    );
  },
  show: () => undefined,
};

const optionalDuration: Type<number | undefined> = {
  zero: undefined,
  read: duration.read,
  show: () => undefined,
};

interface WrittenRule {
  readonly record: PlacedText;
  readonly alert: PlacedText;
  readonly expr: PlacedText;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly labels: PlacedTexts;
  readonly annotations: PlacedTexts;
  readonly place: Place;
  readonly written: Written;
  readonly at: Cursor | undefined;
}

const atField: Field<Cursor | undefined> = {
  keys: [],
  fallback: undefined,
  read: (_, at) => at,
  show: () => [],
};

const ruleSection = section<WrittenRule>({
  record: field('record', placedText),
  alert: field('alert', placedText),
  expr: field('expr', placedText),
  forMs: field('for', duration),
  keepFiringForMs: field('keep_firing_for', duration),
  labels: field('labels', placedTexts),
  annotations: field('annotations', placedTexts),
  place: placeField,
  written: writtenField,
  at: atField,
});

interface WrittenGroup {
  readonly name: string;
  readonly intervalMs: number | undefined;
  readonly queryOffsetMs: number | undefined;
  readonly limit: number;
  readonly labels: PlacedTexts;
  readonly rules: readonly WrittenRule[];
  readonly place: Place;
  readonly at: Cursor | undefined;
}

const groupSection = section<WrittenGroup>(
  {
    name: field('name', text),
    intervalMs: field('interval', optionalDuration),
    queryOffsetMs: field('query_offset', optionalDuration),
    limit: field('limit', integer),
    labels: field('labels', placedTexts),
    rules: field('rules', list(ruleSection)),
    place: placeField,
    at: atField,
  },
  {
    ignored: {
      partial_response_strategy: 'is of Thanos; ignored',
      source_tenants: 'is of Mimir; ignored',
      evaluation_delay: 'is now query_offset; ignored',
    },
    check: (group, written, at) => {
      if (group.name === '') at.error(placeOf(written, 'name'), 'the group has no name');
      return undefined;
    },
  },
);

const fileSection = section<{ groups: readonly WrittenGroup[] }>({
  groups: field('groups', listOf(groupSection, 'group')),
});

/** From a text; never throws. */
export function parseRuleFile(content: string, options: RuleFileOptions): RuleFileResult {
  const { file, nameValidation = 'utf8', isStrict = false } = options;
  const problems: Problem[] = [];
  const tree = parseYaml(content, file, problems);
  if (!tree) return { ruleFile: undefined, problems };
  const at = new Cursor({ file, folder: '', isStrict, problems });
  const written = tree.kind === 'null' ? { groups: [] } : fileSection.read(tree, at);
  const names = new Set<string>();
  const groups = written.groups.map((group): RuleGroupConfig => {
    if (names.has(group.name)) {
      group.at?.error(group.place, `there is another group named '${group.name}' in this file`);
    }
    names.add(group.name);
    if (group.at) checkLabels(group.labels, nameValidation, group.at);
    const rules = group.rules.map((rule) => finishRule(rule, group, nameValidation));
    const { name, place, intervalMs, queryOffsetMs, limit, labels } = group;
    // An interval of 0 is none.
    const interval = intervalMs || undefined;
    return { name, file, place, intervalMs: interval, queryOffsetMs, limit, labels, rules };
  });
  const isWrong = problems.some(({ severity }) => severity === 'error');
  return { ruleFile: isWrong ? undefined : { file, groups }, problems };
}

/**
 * Reads the files that the patterns name; patterns without a file give nothing. Throws InputError
 * `prometheus_config_unreadable` or `prometheus_config_invalid` with every mistake of every file.
 */
export function loadRuleFiles(
  patterns: readonly string[],
  nameValidation: NameValidation,
  onWarning: (warning: Problem) => void = () => {},
): RuleFile[] {
  const errors: Problem[] = [];
  const loaded: RuleFile[] = [];
  for (const file of new Set(patterns.flatMap(filesOf))) {
    const { ruleFile, problems } = parseRuleFile(readText(file), { file, nameValidation });
    if (ruleFile) loaded.push(ruleFile);
    for (const problem of problems) {
      if (problem.severity === 'error') errors.push(problem);
      else onWarning(problem);
    }
  }
  if (errors.length === 0) return loaded;
  throw new InputError('prometheus_config_invalid', errors.map(formatProblem).join('\n'));
}

function finishRule(rule: WrittenRule, group: WrittenGroup, names: NameValidation): RuleConfig {
  if (rule.at) checkRule(rule, names, rule.at);
  const { place, expr } = rule;
  const labels = new Map([...group.labels, ...rule.labels]);
  if (rule.alert.text === '') {
    return { kind: 'record', name: rule.record, place, expr, labels } as RecordingRuleConfig;
  }
  const { forMs, keepFiringForMs, annotations } = rule;
  const alert: AlertingRuleConfig = {
    kind: 'alert',
    name: rule.alert,
    place,
    expr,
    labels,
    forMs,
    keepFiringForMs,
    annotations,
  };
  return alert;
}

function checkRule(rule: WrittenRule, names: NameValidation, at: Cursor): void {
  const { record, alert, expr, written } = rule;
  if (record.text !== '' && alert.text !== '') {
    at.error(alert.place, "'record' and 'alert' exclude each other");
  }
  if (record.text === '' && alert.text === '') {
    at.error(rule.place, "a rule needs 'record' or 'alert'");
  }
  if (expr.text === '') at.error(placeOf(written, 'expr'), "a rule needs 'expr'");
  if (record.text !== '') {
    for (const [key, isSet] of [
      ['annotations', rule.annotations.size > 0],
      ['for', rule.forMs !== 0],
      ['keep_firing_for', rule.keepFiringForMs !== 0],
    ] as const) {
      if (isSet) at.key(key).error(placeOf(written, key), 'is for alerting rules only');
    }
    if (!isMetricName(record.text, names)) {
      at.key('record').error(record.place, `'${record.text}' is no metric name`);
    } else if (/[{}]/.test(record.text)) {
      at.key('record').error(
        record.place,
        `'${record.text}' has braces; a name has none, labels go to labels`,
      );
    }
  }
  checkLabels(rule.labels, names, at);
  for (const [name, { place }] of rule.annotations) {
    if (!isLabelName(name, names)) at.key('annotations').error(place, `'${name}' is no name`);
  }
}

function checkLabels(labels: PlacedTexts, names: NameValidation, at: Cursor): void {
  for (const [name, { text: value, place }] of labels) {
    if (!isLabelName(name, names) || name === '__name__') {
      at.key('labels').error(place, `'${name}' is no label name that a rule can set`);
    }
    if (value !== '' && !isLabelName(value, 'utf8')) {
      at.key('labels').error(place, `the value of '${name}' is no valid UTF-8`);
    }
  }
}
