// Arithmetic on a span's own numbers: + - * and unary minus. Integers are int64 that wrap around, as
// in evaluation (eval/arithmetic.ts), everything else doubles. Division and the like have results of
// other types and are left to evaluation.
import { at, call, column, type Expr, literal, type Operator, op, typed } from '#sql/tree.ts';
import { constantValue } from '../eval/constant.ts';
import { intrinsics } from '../intrinsic/index.ts';
import type { ComparisonOperator, FieldExpr, StaticValue } from '../syntax/ast.ts';
import { storedInteger, storedNumber } from './stored.ts';

interface NumberSql {
  /** Int64, NULL where it is no integer; undefined where it never is one. */
  readonly whole: Expr | undefined;
  /** Float64, NULL where it is no number. */
  readonly double: Expr;
}

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
  // Integers first: the engine compares them with doubles exactly, too.
  const fits = [a.whole, a.double].flatMap((x) =>
    [b.whole, b.double].flatMap((y) => (x && y ? [op(x, operator as Operator, y)] : [])),
  );
  return call('coalesce', ...fits, literal(false));
}

/** Its result is a number or nothing, whatever the types of its operands. */
const isArithmetic = (node: FieldExpr): boolean =>
  node.kind === 'unary' || (node.kind === 'binary' && '+-*'.includes(node.operator));

function compileNumber(node: FieldExpr): NumberSql | undefined {
  const constant = constantValue(node);
  if (constant !== undefined) return compileConstant(constant);
  switch (node.kind) {
    case 'attribute': {
      if (node.scope !== 'span' || node.isParent) return undefined;
      const stored = at(column('attributes'), literal(node.name));
      return { whole: storedInteger(stored), double: storedNumber(stored) };
    }
    case 'intrinsic': {
      const sql = node.isParent ? undefined : intrinsics[node.name].compile?.();
      if (sql?.type !== 'number' || sql.isList) return undefined;
      return { whole: undefined, double: call('toFloat64', sql.expr) };
    }
    case 'unary': {
      const term = node.operator === '-' ? compileNumber(node.term) : undefined;
      if (term === undefined) return undefined;
      const { whole, double } = term;
      return toNumber(whole && call('negate', whole), call('negate', double));
    }
    case 'binary': {
      if (!'+-*'.includes(node.operator)) return undefined;
      const left = compileNumber(node.left);
      const right = compileNumber(node.right);
      if (left === undefined || right === undefined) return undefined;
      const calculate = (x: Expr, y: Expr): Expr => op(x, node.operator as Operator, y);
      const whole = left.whole && right.whole && calculate(left.whole, right.whole);
      return toNumber(whole, calculate(left.double, right.double));
    }
    case 'static':
    case 'existence':
      return undefined;
  }
}

function compileConstant(value: StaticValue): NumberSql | undefined {
  if (value.type === 'int') {
    const whole = typed(BigInt(value.value), 'Int64');
    return { whole, double: literal(Number(value.value)) };
  }
  const isNumber = value.type === 'float' || value.type === 'duration';
  return isNumber ? { whole: undefined, double: literal(value.value) } : undefined;
}

/** `double` is what it is where it is no integer. */
const toNumber = (whole: Expr | undefined, double: Expr): NumberSql => ({
  whole,
  double: whole ? call('ifNull', call('toFloat64', whole), double) : double,
});
