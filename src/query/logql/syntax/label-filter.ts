// filter := comparison | '(' filter ')' | filter ( 'and' | ',' | blank | 'or' ) filter
// `and` binds tighter than `or`; a comma or a blank takes everything to its right, as Loki's
// grammar does: `a or b, c or d` is `a or (b and (c or d))`.
import type { CompareOperator, LabelFilter } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { ruleError } from './cursor.ts';
import type { Token } from './lexer.ts';
import { isMatchOperator } from './selector.ts';

export function parseLabelFilter(cursor: Cursor, precedence = 0): LabelFilter {
  let left = parsePrimary(cursor);
  for (;;) {
    if (cursor.isAt('word', 'or') && precedence <= 1) {
      cursor.advance();
      left = { kind: 'or', left, right: parseOperand(cursor, 2) };
    } else if (cursor.isAt('word', 'and') && precedence <= 2) {
      cursor.advance();
      left = { kind: 'and', left, right: parseOperand(cursor, 3) };
    } else if (cursor.takeSymbol(',')) {
      left = { kind: 'and', left, right: parseOperand(cursor, 0) };
    } else if (cursor.isAt('identifier') || cursor.isSymbol('(')) {
      left = { kind: 'and', left, right: parseOperand(cursor, 0) };
    } else return left;
  }
}

function parseOperand(cursor: Cursor, precedence: number): LabelFilter {
  cursor.countOperator();
  if (!cursor.isAt('identifier') && !cursor.isSymbol('(')) {
    throw cursor.unexpected('IDENTIFIER or (');
  }
  return parseLabelFilter(cursor, precedence);
}

function parsePrimary(cursor: Cursor): LabelFilter {
  if (cursor.takeSymbol('(')) {
    const inner = cursor.nested(() => parseLabelFilter(cursor));
    if (!cursor.takeSymbol(')')) throw cursor.unexpected();
    return inner;
  }
  const label = cursor.expect('identifier');
  const operator = cursor.token;
  if (operator.kind !== 'symbol' || !isComparison(operator.text)) throw cursor.unexpected();
  cursor.advance();
  if (isMatchOperator(operator.text) && cursor.isAt('string')) {
    const value = cursor.advance().text;
    const matcher = { name: label.text, operator: operator.text, value };
    return { kind: 'matcher', matcher: { ...matcher, span: cursor.spanFrom(label) } };
  }
  if ((operator.text === '=' || operator.text === '!=') && cursor.isAt('function', 'ip')) {
    cursor.advance();
    cursor.expect('symbol', '(');
    const pattern = cursor.expect('string').text;
    cursor.expect('symbol', ')');
    return { kind: 'ip', label: label.text, operator: operator.text, pattern };
  }
  if (operator.text === '=~' || operator.text === '!~') throw cursor.unexpected('STRING');
  return parseComparison(cursor, label, operator);
}

function parseComparison(cursor: Cursor, label: Token, operator: Token): LabelFilter {
  const sign = cursor.isSymbol('-') || cursor.isSymbol('+') ? cursor.advance().text : '';
  const { token } = cursor;
  if (token.kind !== 'number' && (sign !== '' || !isQuantity(token.kind))) {
    throw cursor.unexpected(sign === '' ? undefined : 'NUMBER');
  }
  cursor.advance();
  if (token.kind === 'number' && Number.isNaN(token.value)) {
    throw ruleError(
      `unable to parse literal as a float: strconv.ParseFloat: parsing "${token.text}": invalid syntax`,
      token,
    );
  }
  const value = token.value as number;
  return {
    kind: 'compare',
    label: label.text,
    operator: (operator.text === '==' ? '=' : operator.text) as CompareOperator,
    unit: token.kind as 'number' | 'duration' | 'bytes',
    value: sign === '-' ? -value : value,
    text: (sign === '-' ? '-' : '') + token.text,
  };
}

const comparisons: ReadonlySet<string> = new Set([
  '=',
  '==',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  '=~',
  '!~',
]);
const isComparison = (text: string): boolean => comparisons.has(text);
const isQuantity = (kind: string): boolean => kind === 'duration' || kind === 'bytes';
