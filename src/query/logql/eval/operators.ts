// evaluate: the operators above the range aggregations, on grids; semantics of src/query/vector with
// LogQL's own rule that a division by zero gives NaN.
import { InputError } from '#lib/errors.ts';
import { expandMatch } from '#lib/expand-match.ts';
import { aggregate, type FoldName } from '#query/vector/aggregate.ts';
import { combineVectors, combineWithScalar } from '#query/vector/binary.ts';
import type { Grouping as VectorGrouping } from '#query/vector/group.ts';
import { setLabels } from '#query/vector/label.ts';
import { type Matching, matchAllLabels } from '#query/vector/matching.ts';
import { mergeEqualLabels } from '#query/vector/merge.ts';
import { withoutMarkedNames } from '#query/vector/name.ts';
import type { ElementOperator } from '#query/vector/operation.ts';
import { combineSets } from '#query/vector/set.ts';
import { aggregateTop } from '#query/vector/top.ts';
import type { GridSeries, Labels } from '#query/vector/value.ts';
import { compileRegex } from '../stage/regex.ts';
import type { BinaryExpr, Grouping, LabelReplace, MetricExpr, VectorMatch } from '../syntax/ast.ts';

/** A number, the same at every step, or series. */
export type MetricValue = number | readonly GridSeries[];

export function evaluateOperator(
  expr: MetricExpr,
  inputs: readonly MetricValue[],
  steps: number,
): MetricValue {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'vector':
      return [constantSeries(expr.value, steps)];
    case 'vector-aggregation':
      return evaluateAggregation(expr, toSeries(inputs[0], steps), steps);
    case 'label-replace':
      return replaceLabels(expr, toSeries(inputs[0], steps));
    case 'binary':
      return evaluateBinary(expr, inputs[0] ?? [], inputs[1] ?? [], steps);
    case 'range-aggregation':
      return toSeries(inputs[0], steps);
  }
}

export function constantSeries(value: number, steps: number): GridSeries {
  return {
    labels: {},
    values: new Float64Array(steps).fill(value),
    present: new Uint8Array(steps).fill(1),
  };
}

export const toSeries = (value: MetricValue | undefined, steps: number): readonly GridSeries[] =>
  typeof value === 'number' ? [constantSeries(value, steps)] : (value ?? []);

const toVectorGrouping = (grouping: Grouping | undefined): VectorGrouping => ({
  mode: grouping?.isWithout ? 'without' : 'by',
  labels: grouping?.labels ?? [],
});

type Aggregation = MetricExpr & { kind: 'vector-aggregation' };

function evaluateAggregation(
  expr: Aggregation,
  series: readonly GridSeries[],
  steps: number,
): readonly GridSeries[] {
  const grouping = toVectorGrouping(expr.grouping);
  switch (expr.operation) {
    case 'topk':
    case 'bottomk':
    // Loki estimates here; every value counted is the better answer within its promise.
    case 'approx_topk': {
      const k = new Float64Array(steps).fill(expr.parameter ?? 0);
      const side = expr.operation === 'bottomk' ? 'bottomk' : 'topk';
      return aggregateTop(side, k, series, grouping);
    }
    case 'sort':
    case 'sort_desc':
      return sortByValue(series, expr.operation === 'sort' ? 1 : -1);
    default:
      return aggregate(expr.operation as FoldName, series, grouping);
  }
}

/** By the value at the only step; a NaN comes last. */
function sortByValue(series: readonly GridSeries[], sign: number): readonly GridSeries[] {
  const rank = ({ values }: GridSeries): number => {
    const value = values[0] as number;
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value * sign;
  };
  return [...series].sort((a, b) => rank(a) - rank(b));
}

function replaceLabels(expr: LabelReplace, series: readonly GridSeries[]): readonly GridSeries[] {
  const regex = compileRegex(`^(?:${expr.regex})$`, expr.span, 'invalid regex in label_replace: ');
  const replaced = series.map((one): GridSeries => {
    const matcher = regex.matcher(labelText(one.labels, expr.source));
    if (!matcher.find()) return one;
    const value = expandMatch(expr.replacement, matcher);
    return { ...one, labels: setLabels(one.labels, [[expr.destination, value]]) };
  });
  return mergeEqualLabels(replaced);
}

const labelText = (labels: Labels, name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] as string) : '';

function evaluateBinary(
  expr: BinaryExpr,
  left: MetricValue,
  right: MetricValue,
  steps: number,
): MetricValue {
  const { operator } = expr;
  if (operator === 'and' || operator === 'or' || operator === 'unless') {
    return combineSets(
      operator,
      toSeries(left, steps),
      toSeries(right, steps),
      matchingOf(expr.match),
    );
  }
  const divides = operator === '/' || operator === '%';
  const divisor = divides ? withoutZeros(right) : right;
  const common = { operator: operator as ElementOperator, isBool: expr.returnsBool };
  if (typeof left === 'number') {
    const scalar = new Float64Array(steps).fill(left);
    const side = { ...common, scalar, isScalarLeft: true };
    return withoutMarkedNames(combineWithScalar(toSeries(divisor, steps), side));
  }
  if (typeof divisor === 'number') {
    const scalar = new Float64Array(steps).fill(divisor);
    return withoutMarkedNames(combineWithScalar(left, { ...common, scalar, isScalarLeft: false }));
  }
  try {
    const operation = { ...common, matching: matchingOf(expr.match) };
    return withoutMarkedNames(combineVectors(left, divisor, operation));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError('logql_matching', inLokisWords(error.message), {
      span: expr.span,
      cause: error,
    });
  }
}

/** Loki does not say which series they are. */
const inLokisWords = (message: string): string =>
  message.replace(
    / for the match group .* on the (left|right) hand-side of .*;/s,
    ' on the $1 hand-side;',
  );

function withoutZeros(value: MetricValue): MetricValue {
  if (typeof value === 'number') return value === 0 ? Number.NaN : value;
  return value.map((one) => ({
    ...one,
    values: one.values.map((number) => (number === 0 ? Number.NaN : number)),
  }));
}

function matchingOf(match: VectorMatch | undefined): Matching {
  if (!match) return matchAllLabels;
  const { labels, cardinality, include } = match;
  return { mode: match.isOn ? 'on' : 'ignoring', labels, cardinality, include };
}
