// Comparisons of a stored attribute (model/attribute.ts) with a literal, in SQL. They mean what
// eval/value.ts says, are never NULL, and look into an array only where the value is one.
import { toStoredAttribute } from '#model/attribute.ts';
import {
  and,
  at,
  call,
  column,
  type Expr,
  eq,
  lambda,
  literal,
  not,
  type Operator,
  op,
  or,
} from '#sql/tree.ts';
import { anchored } from '../eval/value.ts';
import type { ComparisonOperator, StaticValue } from '../syntax/ast.ts';

const never = literal(false);
const startsWith = (value: Expr, prefix: string): Expr =>
  call('startsWith', value, literal(prefix));
const withoutTag = (value: Expr): Expr => call('substring', value, literal(2));

/** Whether the attribute `stored` (which must exist) compares so with `value`. */
export function compareStored(
  stored: Expr,
  operator: ComparisonOperator,
  value: StaticValue,
): Expr {
  const scalar = compareScalar(stored, operator, value);
  if (scalar === never) return never;
  const elements = call('JSONExtractArrayRaw', withoutTag(stored));
  const some = (positive: ComparisonOperator): Expr =>
    call('arrayExists', lambda(['x'], compareElement(column('x'), positive, value)), elements);
  const inArray =
    operator === '!=' || operator === '!~'
      ? and(some(operator), not(some(operator === '!=' ? '=' : '=~')))
      : some(operator);
  return or(scalar, and(startsWith(stored, '\x05['), inArray));
}

function compareScalar(stored: Expr, operator: ComparisonOperator, value: StaticValue): Expr {
  switch (value.type) {
    case 'string':
      return compareStoredText(stored, operator, value.value);
    case 'bool':
      return compareStoredBool(stored, operator, value.value);
    case 'int':
    case 'float':
    case 'duration': {
      const literalValue = literal(value.value);
      const number = (parse: string): Expr =>
        op(call(parse, withoutTag(stored)), operator as Operator, literalValue);
      if (operator === '=~' || operator === '!~') return never;
      const ints = and(startsWith(stored, '\x02'), number('toInt64OrZero'));
      const floats = and(startsWith(stored, '\x03'), number('toFloat64OrZero'));
      if (isTyped(value)) return value.type === 'int' ? ints : floats;
      return or(ints, floats);
    }
    default:
      return never;
  }
}

const isTyped = (value: StaticValue): boolean => 'isTyped' in value;

function compareStoredText(stored: Expr, operator: ComparisonOperator, value: string): Expr {
  if (operator === '=') return eq(stored, literal(toStoredAttribute(value)));
  const plain = call('if', startsWith(stored, '\x07'), withoutTag(stored), stored);
  const isText = or(op(stored, '<', literal('\x01')), op(stored, '>=', literal('\x07')));
  return and(isText, compareText(plain, operator, value));
}

/** A comparison of text with a text literal. */
export function compareText(text: Expr, operator: ComparisonOperator, value: string): Expr {
  if (operator === '=~') return call('match', text, literal(anchored(value)));
  if (operator === '!~') return not(call('match', text, literal(anchored(value))));
  return op(text, operator, literal(value));
}

function compareStoredBool(stored: Expr, operator: ComparisonOperator, value: boolean): Expr {
  if (operator !== '=' && operator !== '!=') return never;
  return eq(stored, literal(toStoredAttribute(operator === '=' ? value : !value)));
}

/** One element of a JSON array, as raw JSON. */
function compareElement(raw: Expr, operator: ComparisonOperator, value: StaticValue): Expr {
  switch (value.type) {
    case 'string': {
      const text = call('JSONExtractString', raw);
      return and(startsWith(raw, '"'), compareText(text, operator, value.value));
    }
    case 'bool':
      return eq(raw, literal(String(operator === '=' ? value.value : !value.value)));
    case 'int':
    case 'float':
    case 'duration': {
      const number = call('toFloat64OrNull', raw);
      const fits = call('ifNull', op(number, operator as Operator, literal(value.value)), never);
      if (!isTyped(value)) return fits;
      const isFloat = call('match', raw, literal('[.eE]'));
      return and(value.type === 'float' ? isFloat : not(isFloat), fits);
    }
    default:
      return never;
  }
}

/** The integer in a stored attribute, or NULL. */
export const storedInteger = (stored: Expr): Expr =>
  call('if', startsWith(stored, '\x02'), call('toInt64OrNull', withoutTag(stored)), literal(null));

/** The number in a stored attribute, or NULL. */
export const storedNumber = (stored: Expr): Expr =>
  call(
    'if',
    or(startsWith(stored, '\x02'), startsWith(stored, '\x03')),
    call('toFloat64OrNull', withoutTag(stored)),
    literal(null),
  );

/**
 * As storedNumber, and of an array of one number that number: what metrics compute with
 * (metrics/field-value.ts). `isWhole`: only integers.
 */
export function storedMeasured(stored: Expr, isWhole: boolean): Expr {
  const items = call('JSONExtractArrayRaw', withoutTag(stored));
  const item = at(items, literal(1));
  const isItem = and(
    eq(call('length', items), literal(1)),
    ...(isWhole ? [call('match', item, literal('^-?[0-9]+$'))] : []),
  );
  const isNumber = isWhole
    ? startsWith(stored, '\x02')
    : or(startsWith(stored, '\x02'), startsWith(stored, '\x03'));
  const only = call('if', isItem, call('toFloat64OrNull', item), literal(null));
  return call(
    'multiIf',
    isNumber,
    call('toFloat64OrNull', withoutTag(stored)),
    startsWith(stored, '\x05['),
    only,
    literal(null),
  );
}
