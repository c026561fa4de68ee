// Aggregations: their parameter, which may differ from step to step, and their input.
import { InputError, type TextSpan } from '#lib/errors.ts';
import { aggregateInParts, aggregateQuantileInParts } from '#query/vector/aggregate.ts';
import { groupLabels } from '#query/vector/group.ts';
import { hashLabels } from '#query/vector/hash.ts';
import { formatHistogram } from '#query/vector/histogram/text.ts';
import { dropName, setLabels } from '#query/vector/label.ts';
import type { TakeNote } from '#query/vector/note.ts';
import type { Pausable } from '#query/vector/pausable.ts';
import { isHistogram, type Point, pointAt } from '#query/vector/point.ts';
import { aggregateTopInParts } from '#query/vector/top.ts';
import { type GridSeries, labelsKey } from '#query/vector/value.ts';
import type { Value } from '../function/definition.ts';
import { scalarOf, seriesOf, textOf, vectorOf } from '../function/series.ts';
import type { AggregationNode } from '../plan/node.ts';
import { printDecimal, printGeneral, printNumber } from '../syntax/number.ts';
import type { NodeEvaluator } from './evaluate.ts';
import { sumSwept } from './sweep.ts';

export async function evaluateAggregation(
  node: AggregationNode,
  evaluator: NodeEvaluator,
): Promise<Value> {
  const { name, grouping } = node;
  const swept = await sumSwept(node, evaluator);
  if (swept) return swept;
  const param = node.param ? await evaluator.evaluate(node.param) : undefined;
  const series = seriesOf(await evaluator.evaluate(node.inner));
  const noteAt =
    (span: TextSpan): TakeNote =>
    (note) =>
      evaluator.annotate({ ...note, span });
  const note = noteAt(node.innerSpan);
  switch (name) {
    case 'topk':
    case 'bottomk':
    case 'limitk': {
      const work = aggregateTopInParts(name, scalarOf(param), series, grouping, noteAt(node.span));
      return vectorOf(await evaluator.finish(work));
    }
    case 'limit_ratio':
      warnRatio(node, scalarOf(param), evaluator);
      return vectorOf(await evaluator.finish(limitRatio(series, scalarOf(param))));
    case 'quantile': {
      warnQuantile(node, scalarOf(param), evaluator);
      const work = aggregateQuantileInParts(scalarOf(param), series, grouping, note);
      return vectorOf(await evaluator.finish(work));
    }
    case 'count_values':
      return vectorOf(await evaluator.finish(countValues(series, textOf(param), node, evaluator)));
    default:
      return vectorOf(await evaluator.finish(aggregateInParts(name, series, grouping, note)));
  }
}

/** A φ that changes from step to step may be wrong in three ways; each is told once. */
function warnQuantile(
  { paramSpan, span }: AggregationNode,
  phi: Float64Array,
  evaluator: NodeEvaluator,
): void {
  const { least, most, hasNan } = extremesOf(phi);
  const wrong = [hasNan ? Number.NaN : undefined, most > 1 ? most : undefined];
  for (const one of [...wrong, least < 0 ? least : undefined]) {
    if (one === undefined) continue;
    evaluator.annotate({
      level: 'warning',
      text: `quantile value should be between 0 and 1, got ${printGeneral(one)}`,
      span: paramSpan ?? span,
    });
  }
}

function warnRatio(
  { paramSpan, span }: AggregationNode,
  ratios: Float64Array,
  evaluator: NodeEvaluator,
): void {
  const { least, most } = extremesOf(ratios);
  const warn = (ratio: number, used: number): void =>
    evaluator.annotate({
      level: 'warning',
      text: `ratio value should be between -1 and 1, got ${printGeneral(ratio)}, capping to ${used}`,
      span: paramSpan ?? span,
    });
  if (most > 1) warn(most, 1);
  if (least < -1) warn(least, -1);
}

function extremesOf(values: Float64Array) {
  let least = Infinity;
  let most = -Infinity;
  let hasNan = false;
  for (const value of values) {
    if (Number.isNaN(value)) hasNan = true;
    else {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  return { least, most, hasNan };
}

/** One series per group and value: how many members have it. */
function* countValues(
  series: readonly GridSeries[],
  label: string,
  { grouping, grid }: AggregationNode,
  evaluator: NodeEvaluator,
): Pausable<readonly GridSeries[]> {
  // The replacement character stands for bytes that are no UTF-8.
  if (label === '' || label.includes('\ufffd')) {
    throw new InputError('promql_argument', `invalid label name "${label}" in count_values`);
  }
  const isBy = grouping.mode === 'by';
  const labelsOf = groupLabels(
    isBy ? { ...grouping, labels: [...grouping.labels, label] } : grouping,
  );
  const counts = new Map<string, GridSeries>();
  for (const one of series) {
    const group = labelsOf(setLabels(one.labels, [[label, '']]));
    for (let step = 0; step < grid.count; step++) {
      if (!one.present[step]) continue;
      const counted = labelsOf(setLabels(group, [[label, formatPoint(pointAt(one, step))]]));
      const key = labelsKey(counted);
      let count = counts.get(key);
      if (!count) {
        evaluator.reserve(grid.count);
        count = {
          labels: counted,
          values: new Float64Array(grid.count),
          present: new Uint8Array(grid.count),
        };
        counts.set(key, count);
      }
      count.values[step] = (count.values[step] as number) + 1;
      count.present[step] = 1;
    }
    yield;
  }
  return [...counts.values()];
}

const formatPoint = (point: Point): string =>
  isHistogram(point) ? formatHistogram(point, printNumber) : printDecimal(point);

/** The share of the series whose hash lies below the ratio; a negative ratio takes the others. */
function* limitRatio(
  series: readonly GridSeries[],
  ratios: Float64Array,
): Pausable<readonly GridSeries[]> {
  if (ratios.some(Number.isNaN)) {
    throw new InputError('promql_argument', 'Ratio value is NaN');
  }
  const results: GridSeries[] = [];
  for (const one of series) {
    // As it will be seen: without a name that is to go.
    const labels = one.dropsName ? dropName(one.labels) : one.labels;
    const place = Number(hashLabels(labels)) / 2 ** 64;
    const present = one.present.map((here, step) => {
      const ratio = Math.max(-1, Math.min(1, ratios[step] as number));
      const isTaken = ratio >= 0 ? place < ratio : place >= 1 + ratio;
      return here && isTaken ? 1 : 0;
    });
    if (present.includes(1)) results.push({ ...one, present });
    yield;
  }
  return results;
}
