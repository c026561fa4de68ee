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
  return compareParts(partsOf(left), partsOf(right));
}

/** In the order of compareLabels; the labels of each are looked at only once, but for ties. */
export function sortByLabels<T extends { readonly labels: Labels }>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: sortKey(item.labels) }))
    .sort((a, b) => {
      if (a.key !== b.key) return a.key < b.key ? -1 : 1;
      return compareLabels(a.item.labels, b.item.labels);
    })
    .map(({ item }) => item);
}

/** Texts that are ordered as the label sets are: below any letter, the separator ends a text. */
function sortKey(labels: Labels): string {
  let key = '';
  let last = '';
  for (const name in labels) {
    if (name < last) return partsOf(labels).join('\0');
    last = name;
    key = key === '' ? `${name}\0${labels[name]}` : `${key}\0${name}\0${labels[name]}`;
  }
  return key;
}

export function haveSameLabels(left: Labels, right: Labels): boolean {
  if (left === right) return true;
  let count = 0;
  for (const name in left) {
    if (left[name] !== right[name]) return false;
    count++;
  }
  for (const _ in right) count--;
  return count === 0;
}

/** name, value, name, value, … by name. */
function partsOf(labels: Labels): readonly string[] {
  const names = Object.keys(labels).sort();
  return names.flatMap((name) => [name, labels[name] as string]);
}

function compareParts(left: readonly string[], right: readonly string[]): number {
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const a = left[i] as string;
    const b = right[i] as string;
    if (a !== b) return a < b ? -1 : 1;
  }
  return left.length - right.length;
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
