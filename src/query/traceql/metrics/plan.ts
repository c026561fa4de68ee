// A checked metrics query in, what has to be read and computed out: a tree whose leaves are single
// functions over spans. Pure. Both paths, evaluation and SQL, start at a leaf's MetricsPlan.
import { BugError } from '#lib/errors.ts';
import { constantOf } from '../check/scalar-constant.ts';
import { intrinsicTypes } from '../check/type.ts';
import { intrinsics } from '../intrinsic/index.ts';
import { collectNeeds, type Needs } from '../plan/needs.ts';
import { planSearch, type SearchPlan } from '../plan/plan.ts';
import type {
  ArithmeticOperator,
  Field,
  FieldExpr,
  MetricsFunction,
  MetricsFunctionName,
  MetricsQuery,
  MetricsStage,
  Pipeline,
  ScalarExpr,
} from '../syntax/ast.ts';
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';

/** compare(): what is compared with the rest. */
export interface Comparison {
  /** Undefined: every span of the time. */
  readonly condition: FieldExpr | undefined;
  readonly topN: number;
  /** Spans outside (from, included, to, excluded) are never selected. */
  readonly fromNano: bigint | undefined;
  readonly toNano: bigint | undefined;
}

/** One function over the spans that a pipeline leaves. */
export interface MetricsPlan {
  readonly name: MetricsFunctionName;
  /** count: spans. value: count, sum, min, max of the field. bucket: spans by the field's bucket. */
  readonly measure: 'count' | 'value' | 'bucket' | 'compare';
  readonly field: FieldExpr | undefined;
  /** What the stored numbers of the field are divided by: 1e9 for durations, else 1. */
  readonly unit: number;
  readonly quantiles: readonly number[];
  readonly by: readonly Field[];
  readonly comparison: Comparison | undefined;
  /**
   * `spans`: whether and how a span counts is seen from the span and its origin alone.
   * `roots`: the names of its trace's root are needed as well.
   * `traces`: the pipeline, the field or the groups need whole traces.
   */
  readonly reads: 'spans' | 'roots' | 'traces';
  /** The pipeline only filters span by span: those that fit `condition`; undefined: every span. */
  readonly isFilter: boolean;
  readonly condition: FieldExpr | undefined;
  readonly pipeline: Pipeline;
  /** Which traces can have spans that count, and what the pipeline reads of them. */
  readonly search: SearchPlan;
  /** What pipeline and function read. */
  readonly needs: Needs;
}

export type MetricsNode =
  | { readonly kind: 'scalar'; readonly value: number }
  | {
      readonly kind: 'function';
      readonly plan: MetricsPlan;
      readonly stages: readonly MetricsStage[];
    }
  | {
      readonly kind: 'operation';
      readonly operator: ArithmeticOperator;
      readonly left: MetricsNode;
      readonly right: MetricsNode;
      readonly stages: readonly MetricsStage[];
    };

export interface PlanOptions {
  /** Durations other than those of spans stay nanoseconds in min, max, avg and sum. Default false. */
  readonly isStrict?: boolean;
}

export function planMetrics(query: MetricsQuery, options: PlanOptions = {}): MetricsNode {
  const { source, stages } = query;
  if (source.kind === 'function') {
    return { kind: 'function', plan: planFunction(source.pipeline, source.first, options), stages };
  }
  const side = (node: MetricsQuery | ScalarExpr): MetricsNode =>
    node.kind === 'metrics'
      ? planMetrics(node, options)
      : { kind: 'scalar', value: numberIn(node) };
  return {
    kind: 'operation',
    operator: source.operator,
    left: side(source.left),
    right: side(source.right),
    stages,
  };
}

/** Arithmetic on literals; whole numbers divide to whole numbers, durations are seconds. */
export function numberIn(node: ScalarExpr): number {
  const value = constantOf(node);
  if (value === undefined) throw new BugError('BUG: the parser lets only numbers pass here');
  if (node.kind === 'static') return node.value.type === 'duration' ? value / 1e9 : value;
  if (node.kind !== 'scalar-operation') return value;
  const [left, right] = [numberIn(node.left), numberIn(node.right)];
  switch (node.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return isWhole(node) ? Math.trunc(left / right) : left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
  }
}

const isWhole = (node: ScalarExpr): boolean =>
  node.kind === 'scalar-operation'
    ? isWhole(node.left) && isWhole(node.right)
    : node.kind === 'static' && node.value.type === 'int';

const measures: Record<MetricsFunctionName, MetricsPlan['measure']> = {
  rate: 'count',
  count_over_time: 'count',
  min_over_time: 'value',
  max_over_time: 'value',
  sum_over_time: 'value',
  avg_over_time: 'value',
  quantile_over_time: 'bucket',
  histogram_over_time: 'bucket',
  compare: 'compare',
};
const topNDefault = 10;

function planFunction(
  pipeline: Pipeline,
  node: MetricsFunction,
  { isStrict = false }: PlanOptions,
): MetricsPlan {
  const { name, field, filter, by, numbers } = node;
  const fields = [...by, ...(field && field.kind !== 'static' ? [field as Field] : [])];
  const stages = [...pipeline.stages, ...(filter ? [filter] : [])];
  const { span } = node;
  const { needs } = collectNeeds({
    kind: 'pipeline',
    stages: [...stages, { kind: 'select', fields, span }],
    span,
  });
  const conditions = conditionsOf(pipeline);
  const read = [...(conditions ?? []), ...fields, ...(filter?.condition ? [filter.condition] : [])];
  const [topN = topNDefault, fromNano, toNano] = numbers;
  return {
    name,
    measure: measures[name],
    field,
    unit: unitOf(node, isStrict),
    quantiles: name === 'quantile_over_time' ? numbers.map(Number) : [],
    by,
    comparison:
      name === 'compare'
        ? {
            condition: filter?.condition,
            topN: Number(topN),
            fromNano: toNano ? BigInt(fromNano ?? 0) : undefined,
            toNano: toNano ? BigInt(toNano) : undefined,
          }
        : undefined,
    reads: conditions === undefined ? 'traces' : readsOf(read, name === 'compare'),
    isFilter: conditions !== undefined,
    condition: conditions && allOf(conditions),
    pipeline,
    search: planSearch({ query: { root: pipeline, hints: [] }, pipeline }),
    needs,
  };
}

function unitOf({ name, field }: MetricsFunction, isStrict: boolean): number {
  if (field?.kind !== 'intrinsic' || intrinsicTypes[field.name] !== 'duration') return 1;
  const isTempos = field.name === 'duration' || measures[name] !== 'value';
  return isStrict && !isTempos ? 1 : 1e9;
}

/** Of a pipeline that only filters span by span; undefined of any other. */
function conditionsOf({ stages }: Pipeline): FieldExpr[] | undefined {
  const conditions: FieldExpr[] = [];
  for (const stage of stages) {
    if (stage.kind === 'filter') {
      if (stage.condition) conditions.push(stage.condition);
    } else if (stage.kind !== 'select') return undefined;
  }
  return conditions;
}

const allOf = (conditions: readonly FieldExpr[]): FieldExpr | undefined =>
  conditions.length === 0
    ? undefined
    : conditions.reduce((left, right) => ({
        kind: 'binary',
        operator: '&&',
        left,
        right,
        span: { from: left.span.from, to: right.span.to },
      }));

function readsOf(nodes: readonly FieldExpr[], showsRoots: boolean): MetricsPlan['reads'] {
  if (!showsRoots && nodes.every((node) => isKnown(node, false))) return 'spans';
  return nodes.every((node) => isKnown(node, true)) ? 'roots' : 'traces';
}

const rootNames: readonly IntrinsicName[] = ['rootName', 'rootServiceName'];

/** Whether the span, its origin and perhaps the root tell the value; what else is of whole traces is in no column. */
function isKnown(node: FieldExpr, knowsRoots: boolean): boolean {
  switch (node.kind) {
    case 'static':
      return true;
    case 'attribute':
      return !node.isParent;
    case 'intrinsic':
      if (node.isParent) return false;
      return (
        intrinsics[node.name].compile !== undefined || (knowsRoots && rootNames.includes(node.name))
      );
    case 'unary':
    case 'existence':
      return isKnown(node.term, knowsRoots);
    case 'binary':
      return (
        isRootTest(node) || (isKnown(node.left, knowsRoots) && isKnown(node.right, knowsRoots))
      );
  }
}

/** `nestedSetParent < 0`: a span without parent, which the span itself knows. */
function isRootTest({ left, operator, right }: FieldExpr & { readonly kind: 'binary' }): boolean {
  if (left.kind !== 'intrinsic' || left.name !== 'nestedSetParent' || left.isParent) return false;
  const value = right.kind === 'static' && 'value' in right.value ? right.value.value : undefined;
  if (value === 0) return operator === '<' || operator === '>=';
  return value === -1 && (operator === '=' || operator === '!=');
}
