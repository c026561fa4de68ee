// Which operator joins which operands outside of `{ … }`, and how tightly.
import type { TextSpan } from '#lib/errors.ts';
import {
  type ArithmeticOperator,
  type ComparisonOperator,
  type MetricsQuery,
  type Pipeline,
  type PipelineStage,
  type ScalarExpr,
  type ScalarFilter,
  type SpansetExpr,
  type SpansetOperator,
  spansetOperators,
} from './ast.ts';
import { isArithmetic, isComparison } from './parse-field.ts';

/** What a part of a query can be before its surroundings say what it must be. */
export type Operand = PipelineStage | ScalarExpr | ScalarFilter | MetricsQuery;

export function operatorLevel(text: string): number | undefined {
  if (text === '&&' || text === '||') return 1;
  if (text === '+' || text === '-') return 3;
  if (text === '*' || text === '/' || text === '%') return 4;
  if (text === '^') return 5;
  return isComparison(text) || isSpansetOperator(text) ? 2 : undefined;
}

export const isSpansetOperator = (text: string): text is SpansetOperator =>
  (spansetOperators as readonly string[]).includes(text);

export const isSpanset = (node: Operand): node is SpansetExpr =>
  node.kind === 'filter' || node.kind === 'spanset-operation' || node.kind === 'pipeline';

export const isScalar = (node: Operand | Pipeline): node is ScalarExpr =>
  node.kind === 'static' ||
  node.kind === 'aggregate' ||
  node.kind === 'scalar-operation' ||
  node.kind === 'scalar-pipeline';

/** `left operator right`, or undefined where the grammar has no such thing. */
export function combine(text: string, left: Operand, right: Operand): Operand | undefined {
  const span: TextSpan = { from: left.span.from, to: right.span.to };
  if (isSpanset(left) && isSpanset(right)) {
    return isSpansetOperator(text)
      ? { kind: 'spanset-operation', operator: text, left, right, span }
      : undefined;
  }
  const comparison = isComparison(text) && !text.includes('~');
  if (isScalar(left) && isScalar(right)) {
    if (comparison) {
      return { kind: 'scalar-filter', operator: text as ComparisonOperator, left, right, span };
    }
    if (!isArithmetic(text)) return undefined;
    return { kind: 'scalar-operation', operator: text as ArithmeticOperator, left, right, span };
  }
  if (left.kind === 'metrics' && isScalar(right) && comparison) {
    return isThreshold(right)
      ? withFilter(left, text as ComparisonOperator, right, span)
      : undefined;
  }
  return combineMetrics(text, left, right, span);
}

function withFilter(
  metrics: MetricsQuery,
  operator: ComparisonOperator,
  value: ScalarExpr,
  span: TextSpan,
): MetricsQuery {
  const filter = { kind: 'metrics-filter' as const, operator, value, span: value.span };
  return { ...metrics, stages: [...metrics.stages, filter], span };
}

function combineMetrics(
  text: string,
  left: Operand,
  right: Operand,
  span: TextSpan,
): MetricsQuery | undefined {
  if (!['+', '-', '*', '/'].includes(text)) return undefined;
  const fits = (node: Operand): node is MetricsQuery | ScalarExpr =>
    node.kind === 'metrics' || (isScalar(node) && isNumber(node));
  if (!fits(left) || !fits(right)) return undefined;
  const operator = text as ArithmeticOperator;
  return {
    kind: 'metrics',
    source: { kind: 'operation', operator, left, right },
    stages: [],
    span,
  };
}

/** What a metric is compared with: numbers and arithmetic on them, or one duration. */
export const isThreshold = (node: ScalarExpr): boolean =>
  isNumber(node) || (node.kind === 'static' && node.value.type === 'duration');

function isNumber(node: ScalarExpr): boolean {
  if (node.kind === 'scalar-operation') return isNumber(node.left) && isNumber(node.right);
  return node.kind === 'static' && (node.value.type === 'int' || node.value.type === 'float');
}
