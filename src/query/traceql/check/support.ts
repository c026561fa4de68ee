// What the language has and Tempo does not evaluate: refused only when strict. Here all of it means
// what it says.
import { InputError, type TextSpan } from '#lib/errors.ts';
import type { FieldExpr, MetricsQuery, PipelineStage, Query, ScalarExpr } from '../syntax/ast.ts';
import { printField } from '../syntax/print.ts';
import { constantOf } from './scalar-constant.ts';

/** Throws InputError `traceql_unsupported` for the first such thing. */
export function refuseUnsupported(root: Query['root']): void {
  if (root.kind === 'metrics') visitMetrics(root);
  else visitStage(root);
}

const unsupported = (what: string, span: TextSpan): InputError =>
  new InputError('traceql_unsupported', `${what} is not yet supported`, {
    span,
    hint: 'Set compat.strict to false: then it is evaluated.',
  });

function visitStage(stage: PipelineStage): void {
  switch (stage.kind) {
    case 'pipeline':
      stage.stages.forEach(visitStage);
      return;
    case 'spanset-operation':
      visitStage(stage.left);
      visitStage(stage.right);
      return;
    case 'filter':
      if (stage.condition) visitField(stage.condition);
      return;
    case 'by':
      visitField(stage.field);
      return;
    case 'select':
      stage.fields.forEach(visitField);
      return;
    case 'scalar-filter': {
      const { left, right } = stage;
      visitScalar(left);
      visitScalar(right);
      if (left.kind !== 'aggregate') {
        throw unsupported('a scalar filter with other than one aggregate on its left', left.span);
      }
      if (constantOf(right) === undefined) {
        throw unsupported('a scalar filter with other than a number on its right', right.span);
      }
      return;
    }
    case 'coalesce':
      return;
  }
}

function visitScalar(node: ScalarExpr): void {
  switch (node.kind) {
    case 'static':
      return;
    case 'aggregate':
      if (node.field) visitField(node.field);
      return;
    case 'scalar-operation':
      visitScalar(node.left);
      visitScalar(node.right);
      return;
    case 'scalar-pipeline':
      visitStage(node.pipeline);
      visitScalar(node.aggregate);
  }
}

function visitField(node: FieldExpr): void {
  switch (node.kind) {
    case 'static':
      return;
    case 'attribute':
    case 'intrinsic':
      if (node.isParent) throw unsupported(`parent scope (${printField(node)})`, node.span);
      if (node.kind === 'intrinsic' && node.name === 'parent') {
        throw unsupported('intrinsic (parent)', node.span);
      }
      return;
    case 'unary':
    case 'existence':
      visitField(node.term);
      return;
    case 'binary':
      visitField(node.left);
      visitField(node.right);
  }
}

function visitMetrics({ source }: MetricsQuery): void {
  if (source.kind === 'operation') {
    for (const side of [source.left, source.right]) {
      if (side.kind === 'metrics') visitMetrics(side);
    }
    return;
  }
  visitStage(source.pipeline);
  const { field, filter, by } = source.first;
  if (filter) visitStage(filter);
  if (field) visitField(field);
  by.forEach(visitField);
}
