// Functions over the windows of plain numbers in one pass per series, and their sums without the grids of
// the single series: what most dashboards ask for.
import { RunningGridSum } from '#query/vector/aggregate.ts';
import { groupKey, groupLabels } from '#query/vector/group.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import type { GridSeries, Labels, RawSeries } from '#query/vector/value.ts';
import type { Value, Windows } from '../function/definition.ts';
import { GridBuilder } from '../function/grid-builder.ts';
import { vectorOf } from '../function/series.ts';
import type { AggregationNode, CallNode } from '../plan/node.ts';
import type { NodeEvaluator } from './evaluate.ts';
import { hintCounter } from './hint.ts';

/** Undefined when the windows must be looked at one by one. */
export function sweepSeries(
  { definition, grid }: CallNode,
  raw: RawSeries,
  windows: Windows,
): GridBuilder | undefined {
  const { sweep } = definition;
  if (!sweep || windows.extension || !isPlain(raw)) return undefined;
  const { times, values } = raw;
  const { ends, rangeMs } = windows;
  const builder = new GridBuilder(grid.count);
  builder.fill((points, present) => sweep({ times, values, ends, rangeMs, points, present }));
  return builder;
}

const isPlain = ({ histograms, starts }: RawSeries): boolean => !histograms && !starts;

interface Group {
  readonly labels: Labels;
  readonly sum: RunningGridSum;
}

/** `sum` of a call over a selector; undefined when the call must be evaluated first. */
export async function sumSwept(
  { name, inner, grouping, grid }: AggregationNode,
  evaluator: NodeEvaluator,
): Promise<Value | undefined> {
  if (name !== 'sum' || inner.kind !== 'call' || inner.args.length !== 1) return undefined;
  const { sweep, keepsMetricName = false } = inner.definition;
  const [range] = inner.args;
  if (!sweep || range?.kind !== 'range' || range.extension) return undefined;
  const matrix = await evaluator.evaluate(range);
  if (matrix.kind !== 'matrix' || !matrix.windows.series.every(isPlain)) return undefined;
  const { series, ends, rangeMs } = matrix.windows;
  const keyOf = groupKey(grouping);
  const labelsOf = groupLabels(grouping);
  const groups = new Map<string, Group>();
  const points = new Float64Array(grid.count);
  const present = new Uint8Array(grid.count);
  let hinted: string | undefined;
  for (const { labels, times, values } of series) {
    present.fill(0);
    sweep({ times, values, ends, rangeMs, points, present });
    const turn = evaluator.pause();
    if (turn) await turn;
    if (!present.includes(1)) continue;
    const metric = `${labels[METRIC_NAME]} ${labels['__type__']}`;
    if (metric !== hinted) hintCounter(inner, evaluator, labels);
    hinted = metric;
    const key = keyOf(labels);
    let group = groups.get(key);
    if (!group) {
      evaluator.reserve(grid.count);
      group = { labels: labelsOf(labels), sum: new RunningGridSum(grid.count) };
      groups.set(key, group);
    }
    group.sum.add(points, present);
  }
  const dropsName = keepsMetricName ? {} : { dropsName: true };
  return vectorOf(
    [...groups.values()].map(
      ({ labels, sum }): GridSeries => ({ labels, ...sum.points(), ...dropsName }),
    ),
  );
}
