// Labels by which streams can be told apart: Logs Drilldown offers them as tabs. As in Loki, a label
// whose every value is a number or a UUID is left out, unless it is one of a few well-known names.

/** A label, how many values it has, and some of them. */
export interface LabelCount {
  readonly name: string;
  readonly cardinality: number;
  /** How many of the values are neither number nor UUID. */
  readonly words: number;
  /** How many are neither `0` nor `1`. */
  readonly others: number;
}

export interface DetectedLabel {
  readonly label: string;
  readonly cardinality: number;
}

const kept: ReadonlySet<string> = new Set(['cluster', 'namespace', 'instance', 'pod']);

export const detectLabels = (counts: readonly LabelCount[]): DetectedLabel[] =>
  counts
    .filter(({ name, words, others, cardinality }) => {
      const isBoolean = cardinality <= 2 && others === 0;
      return kept.has(name) || words > 0 || isBoolean;
    })
    .map(({ name, cardinality }) => ({ label: name, cardinality }));
