// Lists of target groups, as files and HTTP servers give them: `[{ "targets": […], "labels": {…} }]`.
import { InputError, messageOf } from '#lib/errors.ts';
import type { StaticGroup } from '#prometheus-config/discovery-config.ts';
import { isLabelName } from '#prometheus-config/name.ts';
import { formatProblem, type Problem } from '#prometheus-config/place.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import { parseTargetGroups } from '#prometheus-config/target-group-file.ts';
import type { TargetGroup } from './discovery.ts';

/** Throws InputError `target_groups_invalid`; `where` is named in it. */
export function targetGroupsOfJson(text: string, where: string): StaticGroup[] {
  const wrong = (why: string): InputError =>
    new InputError('target_groups_invalid', `${where}: ${why}`);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw wrong(`not JSON: ${messageOf(error)}`);
  }
  if (!Array.isArray(list)) throw wrong('not a list of target groups');
  return list.map((group: unknown, i) => {
    if (group === null || typeof group !== 'object') throw wrong(`group ${i} is empty`);
    const { targets = [], labels = {}, ...rest } = group as Record<string, unknown>;
    const unknown = Object.keys(rest)[0];
    if (unknown !== undefined) throw wrong(`group ${i} has the unknown key '${unknown}'`);
    if (!Array.isArray(targets) || targets.some((target) => typeof target !== 'string')) {
      throw wrong(`the targets of group ${i} are no list of texts`);
    }
    return { targets: targets as string[], labels: labelsOf(labels, i, wrong) };
  });
}

function labelsOf(labels: unknown, i: number, wrong: (why: string) => InputError): LabelPairs {
  const pairs = Object.entries((labels ?? {}) as Record<string, unknown>);
  for (const [name, value] of pairs) {
    if (!isLabelName(name, 'utf8')) throw wrong(`'${name}' of group ${i} is no label name`);
    if (typeof value !== 'string') throw wrong(`the value of '${name}' of group ${i} is no text`);
  }
  return (pairs as [string, string][]).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Of a YAML file. Throws InputError `target_groups_invalid`. */
export function targetGroupsOfYaml(text: string, file: string): readonly StaticGroup[] {
  const problems: Problem[] = [];
  const groups = parseTargetGroups(text, file, problems);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return groups;
  throw new InputError('target_groups_invalid', errors.map(formatProblem).join('\n'));
}

/** With sources that count up, and labels that say where it comes from. */
export const toTargetGroups = (
  groups: readonly StaticGroup[],
  source: string,
  meta: LabelPairs,
): TargetGroup[] =>
  groups.map((group, i) => ({
    source: `${source}:${i}`,
    targets: group.targets.map((address) => [['__address__', address]] as const),
    labels: [...new Map([...group.labels, ...meta])].sort(([a], [b]) => (a < b ? -1 : 1)),
  }));
