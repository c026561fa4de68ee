// Vector matching: which series of the two sides of an operator belong together, and the labels of
// what comes out. https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
import { dropLabels, dropName, keepLabels, labelOf, nameLabels, setLabels } from './label.ts';
import { type GridSeries, KEY_SEPARATOR, type Labels, labelsKey } from './value.ts';

export interface Matching {
  readonly mode: 'on' | 'ignoring';
  readonly labels: readonly string[];
  /** Which side has many series per match; `one-to-one` when neither. */
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many';
  /** Labels that group_left / group_right copies from the one side. */
  readonly include: readonly string[];
}

export const matchAllLabels: Matching = {
  mode: 'ignoring',
  labels: [],
  cardinality: 'one-to-one',
  include: [],
};

/** A text that all series of one match share. */
export function matchKey(matching: Matching): (labels: Labels) => string {
  if (matching.mode === 'on') {
    const names = [...new Set(matching.labels)].sort();
    return (labels) => names.map((name) => labelOf(labels, name)).join(KEY_SEPARATOR);
  }
  const ignored = new Set([...matching.labels, ...nameLabels]);
  return (labels) => labelsKey(dropLabels(labels, ignored));
}

/** The labels that a match has in common, for messages. */
export function matchLabels(matching: Matching, labels: Labels): Labels {
  return matching.mode === 'on'
    ? keepLabels(labels, new Set(matching.labels))
    : dropLabels(labels, new Set([...matching.labels, ...nameLabels]));
}

export interface ResultLabelOptions {
  readonly matching: Matching;
  readonly keepsName: boolean;
}

/** Labels of a result from those of its many side (either side if one-to-one) and one side. */
export function resultLabels(
  many: Labels,
  one: Labels,
  { matching, keepsName }: ResultLabelOptions,
): Labels {
  let labels = many;
  if (!keepsName) labels = dropName(labels);
  if (matching.cardinality === 'one-to-one') {
    const names = new Set(matching.labels);
    labels = matching.mode === 'on' ? keepLabels(labels, names) : dropLabels(labels, names);
  }
  if (matching.include.length === 0) return labels;
  return setLabels(
    labels,
    matching.include.map((name) => [name, labelOf(one, name)]),
  );
}

export function groupByMatch(
  series: readonly GridSeries[],
  keyOf: (labels: Labels) => string,
): Map<string, GridSeries[]> {
  const groups = new Map<string, GridSeries[]>();
  for (const one of series) {
    const key = keyOf(one.labels);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
