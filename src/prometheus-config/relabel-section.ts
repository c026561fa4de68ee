// How `relabel_configs` are read and checked.
import { RE2JS } from 're2js';
import { messageOf } from '#lib/errors.ts';
import { isLabelName } from './name.ts';
import type { Cursor } from './reading.ts';
import {
  type NameValidation,
  type RelabelAction,
  type RelabelConfig,
  relabelActions,
} from './relabel-config.ts';
import { field, placeOf, type Section, section, type Written, writtenField } from './section.ts';
import { bigUnsigned, describe, list, listOf, type Type, text } from './type.ts';

/** As written: names are checked when it is known which validation counts. */
export interface WrittenRelabelConfig extends Omit<RelabelConfig, 'nameValidation'> {
  readonly written: Written;
  readonly at: Cursor | undefined;
}

const ANY = '(.*)';
const FIRST_GROUP = '$1';

/** Whole texts match, line breaks included. */
const anchored = (regex: string): string => `^(?s:${regex})$`;

const anything = RE2JS.compile(anchored(ANY));

const action: Type<RelabelAction> = {
  zero: '' as RelabelAction,
  read: (node, at) => {
    const word = text.read(node, at).toLowerCase();
    const known = relabelActions.find((one) => one === word);
    if (known) return known;
    at.error(node.place, `unknown action ${describe(node)}; one of ${relabelActions.join(', ')}`);
    return 'replace';
  },
  show: (value) => value,
};

export const relabelSection: Section<WrittenRelabelConfig> = section<WrittenRelabelConfig>(
  {
    sourceLabels: field('source_labels', list(text)),
    separator: field('separator', text, { fallback: ';' }),
    regex: field('regex', { ...text, show: (value) => value }, { fallback: ANY }),
    pattern: { keys: [], fallback: anything, read: () => anything, show: () => [] },
    modulus: field('modulus', { ...bigUnsigned, show: (n) => (n === 0n ? undefined : Number(n)) }),
    targetLabel: field('target_label', text),
    replacement: field(
      'replacement',
      { ...text, show: (value) => value },
      { fallback: FIRST_GROUP },
    ),
    action: field('action', action, { fallback: 'replace' }),
    written: writtenField,
    at: { keys: [], fallback: undefined, read: (_, at) => at, show: () => [] },
  },
  { check: compilePattern },
);

export const relabelList = (what: string): Type<readonly WrittenRelabelConfig[]> =>
  listOf(relabelSection, what);

function compilePattern(
  config: WrittenRelabelConfig,
  written: Written,
  at: Cursor,
): WrittenRelabelConfig | undefined {
  if (config.regex === ANY) return undefined;
  try {
    // By itself first: an open \Q or bracket would swallow what stands around it.
    RE2JS.compile(config.regex);
    return { ...config, pattern: RE2JS.compile(anchored(config.regex)) };
  } catch (error) {
    at.key('regex').error(placeOf(written, 'regex'), `not an RE2 expression: ${messageOf(error)}`);
    return undefined;
  }
}

/** Checks a rule for the validation that counts where it stands. Errors go where it was read. */
export function finishRelabel(
  config: WrittenRelabelConfig,
  nameValidation: NameValidation,
): RelabelConfig {
  const { written, at, ...rest } = config;
  const finished: RelabelConfig = { ...rest, nameValidation };
  if (at) checkRelabel(finished, written, at);
  return finished;
}

const legacyTarget = /^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$/;

/** A label name, where `$1` and `${name}` may stand for parts. */
function isNameTemplate(template: string, validation: NameValidation): boolean {
  return validation === 'legacy' ? legacyTarget.test(template) : isLabelName(template, 'utf8');
}

const needsTarget = new Set<RelabelAction>(
  'replace hashmod lowercase uppercase keepequal dropequal'.split(' ') as RelabelAction[],
);

function checkRelabel(config: RelabelConfig, written: Written, at: Cursor): void {
  const { action: what, targetLabel, replacement, nameValidation } = config;
  const wrong = (key: string, message: string): void =>
    at.key(key).error(placeOf(written, key), message);
  if ((what as string) === '') wrong('action', 'the action is empty');
  if (what === 'hashmod' && config.modulus === 0n) {
    wrong('modulus', 'hashmod needs a modulus that is not zero');
  }
  if (needsTarget.has(what)) {
    const isTemplate = what === 'replace' && targetLabel.includes('$');
    const isValid = isTemplate
      ? isNameTemplate(targetLabel, nameValidation)
      : isLabelName(targetLabel, nameValidation);
    if (targetLabel === '') wrong('target_label', `${what} needs target_label`);
    else if (!isValid) wrong('target_label', `'${targetLabel}' is no label name`);
  }
  if (what === 'labelmap' && !isNameTemplate(replacement, nameValidation)) {
    wrong('replacement', `'${replacement}' makes no label names`);
  }
  checkUseless(config, wrong);
}

/** Keys that an action does not look at are mistakes. */
function checkUseless(config: RelabelConfig, wrong: (key: string, message: string) => void): void {
  const { action: what, replacement } = config;
  const others: Partial<Record<RelabelAction, readonly string[]>> = {
    lowercase: ['replacement'],
    uppercase: ['replacement'],
    keepequal: ['replacement', 'regex', 'modulus', 'separator'],
    dropequal: ['replacement', 'regex', 'modulus', 'separator'],
    labeldrop: ['source_labels', 'target_label', 'modulus', 'separator', 'replacement'],
    labelkeep: ['source_labels', 'target_label', 'modulus', 'separator', 'replacement'],
  };
  const isSet: Record<string, boolean> = {
    replacement: replacement !== FIRST_GROUP,
    regex: config.regex !== ANY,
    modulus: config.modulus !== 0n,
    separator: config.separator !== ';',
    source_labels: config.sourceLabels.length > 0,
    target_label: config.targetLabel !== '',
  };
  for (const key of others[what] ?? []) {
    if (isSet[key]) wrong(key, `${what} does not use ${key}; leave it out`);
  }
}
