// Types of field expressions, bottom up.
import { RE2JS } from 're2js';
import { InputError, type TextSpan } from '#lib/errors.ts';
import { anchored } from '../eval/value.ts';
import type { Binary, Existence, FieldExpr, Unary } from '../syntax/ast.ts';
import { printField } from '../syntax/print.ts';
import { areComparable, intrinsicTypes, isNumeric, type Type, takesOperator } from './type.ts';

export const typeError = (message: string, span: TextSpan): InputError =>
  new InputError('traceql_type', message, { span });

/** The type of `node`; throws InputError `traceql_type`. */
export function checkField(node: FieldExpr): Type {
  switch (node.kind) {
    case 'static':
      return node.value.type;
    case 'attribute':
      return 'any';
    case 'intrinsic':
      return intrinsicTypes[node.name];
    case 'unary':
      return checkUnary(node);
    case 'existence':
      return checkExistence(node);
    case 'binary':
      return checkBinary(node);
  }
}

function checkUnary(node: Unary): Type {
  const type = checkField(node.term);
  const fits = type === 'any' || (node.operator === '!' ? type === 'bool' : isNumeric(type));
  if (!fits)
    throw typeError(`illegal operation for the given type: ${printField(node)}`, node.span);
  return node.operator === '!' ? 'bool' : type;
}

/** What always is there can be asked for with `!= nil` only; a parent may be missing. */
function checkExistence(node: Existence): Type {
  const { term } = node;
  checkField(term);
  const isService =
    term.kind === 'attribute' && term.scope === 'resource' && term.name === 'service.name';
  const isOfParent =
    'isParent' in term && (term.isParent || (term.kind === 'intrinsic' && term.name === 'parent'));
  if (!node.isPresent && !isOfParent && (term.kind === 'intrinsic' || isService)) {
    throw typeError(`${printField(term)} cannot be nil: ${printField(node)}`, node.span);
  }
  return 'bool';
}

function checkBinary(node: Binary): Type {
  const left = checkField(node.left);
  const right = checkField(node.right);
  const { operator } = node;
  if (!areComparable(left, right)) {
    const message = `binary operations must operate on the same type: ${printField(node)}`;
    throw typeError(message, node.span);
  }
  if (!takesOperator(left, operator) || !takesOperator(right, operator)) {
    throw typeError(`illegal operation for the given types: ${printField(node)}`, node.span);
  }
  if (operator === '=~' || operator === '!~') checkPattern(node);
  if ('+-*/%^'.includes(operator)) return left === 'any' ? right : left;
  return 'bool';
}

function checkPattern(node: Binary): void {
  for (const side of [node.left, node.right]) {
    if (side.kind !== 'static' || side.value.type !== 'string') continue;
    try {
      RE2JS.compile(anchored(side.value.value));
    } catch (cause) {
      throw new InputError('traceql_type', `invalid regex: ${printField(side)}`, {
        span: side.span,
        cause,
      });
    }
  }
}

/** Whether the value differs from span to span. */
export function readsSpan(node: FieldExpr): boolean {
  switch (node.kind) {
    case 'static':
      return false;
    case 'attribute':
    case 'intrinsic':
      return true;
    case 'unary':
    case 'existence':
      return readsSpan(node.term);
    case 'binary':
      return readsSpan(node.left) || readsSpan(node.right);
  }
}
