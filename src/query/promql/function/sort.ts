// sort and sort_desc: the order of an instant query; a range query is ordered by labels anyway.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#sort

import { compareLabels, labelOf } from '#query/vector/label.ts';
import type { GridSeries } from '#query/vector/value.ts';
import {
  type CallContext,
  defineFunction,
  type FunctionDefinition,
  type Value,
} from './definition.ts';
import { compareNatural } from './natural-order.ts';
import { onlyNumbers, seriesOf, textOf, vectorOf } from './series.ts';

const byValue = (name: string, sign: number, doc: string): FunctionDefinition =>
  defineFunction({
    name,
    args: ['vector'],
    returns: 'vector',
    doc,
    example: `${name}(node_load1)`,
    evaluate: {
      kind: 'whole',
      of: ([vector], context) => {
        const series = onlyNumbers(seriesOf(vector));
        if (context.query.count !== 1) return unsorted(series, context);
        const here = series.filter(({ present }) => present[0]);
        return vectorOf(here.sort((a, b) => compareValues(a, b, sign)));
      },
    },
  });

function unsorted(series: readonly GridSeries[], { annotate, span }: CallContext): Value {
  annotate({
    level: 'warning',
    text: 'sort is ineffective for range queries since results are always ordered by labels',
    span,
  });
  return vectorOf(series);
}

/** A NaN comes last in both orders. */
function compareValues(left: GridSeries, right: GridSeries, sign: number): number {
  const a = left.values[0] as number;
  const b = right.values[0] as number;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}

export const sort = byValue('sort', 1, 'Series in the order of their values, smallest first.');
export const sortDesc = byValue(
  'sort_desc',
  -1,
  'Series in the order of their values, largest first.',
);

const byLabel = (name: string, sign: number, doc: string): FunctionDefinition =>
  defineFunction({
    name,
    args: ['vector', 'string'],
    optional: 1,
    isVariadic: true,
    returns: 'vector',
    doc,
    example: `${name}(up, "instance")`,
    isExperimental: true,
    evaluate: {
      kind: 'whole',
      of: ([vector, ...labels], context) => {
        const series = seriesOf(vector);
        if (context.query.count !== 1) return unsorted(series, context);
        const names = labels.map(textOf);
        return vectorOf([...series].sort((a, b) => sign * compareByLabels(a, b, names)));
      },
    },
  });

function compareByLabels(left: GridSeries, right: GridSeries, names: readonly string[]): number {
  for (const name of names) {
    const order = compareNatural(labelOf(left.labels, name), labelOf(right.labels, name));
    if (order !== 0) return order;
  }
  return compareLabels(left.labels, right.labels);
}

export const sortByLabel = byLabel(
  'sort_by_label',
  1,
  'Series in the natural order of the values of labels.',
);
export const sortByLabelDesc = byLabel(
  'sort_by_label_desc',
  -1,
  'Series in the reverse natural order of the values of labels.',
);
