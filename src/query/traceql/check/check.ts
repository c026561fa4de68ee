// Tree in, the same tree out if its types fit; InputError `traceql_type` if they do not and
// `traceql_unsupported` for what the language has and no engine evaluates. The rules are Tempo's.
import { InputError, type TextSpan } from '#lib/errors.ts';
import type {
  Aggregate,
  Pipeline,
  PipelineStage,
  Query,
  ScalarExpr,
  ScalarFilter,
} from '../syntax/ast.ts';
import { printScalar, printStage } from '../syntax/print.ts';
import { checkField, readsSpan, typeError } from './check-field.ts';
import { checkMetrics } from './check-metrics.ts';
import { areComparable, isNumeric, type Type } from './type.ts';

export interface CheckedQuery {
  readonly query: Query;
  /** What a search evaluates: for a metrics query the part before its function. */
  readonly pipeline: Pipeline;
}

export function check(query: Query): CheckedQuery {
  const { root } = query;
  if (root.kind === 'scalar-filter') {
    checkScalarFilter(root);
    throw unsupported('a comparison of two pipelines', root.span);
  }
  if (root.kind === 'metrics') {
    const pipelines = checkMetrics(root);
    pipelines.forEach(checkStage);
    return { query, pipeline: pipelines[0] as Pipeline };
  }
  checkStage(root);
  return { query, pipeline: root };
}

export function unsupported(what: string, span: TextSpan): InputError {
  return new InputError('traceql_unsupported', `${what} is not yet supported`, { span });
}

function checkStage(stage: PipelineStage): void {
  switch (stage.kind) {
    case 'pipeline':
      stage.stages.forEach(checkStage);
      return;
    case 'spanset-operation':
      checkStage(stage.left);
      checkStage(stage.right);
      return;
    case 'filter': {
      if (stage.condition === undefined) return;
      const type = checkField(stage.condition);
      if (type === 'bool' || type === 'any') return;
      const message = `span filter field expressions must resolve to a boolean: ${printStage(stage)}`;
      throw typeError(message, stage.span);
    }
    case 'by':
      checkField(stage.field);
      if (readsSpan(stage.field)) return;
      throw typeError(
        `grouping field expressions must reference the span: ${printStage(stage)}`,
        stage.span,
      );
    case 'select':
      stage.fields.forEach(checkField);
      return;
    case 'scalar-filter':
      checkScalarFilter(stage);
      checkScalarSupport(stage);
      return;
    case 'coalesce':
      return;
  }
}

/** Both sides are valid and can be compared. */
function checkScalarFilter(filter: ScalarFilter): void {
  const left = checkScalar(filter.left);
  const right = checkScalar(filter.right);
  if (areComparable(left, right)) return;
  const text = `${printScalar(filter.left)} ${filter.operator} ${printScalar(filter.right)}`;
  throw typeError(`binary operations must operate on the same type: ${text}`, filter.span);
}

/** An aggregate on the left and a number on the right: what Tempo evaluates, too. */
function checkScalarSupport(filter: ScalarFilter): void {
  if (filter.left.kind !== 'aggregate') {
    throw unsupported(
      'a scalar filter with other than one aggregate on its left',
      filter.left.span,
    );
  }
  if (constantOf(filter.right) === undefined) {
    throw unsupported('a scalar filter with other than a number on its right', filter.right.span);
  }
}

/** The value of arithmetic on literals, in nanoseconds where it has durations. */
export function constantOf(node: ScalarExpr): number | undefined {
  if (node.kind === 'static') return 'value' in node.value ? Number(node.value.value) : undefined;
  if (node.kind !== 'scalar-operation') return undefined;
  const left = constantOf(node.left);
  const right = constantOf(node.right);
  if (left === undefined || right === undefined) return undefined;
  switch (node.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
  }
}

function checkScalar(node: ScalarExpr): Type {
  switch (node.kind) {
    case 'static':
      return node.value.type;
    case 'aggregate':
      return checkAggregate(node);
    case 'scalar-pipeline':
      checkStage(node.pipeline);
      return checkAggregate(node.aggregate);
    case 'scalar-operation': {
      const left = checkScalar(node.left);
      const right = checkScalar(node.right);
      if (areComparable(left, right)) return left === 'any' ? right : left;
      throw typeError(`illegal operation for the given types: ${printScalar(node)}`, node.span);
    }
  }
}

function checkAggregate(node: Aggregate): Type {
  if (node.field === undefined) return 'int';
  const type = checkField(node.field);
  if (type !== 'any' && !isNumeric(type)) {
    const message = `aggregate field expressions must resolve to a number type: ${printScalar(node)}`;
    throw typeError(message, node.span);
  }
  if (readsSpan(node.field)) return type;
  const message = `aggregate field expressions must reference the span: ${printScalar(node)}`;
  throw typeError(message, node.span);
}
