// The largest parts of a plan that the engine computes: a range function or an instant vector over
// the series of one metric, and a plain aggregation over it. Everything is one SELECT per part, whose
// rows hold labels and a grid (an array with one nullable number per step).
import { METRIC_NAME } from '#query/vector/label.ts';
import { gridTime } from '#query/vector/value.ts';
import {
  as,
  at,
  call,
  column,
  type Expr,
  eq,
  lambda,
  literal,
  op,
  or,
  type Projection,
  type Select,
  type Source,
  typed,
} from '#sql/tree.ts';
import { timeLiteral } from '#store/table/table.ts';
import type { SqlWindow } from '../function/definition.ts';
import { gridAggregate } from '../function/grid-aggregate.ts';
import {
  type AggregationNode,
  type InstantNode,
  type PlanNode,
  type RangeNode,
  type Read,
  shiftedMs,
} from '../plan/node.ts';
import { type CompileScope, exactName } from './matcher.ts';
import { compileSeries, compileWholeHours, isStale } from './samples.ts';

export interface Statement {
  /** What it computes. */
  readonly node: PlanNode;
  readonly select: Select;
  readonly read: Read;
  /** The metric that is read. */
  readonly name: string;
  /** Whether the series of the answer have that name. */
  readonly hasName: boolean;
  /** Whether the name is to go in the end. */
  readonly dropsName: boolean;
  /** Whether the answer may be another one when it is known when counting began. */
  readonly dependsOnStarts: boolean;
  /** Labels in the columns l0, l1, …; undefined when the column `labels` has them all. */
  readonly labels: readonly string[] | undefined;
  /** Whether its rows say so (`inexact`) where the engine's numbers are not good enough. */
  readonly mayBeInexact?: boolean;
  /** Whether the engine makes NaNs of infinite samples where they are not to be: then they prove nothing. */
  readonly doubtsNaN?: boolean;
  /** Steps of the arrays; 1 when all steps share one window (`@`). */
  readonly steps: number;
}

/** The statement for a node; undefined when the engine cannot give exactly its answer. */
export function pushDown(node: PlanNode, scope: CompileScope): Statement | undefined {
  if (node.kind === 'aggregation') return pushAggregation(node, scope);
  const grids = gridsOf(node, scope);
  if (!grids) return undefined;
  const { select, ...shape } = grids;
  return {
    ...shape,
    node,
    // The evaluator puts the name back where somebody still sees it.
    hasName: !shape.dropsName,
    dropsName: false,
    labels: undefined,
    select: {
      columns: [{ expr: column('labels') }, { expr: column('grid') }],
      from: joinSeries(select, node, [{ expr: column('labels') }], scope),
    },
  };
}

interface Grids extends Omit<Statement, 'labels' | 'node'> {}

/** One row per series: series_id, grid. */
function gridsOf(node: PlanNode, scope: CompileScope): Grids | undefined {
  if (node.grid.count === 0) return undefined;
  if (node.kind === 'instant') {
    if (node.output !== 'value' || node.isSmoothed) return undefined;
    return selectGrids(node, {
      scope,
      windowMs: node.lookbackMs,
      dropsName: false,
      dependsOnStarts: false,
      compile: (window) => withoutStaleSteps(gridAggregate('timeSeriesLastToGrid')(window)),
    });
  }
  if (node.kind !== 'call' || !node.definition.compile) return undefined;
  const [range] = node.args;
  if (node.args.length !== 1 || range?.kind !== 'range' || range.extension) return undefined;
  return selectGrids(range, {
    scope,
    windowMs: range.rangeMs,
    dropsName: !node.definition.keepsMetricName,
    dependsOnStarts: true,
    doubtsNaN: true,
    compile: node.definition.compile,
  });
}

/** The engine refuses longer grids, which only subqueries have. */
const gridPointsMax = 16_777_215;

interface GridOptions {
  readonly scope: CompileScope;
  readonly windowMs: number;
  readonly dropsName: boolean;
  readonly dependsOnStarts: boolean;
  readonly doubtsNaN?: boolean;
  readonly compile: (window: SqlWindow) => Expr;
}

function selectGrids(node: InstantNode | RangeNode, options: GridOptions): Grids | undefined {
  const { scope, windowMs, dropsName, dependsOnStarts, doubtsNaN = false, compile } = options;
  const name = exactName(node.read, scope);
  if (name === undefined) return undefined;
  const { grid } = node;
  const steps = node.atMs === undefined ? grid.count : 1;
  if (steps > gridPointsMax) return undefined;
  const window: SqlWindow = {
    start: timeLiteral(shiftedMs(node, grid.startMs)),
    end: timeLiteral(shiftedMs(node, gridTime(grid, steps - 1))),
    stepSeconds: secondsLiteral(Math.max(1, grid.stepMs)),
    windowSeconds: secondsLiteral(windowMs),
    times: column('times'),
    values: column('values'),
  };
  const select: Select = {
    columns: [{ expr: column('series_id') }, as(compile(window), 'grid')],
    from: { kind: 'union', selects: compileWholeHours(node.read, scope) },
    groupBy: [column('series_id')],
  };
  const flags = { hasName: true, dropsName, dependsOnStarts, doubtsNaN };
  return { select, read: node.read, name, ...flags, steps };
}

/** Milliseconds as seconds with three digits behind the point. */
const secondsLiteral = (ms: number): Expr => typed((ms / 1000).toFixed(3), 'Decimal64(3)');

/** Steps whose last sample is a stale marker have none. */
function withoutStaleSteps(grid: Expr): Expr {
  const value = column('v');
  const cleared = call(
    'arrayMap',
    lambda(['v'], call('if', isStale(call('assumeNotNull', value)), literal(null), value)),
    grid,
  );
  return call('if', call('max', column('stale')), cleared, grid);
}

/** Grids and the wanted columns of their series, joined by series_id. */
function joinSeries(
  grids: Select,
  node: PlanNode,
  columns: readonly Projection[],
  scope: CompileScope,
): Source {
  const read = node.kind === 'call' ? (node.args[0] as RangeNode).read : (node as InstantNode).read;
  const identities = compileSeries(read, scope);
  return {
    kind: 'join',
    type: 'GLOBAL ANY INNER',
    left: { kind: 'select', select: grids, as: 'grids' },
    right: {
      kind: 'select',
      select: { ...identities, columns: [{ expr: column('series_id') }, ...columns] },
      as: 'identities',
    },
    using: ['series_id'],
  };
}

/** Aggregates over the grids of a group, step by step. */
const gridFolds: Partial<Record<AggregationNode['name'], Expr>> = {
  sum: kahanSum(),
  avg: zipGrids('/', kahanSum(), call('countForEach', column('grid'))),
  min: call('minForEach', column('grid')),
  max: call('maxForEach', column('grid')),
  count: countOrNull(literal(null), column('n')),
  group: countOrNull(literal(null), literal(1)),
};

function kahanSum(): Expr {
  return call('sumKahanForEach', column('grid'));
}

/** A sum is some 2^-52 of the sum of the magnitudes off; beyond this share of it that shows. */
const cancellationMax = 10_000;

/**
 * Whether the sum of any step may be off: its terms cancel each other out, or there are infinities,
 * of which Kahan's sum makes NaNs, or it overflows.
 */
function isInexactSum(): Expr {
  const [sum, magnitude] = [call('abs', column('s')), column('m')];
  const isOff = or(
    op(magnitude, '>', op(literal(cancellationMax), '*', sum)),
    call('isInfinite', magnitude),
  );
  const magnitudes = call('arrayMap', lambda(['v'], call('abs', column('v'))), column('grid'));
  return call(
    'arrayExists',
    lambda(['s', 'm'], call('ifNull', isOff, literal(0))),
    kahanSum(),
    call('sumForEach', magnitudes),
  );
}

function zipGrids(operator: '/', left: Expr, right: Expr): Expr {
  const body: Expr = { kind: 'operator', operator, left: column('a'), right: column('b') };
  return call('arrayMap', lambda(['a', 'b'], body), left, right);
}

function countOrNull(none: Expr, some: Expr): Expr {
  const body = call('if', eq(column('n'), literal(0)), none, call('toFloat64', some));
  return call('arrayMap', lambda(['n'], body), call('countForEach', column('grid')));
}

function pushAggregation(node: AggregationNode, scope: CompileScope): Statement | undefined {
  const fold = gridFolds[node.name];
  const isSum = node.name === 'sum' || node.name === 'avg';
  const grids = fold ? gridsOf(node.inner, scope) : undefined;
  if (!fold || !grids || node.grouping.mode !== 'by') return undefined;
  const { select, ...shape } = grids;
  const labels = node.grouping.labels.filter((label) => label !== METRIC_NAME);
  const keys = labels.map((label, i) => as(at(column('labels'), literal(label)), `l${i}`));
  const from: Source =
    keys.length === 0 ? { kind: 'select', select } : joinSeries(select, node.inner, keys, scope);
  return {
    ...shape,
    node,
    hasName: labels.length < node.grouping.labels.length,
    mayBeInexact: isSum,
    labels,
    select: {
      columns: [
        ...keys.map(({ as: alias }) => ({ expr: column(alias as string) })),
        as(fold, 'folded'),
        ...(isSum ? [as(isInexactSum(), 'inexact')] : []),
      ],
      from,
      groupBy: keys.map(({ as: alias }) => column(alias as string)),
    },
  };
}
