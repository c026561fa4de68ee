// Which attributes tell two sets of spans apart: the series of TraceQL's compare(), put in order. An
// attribute scores by how far its values are spread differently in the two sets (total variation
// distance): 0 where both have the same shares, 1 where they have no value in common.

import { keyOf, type Value } from '../traceql/eval/value.ts';
import type { MetricsSeries } from '../traceql/metrics/answer.ts';

export interface ValueShares {
  readonly value: Value;
  /** Spans. */
  readonly selection: number;
  readonly baseline: number;
  /** Of all spans of the set, 0 to 1: those without the attribute, too. */
  readonly selectionShare: number;
  readonly baselineShare: number;
}

export interface AttributeDifference {
  /** As in a query: `span.http.route`, `status`. */
  readonly attribute: string;
  /** 0 to 1. */
  readonly score: number;
  /** The most different first; the most frequent ones that compare() gives. */
  readonly values: readonly ValueShares[];
}

type Side = 'selection' | 'baseline';

interface Counts {
  readonly totals: Record<Side, number>;
  readonly values: Map<string, { readonly value: Value } & Record<Side, number>>;
}

export interface SetDifferences {
  /** Spans of each set. */
  readonly selection: number;
  readonly baseline: number;
  /** The most telling first; those that tell nothing are left out. */
  readonly attributes: readonly AttributeDifference[];
}

export function rankDifferences(series: readonly MetricsSeries[]): SetDifferences {
  const counts = [...countsByAttribute(series)];
  // Some attributes, such as the name, are on every span.
  const sizeOf = (side: Side): number =>
    counts.reduce((largest, [, { totals }]) => Math.max(largest, totals[side]), 0);
  const sizes = { selection: sizeOf('selection'), baseline: sizeOf('baseline') };
  const differences = counts.map(([attribute, { values }]) =>
    differenceOf(attribute, [...values.values()], sizes),
  );
  return {
    ...sizes,
    attributes: differences
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.attribute < b.attribute ? -1 : 1)),
  };
}

function countsByAttribute(series: readonly MetricsSeries[]): Map<string, Counts> {
  const found = new Map<string, Counts>();
  for (const { labels, samples } of series) {
    const type = labels.find(({ name }) => name === '__meta_type')?.value;
    const label = labels.find(({ name }) => !name.startsWith('__meta'));
    if (type?.type !== 'string' || label === undefined) continue;
    const count = samples.reduce((sum, { value }) => sum + value, 0);
    const counts = found.get(label.name) ?? newCounts();
    found.set(label.name, counts);
    const [, side, total] = /^(selection|baseline)(_total)?$/.exec(type.value) ?? [];
    if (side !== 'selection' && side !== 'baseline') continue;
    if (total !== undefined) {
      counts.totals[side] += count;
      continue;
    }
    const key = keyOf(label.value);
    const value = counts.values.get(key) ?? { value: label.value, selection: 0, baseline: 0 };
    value[side] += count;
    counts.values.set(key, value);
  }
  return found;
}

const newCounts = (): Counts => ({ totals: { selection: 0, baseline: 0 }, values: new Map() });

type ValueCounts = { readonly value: Value } & Readonly<Record<Side, number>>;

function differenceOf(
  attribute: string,
  values: readonly ValueCounts[],
  sizes: Readonly<Record<Side, number>>,
): AttributeDifference {
  const share = (count: number, size: number): number => (size === 0 ? 0 : count / size);
  const shares = values.map((value) => ({
    ...value,
    selectionShare: share(value.selection, sizes.selection),
    baselineShare: share(value.baseline, sizes.baseline),
  }));
  const apart = ({ selectionShare, baselineShare }: ValueShares): number =>
    Math.abs(selectionShare - baselineShare);
  // Spans without the attribute, and values that compare() did not list, count as one value.
  const rest = (side: 'selectionShare' | 'baselineShare'): number =>
    shares.reduce((left, each) => left - each[side], 1);
  const unlisted = Math.abs(rest('selectionShare') - rest('baselineShare'));
  const sum = shares.reduce((total, each) => total + apart(each), unlisted);
  return {
    attribute,
    score: Math.min(1, Math.round((sum / 2) * 1e9) / 1e9),
    values: shares.sort((a, b) => apart(b) - apart(a)),
  };
}
