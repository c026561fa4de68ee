// Parts of an expression that are the same for every span.
import type { ArithmeticOperator, FieldExpr, StaticValue } from '../syntax/ast.ts';
import { calculate } from './value.ts';

/** The value of a literal or of arithmetic on literals; undefined for everything else. */
export function constantValue(node: FieldExpr): StaticValue | undefined {
  if (node.kind === 'static') return node.value;
  if (node.kind === 'unary' && node.operator === '-') {
    const term = constantValue(node.term);
    return term && calculate('-', { type: 'int', value: 0 }, term);
  }
  if (node.kind !== 'binary' || !'+-*/%^'.includes(node.operator)) return undefined;
  const left = constantValue(node.left);
  const right = constantValue(node.right);
  return left && right && calculate(node.operator as ArithmeticOperator, left, right);
}
