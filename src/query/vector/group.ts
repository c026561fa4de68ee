// Which series go together: the labels of a group from `by (…)` or `without (…)`.
import { dropLabels, keepLabels, labelOf, nameLabels } from './label.ts';
import { type GridSeries, KEY_SEPARATOR, type Labels, labelsKey } from './value.ts';

export interface Grouping {
  readonly mode: 'by' | 'without';
  readonly labels: readonly string[];
}

/** No grouping at all is `by ()`: one group of everything. */
export const oneGroup: Grouping = { mode: 'by', labels: [] };

export interface Group {
  readonly labels: Labels;
  readonly members: readonly GridSeries[];
}

/** The groups in the order of their first members. `without` also drops the metric name. */
export function groupSeries(series: readonly GridSeries[], grouping: Grouping): readonly Group[] {
  const groups = new Map<string, { labels: Labels; members: GridSeries[] }>();
  const keyOf = groupKey(grouping);
  const labelsOf = groupLabels(grouping);
  for (const one of series) {
    const key = keyOf(one.labels);
    const group = groups.get(key);
    if (group) group.members.push(one);
    else groups.set(key, { labels: labelsOf(one.labels), members: [one] });
  }
  return [...groups.values()];
}

/** The labels of the group that a label set belongs to. */
export function groupLabels(grouping: Grouping): (labels: Labels) => Labels {
  const names = new Set(grouping.labels);
  if (grouping.mode === 'by') return (labels) => keepLabels(labels, names);
  for (const name of nameLabels) names.add(name);
  return (labels) => dropLabels(labels, names);
}

/** A text that the label sets of one group share. */
export function groupKey(grouping: Grouping): (labels: Labels) => string {
  if (grouping.mode === 'by') {
    const names = [...new Set(grouping.labels)].sort();
    return (labels) => names.map((name) => labelOf(labels, name)).join(KEY_SEPARATOR);
  }
  const labelsOf = groupLabels(grouping);
  return (labels) => labelsKey(labelsOf(labels));
}
