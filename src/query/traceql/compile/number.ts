// Arithmetic on a span's own numbers: + - * and unary minus, as doubles. Division and the like
// depend on whether both sides are whole numbers and are left to evaluation.
import { at, call, column, type Expr, literal, type Operator, op } from '#sql/tree.ts';
import { constantValue } from '../eval/constant.ts';
import { numberOf } from '../eval/value.ts';
import { intrinsics } from '../intrinsic/index.ts';
import type { ComparisonOperator, FieldExpr } from '../syntax/ast.ts';
import { storedNumber } from './stored.ts';

/** `left operator right` if both are such numbers; never NULL. */
export function compareNumbers(
  operator: ComparisonOperator,
  left: FieldExpr,
  right: FieldExpr,
): Expr | undefined {
  if (operator === '=~' || operator === '!~') return undefined;
  if (!isArithmetic(left) && !isArithmetic(right)) return undefined;
  const a = compileNumber(left);
  const b = compileNumber(right);
  if (a === undefined || b === undefined) return undefined;
  return call('ifNull', op(a, operator as Operator, b), literal(false));
}

/** Its result is a number or nothing, whatever the types of its operands. */
const isArithmetic = (node: FieldExpr): boolean =>
  node.kind === 'unary' || (node.kind === 'binary' && '+-*'.includes(node.operator));

function compileNumber(node: FieldExpr): Expr | undefined {
  const constant = constantValue(node);
  if (constant !== undefined) {
    const value = numberOf(constant);
    return value === undefined ? undefined : literal(Number(value));
  }
  switch (node.kind) {
    case 'attribute':
      if (node.scope !== 'span' || node.isParent) return undefined;
      return storedNumber(at(column('attributes'), literal(node.name)));
    case 'intrinsic': {
      const sql = node.isParent ? undefined : intrinsics[node.name].compile?.();
      return sql?.type === 'number' && !sql.isList ? call('toFloat64', sql.expr) : undefined;
    }
    case 'unary': {
      const term = node.operator === '-' ? compileNumber(node.term) : undefined;
      return term === undefined ? undefined : call('negate', term);
    }
    case 'binary': {
      if (!'+-*'.includes(node.operator)) return undefined;
      const left = compileNumber(node.left);
      const right = compileNumber(node.right);
      if (left === undefined || right === undefined) return undefined;
      return op(left, node.operator as Operator, right);
    }
    case 'static':
    case 'existence':
      return undefined;
  }
}
