// compare(): for each attribute its commonest values in the selection and in the baseline, and how
// often the attribute is there at all.
import { crc32 } from 'node:zlib';
import { toStoredAttribute } from '#model/attribute.ts';
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

interface Attribute {
  /** By key. */
  readonly values: Map<string, Counted>;
  /** What all values have, and those that are not known. */
  readonly totals: number[];
}

/** Attributes of one set of spans, by label. */
type Attributes = Map<string, Attribute>;

/** Series of one label `__meta_type` and one attribute; in `…_total` series the attribute is nil. */
export function compareSeries(
  { comparison }: MetricsPlan,
  cells: Iterable<MetricsCell>,
  { count }: Intervals,
): Series[] {
  const topN = comparison?.topN ?? 0;
  const series: Series[] = [];
  for (const [set, attributes] of countValues(cells, count)) {
    for (const [label, { values, totals }] of attributes) {
      const add = (type: string, value: Value, counts: readonly number[]): void => {
        series.push({ labels: labelsOf(type, label, value), values: counts, exemplars: [] });
      };
      for (const { value, counts } of commonest([...values.values()], topN))
        add(set, value, counts);
      add(`${set}_total`, nil, totals);
    }
  }
  return series;
}

function countValues(cells: Iterable<MetricsCell>, intervals: number): Map<string, Attributes> {
  const sets = new Map<string, Attributes>();
  const zeros = (): number[] => Array.from({ length: intervals }, () => 0);
  for (const { group, interval, isRest, count } of cells) {
    const [set = nil, label = nil, value = nil] = group;
    const attributes = inMap(sets, textOf(set), () => new Map() as Attributes);
    const { values, totals } = inMap(attributes, textOf(label), () => ({
      values: new Map<string, Counted>(),
      totals: zeros(),
    }));
    totals[interval] = (totals[interval] ?? 0) + count;
    if (isRest) continue;
    const { counts } = inMap(values, keyOf(value), () => ({ value, counts: zeros() }));
    counts[interval] = (counts[interval] ?? 0) + count;
  }
  return sets;
}

/** The most frequent first; of equals by a checksum: chance, but the same each time and in the engine. */
function commonest(values: readonly Counted[], topN: number): readonly Counted[] {
  if (values.length <= topN) return values;
  const totalOf = ({ counts }: Counted): number => counts.reduce((sum, each) => sum + each, 0);
  return values
    .map((counted) => ({
      counted,
      total: totalOf(counted),
      checksum: checksumOf(counted.value),
      key: keyOf(counted.value),
    }))
    .sort((a, b) => b.total - a.total || a.checksum - b.checksum || (a.key < b.key ? -1 : 1))
    .slice(0, topN)
    .map(({ counted }) => counted);
}

/** Of the text that is stored of such a value (compile/compare.ts). */
function checksumOf(value: Value): number {
  switch (value.type) {
    case 'string':
    case 'bool':
      return crc32(toStoredAttribute(value.value));
    case 'int':
      return crc32(`\x02${value.value}`);
    case 'float':
      return crc32(`\x03${value.value}`);
    case 'nil':
      return crc32('\x06');
    default:
      return 0;
  }
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
