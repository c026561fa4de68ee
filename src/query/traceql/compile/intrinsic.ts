// Comparisons of an intrinsic with a literal, where the engine has it in a column.
import {
  and,
  call,
  column,
  type Expr,
  eq,
  lambda,
  literal,
  not,
  type Operator,
  op,
} from '#sql/tree.ts';
import type { SqlIntrinsic } from '../intrinsic/define.ts';
import { intrinsics } from '../intrinsic/index.ts';
import { kindNames, statusNames } from '../intrinsic/span.ts';
import { toComparable } from '../intrinsic/trace-id.ts';
import type { ComparisonOperator, StaticValue } from '../syntax/ast.ts';
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';
import { compareText } from './stored.ts';

/** The condition and the table it is about; undefined where it needs the whole trace. */
export function compareIntrinsic(
  name: IntrinsicName,
  operator: ComparisonOperator,
  written: StaticValue,
): { readonly expr: Expr; readonly table: 'span' | 'scope' } | undefined {
  const value = toComparable(name, operator, written);
  if (name === 'traceId' && operator === '=' && value.type === 'string') {
    return { expr: isTrace(value.value), table: 'span' };
  }
  const sql = intrinsics[name].compile?.();
  if (sql === undefined) return undefined;
  if (!sql.isList) {
    const fits = compareOne(sql.type, sql.expr, operator, value);
    return { expr: sql.present ? and(sql.present, fits) : fits, table: sql.table };
  }
  const some = (positive: ComparisonOperator): Expr =>
    call(
      'arrayExists',
      lambda(['x'], compareOne(sql.type, column('x'), positive, value)),
      sql.expr,
    );
  if (operator !== '!=' && operator !== '!~') return { expr: some(operator), table: sql.table };
  const opposite = operator === '!=' ? '=' : '=~';
  return { expr: and(some(operator), not(some(opposite))), table: sql.table };
}

/** One value of an intrinsic that is an array, as `param`; undefined for all others. */
export function intrinsicElement(
  name: IntrinsicName,
  operator: ComparisonOperator,
  written: StaticValue,
  param: string,
): { readonly array: Expr; readonly fits: Expr } | undefined {
  const sql = intrinsics[name].compile?.();
  if (!sql?.isList) return undefined;
  const value = toComparable(name, operator, written);
  return { array: sql.expr, fits: compareOne(sql.type, column(param), operator, value) };
}

/** By the bytes of the id, so that the sorting key and the index serve it. */
function isTrace(id: string): Expr {
  if (!/^[\da-f]{1,32}$/.test(id)) return literal(false);
  return eq(column('trace_id'), literal(Buffer.from(id.padStart(32, '0'), 'hex')));
}

function compareOne(
  type: SqlIntrinsic['type'],
  expr: Expr,
  operator: ComparisonOperator,
  value: StaticValue,
): Expr {
  if (type === 'text') {
    return value.type === 'string' ? compareText(expr, operator, value.value) : literal(false);
  }
  if (type === 'number') {
    const isNumber = value.type === 'int' || value.type === 'float' || value.type === 'duration';
    return isNumber ? op(expr, operator as Operator, literal(value.value)) : literal(false);
  }
  const names: readonly string[] = type === 'status' ? statusNames : kindNames;
  if (value.type !== type) return literal(false);
  return op(expr, operator as Operator, literal(names.indexOf(value.value)));
}
