// Applies relabelling rules to a set of labels.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config
import { createHash } from 'node:crypto';
import type { RE2JS } from 're2js';
import { type ExpandableMatch, expandMatch } from '#lib/expand-match.ts';
import { isLabelName } from '#prometheus-config/name.ts';
import type { LabelPairs, RelabelConfig } from '#prometheus-config/relabel-config.ts';

/** The labels after all rules, sorted, without empty values; undefined when a rule drops them. */
export function relabel(
  labels: LabelPairs,
  configs: readonly RelabelConfig[],
): LabelPairs | undefined {
  if (configs.length === 0) return labels;
  const set = new Map(labels);
  for (const config of configs) if (!applyRule(set, config)) return undefined;
  return toPairs(set);
}

/** Sorted by name as bytes sort, empty values left out. */
export function toPairs(set: ReadonlyMap<string, string>): LabelPairs {
  return [...set].filter(([, value]) => value !== '').sort(byName);
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** False when the labels are dropped. */
function applyRule(set: Map<string, string>, config: RelabelConfig): boolean {
  const value = sourceValue(set, config);
  switch (config.action) {
    case 'drop':
      return !config.pattern.testExact(value);
    case 'keep':
      return config.pattern.testExact(value);
    case 'dropequal':
      return (set.get(config.targetLabel) ?? '') !== value;
    case 'keepequal':
      return (set.get(config.targetLabel) ?? '') === value;
    case 'replace':
      replace(set, config, value);
      return true;
    case 'lowercase':
      put(set, config.targetLabel, value.toLowerCase());
      return true;
    case 'uppercase':
      put(set, config.targetLabel, value.toUpperCase());
      return true;
    case 'hashmod':
      put(set, config.targetLabel, String(hashOf(value) % config.modulus));
      return true;
    default:
      mapNames(set, config);
      return true;
  }
}

function sourceValue(set: ReadonlyMap<string, string>, config: RelabelConfig): string {
  const { sourceLabels, separator } = config;
  if (sourceLabels.length === 1) return set.get(sourceLabels[0] as string) ?? '';
  return sourceLabels.map((name) => set.get(name) ?? '').join(separator);
}

function replace(set: Map<string, string>, config: RelabelConfig, value: string): void {
  const match = wholeMatch(config.pattern, value);
  if (!match) return;
  const target = expandMatch(config.targetLabel, match);
  if (!isLabelName(target, config.nameValidation)) return;
  put(set, target, expandMatch(config.replacement, match));
}

/** The rules that look at every name. They see the names as they were before the rule. */
function mapNames(set: Map<string, string>, { action, pattern, replacement }: RelabelConfig): void {
  for (const [name, value] of [...set]) {
    const match = wholeMatch(pattern, name);
    if (action === 'labelmap') {
      if (match) put(set, expandMatch(replacement, match), value);
    } else if ((match !== undefined) === (action === 'labeldrop')) {
      set.delete(name);
    }
  }
}

function put(set: Map<string, string>, name: string, value: string): void {
  if (value === '') set.delete(name);
  else set.set(name, value);
}

function wholeMatch(pattern: RE2JS, text: string): ExpandableMatch | undefined {
  const matcher = pattern.matcher(text);
  return matcher.matches() ? matcher : undefined;
}

/** The last eight bytes of the MD5, so that shards are those of Prometheus. */
const hashOf = (text: string): bigint => createHash('md5').update(text).digest().readBigUInt64BE(8);
