// plan: a pure function from a checked query and its window to what is to be read and what is to be
// evaluated. The tree of operators stays as it is; each of its leaves, a log query or a range
// aggregation, becomes a scan.
import type { UnixNano } from '#model/unit.ts';
import { rangeFunctions } from '../function/index.ts';
import { definitionOf } from '../stage/index.ts';
import type { Grouping, MetricExpr, RangeAggregation, Stage } from '../syntax/ast.ts';

export type PushDown = 'auto' | 'always' | 'never';

/** Evaluation times of a metric query: start, start + step, …; `count` of them. */
export interface NanoGrid {
  readonly startNano: UnixNano;
  readonly stepNano: bigint;
  readonly count: number;
}

/** A range aggregation and what is read for it. */
export interface RangePlan {
  readonly kind: 'range';
  readonly aggregation: RangeAggregation;
  /** What the samples are grouped by: its own grouping, or that of the `sum` around it. */
  readonly grouping: Grouping | undefined;
  /** Whether the whole of it may be counted by the engine. */
  readonly canCompile: boolean;
  /** Times of the lines: from < time <= to. */
  readonly fromNano: UnixNano;
  readonly toNano: UnixNano;
}

export type MetricPlan =
  | RangePlan
  | { readonly kind: 'node'; readonly expr: MetricExpr; readonly inputs: readonly MetricPlan[] };

export function planMetric(expr: MetricExpr, grid: NanoGrid, outer?: Grouping): MetricPlan {
  switch (expr.kind) {
    case 'range-aggregation':
      return planRange(expr, grid, expr.grouping ?? outer);
    case 'vector-aggregation': {
      const pushed = groupingForRange(expr);
      return { kind: 'node', expr, inputs: [planMetric(expr.inner, grid, pushed)] };
    }
    case 'label-replace':
      return { kind: 'node', expr, inputs: [planMetric(expr.inner, grid)] };
    case 'binary':
      return {
        kind: 'node',
        expr,
        inputs: [planMetric(expr.left, grid), planMetric(expr.right, grid)],
      };
    case 'number':
    case 'vector':
      return { kind: 'node', expr, inputs: [] };
  }
}

/**
 * A sum of sums may be grouped where the lines are read. As in Loki this also decides whether an
 * __error__ is seen: what the grouping removes does not fail the query.
 */
function groupingForRange(expr: MetricExpr & { kind: 'vector-aggregation' }): Grouping | undefined {
  if (expr.operation !== 'sum' || expr.inner.kind !== 'range-aggregation') return undefined;
  if (!rangeFunctions[expr.inner.operation]?.isAdditive) return undefined;
  return expr.grouping ?? { isWithout: false, labels: [], span: expr.span };
}

function planRange(
  aggregation: RangeAggregation,
  grid: NanoGrid,
  grouping: Grouping | undefined,
): RangePlan {
  const { rangeNano, offsetNano, unwrap, log } = aggregation.range;
  const lastNano = grid.startNano + grid.stepNano * BigInt(grid.count - 1);
  const counted = rangeFunctions[aggregation.operation]?.counts;
  return {
    kind: 'range',
    aggregation,
    grouping,
    canCompile: counted !== undefined && !unwrap && !log.stages.some(hidesLabels),
    fromNano: grid.startNano - offsetNano - rangeNano,
    toNano: lastNano - offsetNano,
  };
}

/** Whether the engine no longer knows the labels after this stage. */
function hidesLabels(stage: Stage): boolean {
  const definition = definitionOf(stage);
  return definition.changes.labels === true && definition.removes?.(stage) === undefined;
}
