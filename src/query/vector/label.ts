// Label sets in, label sets out; nothing here changes its argument. An absent label and an empty
// one are the same thing.
import type { Labels } from './value.ts';

export const METRIC_NAME = '__name__';

/** The name and what belongs to it: operations that drop the name drop these with it. */
export const nameLabels: readonly string[] = [METRIC_NAME, '__type__', '__unit__'];
const nameLabelSet: ReadonlySet<string> = new Set(nameLabels);

/** The value of a label; '' when it is absent. Safe for names such as `constructor`. */
export function labelOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] as string) : '';
}

/** Only the named labels that are there. */
export function keepLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  const kept: [string, string][] = [];
  for (const name in labels) {
    if (names.has(name) && labels[name] !== '') kept.push([name, labels[name] as string]);
  }
  return Object.fromEntries(kept);
}

/** All labels but the named ones. */
export function dropLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  const kept: [string, string][] = [];
  for (const name in labels) {
    if (!names.has(name)) kept.push([name, labels[name] as string]);
  }
  return Object.fromEntries(kept);
}

export function dropName(labels: Labels): Labels {
  return nameLabels.some((name) => Object.hasOwn(labels, name))
    ? dropLabels(labels, nameLabelSet)
    : labels;
}

/** With the given labels set; '' takes a label away. Stays sorted. */
export function setLabels(labels: Labels, changes: Iterable<readonly [string, string]>): Labels {
  const merged = new Map(Object.entries(labels));
  for (const [name, value] of changes) {
    if (value === '') merged.delete(name);
    else merged.set(name, value);
  }
  const entries = [...merged].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries);
}

/** Order of label sets as Prometheus sorts series: name by name, value by value, then by length. */
export function compareLabels(left: Labels, right: Labels): number {
  const leftNames = Object.keys(left).sort();
  const rightNames = Object.keys(right).sort();
  const shorter = Math.min(leftNames.length, rightNames.length);
  for (let i = 0; i < shorter; i++) {
    const a = leftNames[i] as string;
    const b = rightNames[i] as string;
    if (a !== b) return a < b ? -1 : 1;
    const valueA = left[a] as string;
    const valueB = right[b] as string;
    if (valueA !== valueB) return valueA < valueB ? -1 : 1;
  }
  return leftNames.length - rightNames.length;
}

/** `{a="1", b="2"}` with the metric name before the braces, as messages show a series. */
export function formatLabels(labels: Labels): string {
  const name = labelOf(labels, METRIC_NAME);
  const pairs = Object.keys(labels)
    .filter((label) => label !== METRIC_NAME)
    .map((label) => `${label}=${JSON.stringify(labels[label])}`);
  if (pairs.length === 0 && name !== '') return name;
  return `${name}{${pairs.join(', ')}}`;
}
