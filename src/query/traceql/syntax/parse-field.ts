// Field expressions, what stands in `{ … }`: per span, from literals, attributes and intrinsics.
// Precedence, highest first: unary -, ^ (right), * / %, !, + -, comparisons, && || (one level).
import { BugError, type TextSpan } from '#lib/errors.ts';
import type { BinaryOperator, Field, FieldExpr, Static, StaticValue } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { intrinsicSpellings } from './intrinsic-name.ts';

const comparisons = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'];
const precedence: Record<string, number> = {
  '&&': 1,
  '||': 1,
  ...Object.fromEntries(comparisons.map((operator) => [operator, 2])),
  '+': 3,
  '-': 3,
  '*': 4,
  '/': 4,
  '%': 4,
  '^': 5,
};
const notPrecedence = 4;
const minusPrecedence = 6;

export const isComparison = (text: string): boolean => comparisons.includes(text);
export const isArithmetic = (text: string): boolean => (precedence[text] ?? 0) >= 3;

/** expr := operand (operator expr)* */
export function parseFieldExpr(cursor: Cursor, minimum = 1): FieldExpr {
  let left = parseOperand(cursor);
  for (;;) {
    const token = cursor.token;
    if (token.type !== 'symbol') return left;
    const level = precedence[token.text];
    if (level === undefined || level < minimum) return left;
    cursor.take();
    const next = token.text === '^' ? level : level + 1;
    const right = cursor.nested(() => parseFieldExpr(cursor, next));
    left = toBinary(token.text as BinaryOperator, left, right, cursor);
  }
}

function toBinary(
  operator: BinaryOperator,
  left: FieldExpr,
  right: FieldExpr,
  cursor: Cursor,
): FieldExpr {
  const span = { from: left.span.from, to: right.span.to };
  const leftNil = isNil(left);
  if (!leftNil && !isNil(right)) {
    if (!cursor.isStrict || !isComparison(operator) || operator.includes('~')) {
      return { kind: 'binary', operator, left, right, span };
    }
    const sides = { left: typedBeside(left, right), right: typedBeside(right, left) };
    return { kind: 'binary', operator, ...sides, span };
  }
  if (operator !== '=' && operator !== '!=') throw cursor.unexpected('= or !=');
  return { kind: 'existence', term: leftNil ? right : left, isPresent: operator === '!=', span };
}

/** Tempo looks for a number beside an attribute among values of the number's type only. */
function typedBeside(node: FieldExpr, other: FieldExpr): FieldExpr {
  if (node.kind !== 'static' || other.kind !== 'attribute') return node;
  const { value } = node;
  const isNumber = value.type === 'int' || value.type === 'float';
  return isNumber ? { ...node, value: { ...value, isTyped: true } } : node;
}

const isNil = (node: FieldExpr): boolean => node.kind === 'static' && node.value.type === 'nil';

/** operand := '(' expr ')' | '-' operand | '!' expr | field | literal */
function parseOperand(cursor: Cursor): FieldExpr {
  const token = cursor.token;
  const { from } = token.span;
  if (cursor.skip('(')) {
    const inner = cursor.nested(() => parseFieldExpr(cursor));
    cursor.expect(')');
    return inner;
  }
  if (cursor.skip('-')) {
    const term = cursor.nested(() => parseFieldExpr(cursor, minusPrecedence));
    return negate(term, cursor.since(from));
  }
  if (cursor.skip('!')) {
    const term = cursor.nested(() => parseFieldExpr(cursor, notPrecedence));
    return { kind: 'unary', operator: '!', term, span: cursor.since(from) };
  }
  return parseField(cursor) ?? parseStatic(cursor);
}

function negate(term: FieldExpr, span: TextSpan): FieldExpr {
  if (term.kind !== 'static') return { kind: 'unary', operator: '-', term, span };
  const { value } = term;
  if (value.type === 'int' || value.type === 'float' || value.type === 'duration') {
    return { kind: 'static', value: { ...value, value: -value.value } as StaticValue, span };
  }
  return { kind: 'unary', operator: '-', term, span };
}

/** An attribute or an intrinsic, if one comes next. */
export function parseField(cursor: Cursor): Field | undefined {
  const token = cursor.token;
  if (token.type === 'attribute') {
    cursor.take();
    const { scope, isParent, name, span } = token;
    return { kind: 'attribute', scope, isParent, name, span };
  }
  if (token.type !== 'intrinsic') return undefined;
  if (cursor.isStrict && token.text === 'childCount') throw cursor.unexpected();
  cursor.take();
  const { text, isParent, span } = token;
  // Strictly there are no counts: see the intrinsic.
  const isUnstored = cursor.isStrict && text === 'span:childCount';
  const name = isUnstored ? 'unstoredChildCount' : intrinsicSpellings[text];
  if (name === undefined) throw new BugError(`BUG: '${text}' is no intrinsic`);
  return { kind: 'intrinsic', name, text, isParent, span };
}

const wordValues: Record<string, StaticValue> = {
  nil: { type: 'nil' },
  true: { type: 'bool', value: true },
  false: { type: 'bool', value: false },
  minInt: { type: 'int', value: -(2n ** 63n) },
  maxInt: { type: 'int', value: 2n ** 63n - 1n },
  ok: { type: 'status', value: 'ok' },
  error: { type: 'status', value: 'error' },
  unset: { type: 'status', value: 'unset' },
  unspecified: { type: 'kind', value: 'unspecified' },
  internal: { type: 'kind', value: 'internal' },
  server: { type: 'kind', value: 'server' },
  client: { type: 'kind', value: 'client' },
  producer: { type: 'kind', value: 'producer' },
  consumer: { type: 'kind', value: 'consumer' },
};

export function parseStatic(cursor: Cursor): Static {
  const token = cursor.token;
  const { span } = token;
  const found = (value: StaticValue): Static => {
    cursor.take();
    return { kind: 'static', value, span };
  };
  switch (token.type) {
    case 'string':
      return found({ type: 'string', value: token.value });
    case 'duration':
      return found({ type: 'duration', value: token.value });
    case 'number':
      return found(
        token.isFloat
          ? { type: 'float', value: Number(token.value) }
          : { type: 'int', value: token.value },
      );
    case 'word':
      if (Object.hasOwn(wordValues, token.text)) {
        return found(wordValues[token.text] as StaticValue);
      }
      break;
    default:
      break;
  }
  throw cursor.unexpected();
}
