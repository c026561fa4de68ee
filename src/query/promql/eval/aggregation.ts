// Aggregations: their parameter, which may differ from step to step, and their input.
import { InputError } from '#lib/errors.ts';
import { aggregate, aggregateQuantile } from '#query/vector/aggregate.ts';
import { groupLabels } from '#query/vector/group.ts';
import { setLabels } from '#query/vector/label.ts';
import { aggregateTop } from '#query/vector/top.ts';
import { type GridSeries, labelsKey } from '#query/vector/value.ts';
import type { Value } from '../function/definition.ts';
import { scalarOf, seriesOf, textOf, vectorOf } from '../function/series.ts';
import type { AggregationNode } from '../plan/node.ts';
import { printNumber } from '../syntax/number.ts';
import type { NodeEvaluator } from './evaluate.ts';

export async function evaluateAggregation(
  node: AggregationNode,
  evaluator: NodeEvaluator,
): Promise<Value> {
  const { name, grouping } = node;
  const param = node.param ? await evaluator.evaluate(node.param) : undefined;
  const series = seriesOf(await evaluator.evaluate(node.inner));
  switch (name) {
    case 'topk':
    case 'bottomk':
    case 'limitk':
      return vectorOf(aggregateTop(name, scalarOf(param), series, grouping));
    case 'limit_ratio':
      return vectorOf(limitRatio(series, scalarOf(param)));
    case 'quantile':
      warnQuantile(node, scalarOf(param), evaluator);
      return vectorOf(aggregateQuantile(scalarOf(param), series, grouping));
    case 'count_values':
      return vectorOf(countValues(series, textOf(param), node, evaluator));
    default:
      return vectorOf(aggregate(name, series, grouping));
  }
}

function warnQuantile(
  { param, paramSpan, span }: AggregationNode,
  phi: Float64Array,
  evaluator: NodeEvaluator,
): void {
  const wrong = phi.find((one) => !(one >= 0 && one <= 1));
  if (wrong === undefined || !param) return;
  evaluator.annotate({
    level: 'warning',
    text: `quantile value should be between 0 and 1, got ${printNumber(wrong)}`,
    span: paramSpan ?? span,
  });
}

/** One series per group and value: how many members have it. */
function countValues(
  series: readonly GridSeries[],
  label: string,
  { grouping, grid }: AggregationNode,
  evaluator: NodeEvaluator,
): readonly GridSeries[] {
  if (label === '') {
    throw new InputError('promql_argument', 'invalid label name "" in count_values');
  }
  const labelsOf = groupLabels(grouping);
  const counts = new Map<string, GridSeries>();
  for (const { labels, values, present } of series) {
    const group = labelsOf(labels);
    for (let step = 0; step < grid.count; step++) {
      if (!present[step]) continue;
      const counted = setLabels(group, [[label, formatValue(values[step] as number)]]);
      const key = labelsKey(counted);
      let one = counts.get(key);
      if (!one) {
        evaluator.reserve(grid.count);
        one = {
          labels: counted,
          values: new Float64Array(grid.count),
          present: new Uint8Array(grid.count),
        };
        counts.set(key, one);
      }
      one.values[step] = (one.values[step] as number) + 1;
      one.present[step] = 1;
    }
  }
  return [...counts.values()];
}

/** The fewest digits, but without an exponent, as Go's 'f' format. */
export function formatValue(value: number): string {
  const text = printNumber(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign, first, rest = '', exponent] = parts as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  const digits = first + rest;
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${digits}`;
  return sign + digits.padEnd(shift + 1, '0');
}

/** The share of the series whose hash lies below the ratio; a negative ratio takes the others. */
function limitRatio(series: readonly GridSeries[], ratios: Float64Array): readonly GridSeries[] {
  if (ratios.some(Number.isNaN)) {
    throw new InputError('promql_argument', 'Ratio value is NaN');
  }
  return series
    .map((one) => {
      const place = hashShare(labelsKey(one.labels));
      const present = one.present.map((here, step) => {
        const ratio = Math.max(-1, Math.min(1, ratios[step] as number));
        const isTaken = ratio >= 0 ? place < ratio : place >= 1 + ratio;
        return here && isTaken ? 1 : 0;
      });
      return { ...one, present };
    })
    .filter(({ present }) => present.includes(1));
}

/** FNV-1a with a final mix, as a number from 0 to 1. */
function hashShare(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
