// Tree in, the same tree out if its types fit; InputError `traceql_type` if they do not and, when
// strict, `traceql_unsupported` for what Tempo does not evaluate. The rules are Tempo's.
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
import { refuseUnsupported } from './support.ts';
import { areComparable, isNumeric, type Type } from './type.ts';

export interface CheckedQuery {
  readonly query: Query;
  /** What a search evaluates: for a metrics query the part before its function. */
  readonly pipeline: Pipeline;
  /** Answers look as Tempo's where ours would say more. */
  readonly isStrict?: boolean;
}

export interface CheckOptions {
  /** Also refuses what the language has and Tempo does not evaluate. Default false. */
  readonly isStrict?: boolean;
}

export function check(query: Query, { isStrict = false }: CheckOptions = {}): CheckedQuery {
  const { root } = query;
  const pipeline = checkRoot(root);
  if (isStrict) refuseUnsupported(root);
  return { query, pipeline, isStrict };
}

function checkRoot(root: Query['root']): Pipeline {
  if (root.kind === 'metrics') {
    const pipelines = checkMetrics(root);
    pipelines.forEach(checkStage);
    return pipelines[0] as Pipeline;
  }
  checkStage(root);
  return root.kind === 'pipeline' ? root : { kind: 'pipeline', stages: [root], span: root.span };
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
