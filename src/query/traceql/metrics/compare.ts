// compare(): for each attribute its commonest values in the selection and in the baseline, and how
// often the attribute is there at all.
import type { NamedValue } from '../eval/summary.ts';
import { keyOf, nil, text, type Value } from '../eval/value.ts';
import type { MetricsCell } from './cells.ts';
import type { Intervals } from './interval.ts';
import type { MetricsPlan } from './plan.ts';
import type { Series } from './series.ts';

export const setLabel = '__meta_type';

interface Counted {
  readonly value: Value;
  readonly counts: number[];
}

/** Attributes of one set of spans, by label; then values by key. */
type Attributes = Map<string, Map<string, Counted>>;

/** Series of one label `__meta_type` and one attribute; in `…_total` series the attribute is nil. */
export function compareSeries(
  { comparison }: MetricsPlan,
  cells: Iterable<MetricsCell>,
  { count }: Intervals,
): Series[] {
  const topN = comparison?.topN ?? 0;
  const series: Series[] = [];
  for (const [set, attributes] of countValues(cells, count)) {
    for (const [label, values] of attributes) {
      const all = [...values.values()];
      const add = (type: string, value: Value, counts: readonly number[]): void => {
        series.push({ labels: labelsOf(type, label, value), values: counts, exemplars: [] });
      };
      for (const { value, counts } of commonest(all, topN)) add(set, value, counts);
      const totals = Array.from({ length: count }, (_, i) =>
        all.reduce((sum, { counts }) => sum + (counts[i] ?? 0), 0),
      );
      add(`${set}_total`, nil, totals);
    }
  }
  return series;
}

function countValues(cells: Iterable<MetricsCell>, intervals: number): Map<string, Attributes> {
  const sets = new Map<string, Attributes>();
  for (const { group, interval, count } of cells) {
    const [set = nil, label = nil, value = nil] = group;
    const attributes = inMap(sets, textOf(set), () => new Map() as Attributes);
    const values = inMap(attributes, textOf(label), () => new Map<string, Counted>());
    const { counts } = inMap(values, keyOf(value), () => ({
      value,
      counts: Array.from({ length: intervals }, () => 0),
    }));
    counts[interval] = (counts[interval] ?? 0) + count;
  }
  return sets;
}

/** The most frequent first; of equals by value, so that the answer is the same each time. */
function commonest(values: readonly Counted[], topN: number): readonly Counted[] {
  if (values.length <= topN) return values;
  const totalOf = ({ counts }: Counted): number => counts.reduce((sum, each) => sum + each, 0);
  return values
    .map((counted) => ({ counted, total: totalOf(counted), key: keyOf(counted.value) }))
    .sort((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1))
    .slice(0, topN)
    .map(({ counted }) => counted);
}

const labelsOf = (type: string, label: string, value: Value): NamedValue[] => [
  { name: setLabel, value: text(type) },
  { name: label, value },
];

const textOf = (value: Value): string => (value.type === 'string' ? value.value : '');

function inMap<Key, Item>(map: Map<Key, Item>, key: Key, make: () => Item): Item {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
