// Durations as expressions:
//   duration = sum of products of powers of: number | step() | range() | min_of(d, d) | max_of(d, d)
//            | "(" duration ")" | sign duration
// After `offset` only one of the last line, with any signs, without operators between.
import type { DurationExpr } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseDurationMs, parseNumber } from './number.ts';

type DurationOperator = '+' | '-' | '*' | '/' | '%' | '^';
const precedence: Record<DurationOperator, number> = {
  '+': 1,
  '-': 1,
  '*': 2,
  '/': 2,
  '%': 2,
  '^': 3,
};
const argumentCounts: Record<string, number> = { step: 0, range: 0, min_of: 2, max_of: 2 };
const wanted = 'number, duration, step(), or range()';

/** Takes a number, a duration, inf or nan; undefined when none of them is next. */
export function parseNumericWord(
  cursor: Cursor,
): { readonly value: number; readonly isDuration: boolean } | undefined {
  const token = cursor.token;
  if (token.kind === 'word') {
    const lower = token.text.toLowerCase();
    if (lower !== 'inf' && lower !== 'nan') return undefined;
    cursor.take();
    return { value: lower === 'inf' ? Infinity : Number.NaN, isDuration: false };
  }
  if (token.kind !== 'number') return undefined;
  const number = parseNumber(token.text);
  const durationMs = number === undefined ? parseDurationMs(token.text) : undefined;
  const value = number ?? (durationMs === undefined ? undefined : durationMs / 1000);
  if (value === undefined) {
    throw cursor.fail(token, `bad number or duration syntax: "${token.text}"`);
  }
  if (!Number.isFinite(value)) {
    throw cursor.fail(token, `error parsing number: "${token.text}" is out of range`);
  }
  cursor.take();
  return { value, isDuration: durationMs !== undefined };
}

/** Inside brackets: `where` names the place for messages. */
export function parseDuration(cursor: Cursor, where: string, atLeast = 1): DurationExpr {
  let left = parseDurationOperand(cursor, where, () => parseDuration(cursor, where, 3));
  for (;;) {
    const operator = cursor.token.text as DurationOperator;
    const strength = cursor.token.kind === 'symbol' ? precedence[operator] : undefined;
    if (strength === undefined || strength < atLeast) return left;
    const { from, to } = cursor.take();
    const right = parseDuration(cursor, where, operator === '^' ? strength : strength + 1);
    const span = { from: left.span.from, to: right.span.to };
    left = { kind: 'duration-binary', operator, operatorSpan: { from, to }, left, right, span };
  }
}

/** After `offset`. */
export function parseOffset(cursor: Cursor): DurationExpr {
  return parseDurationOperand(cursor, 'offset', () => parseOffset(cursor));
}

function parseDurationOperand(
  cursor: Cursor,
  where: string,
  parseSigned: () => DurationExpr,
): DurationExpr {
  const from = cursor.token.from;
  if (cursor.accept('+')) return parseSigned();
  if (cursor.accept('-')) {
    const expr = parseSigned();
    if (expr.kind === 'literal') {
      return { ...expr, seconds: -expr.seconds, span: cursor.spanFrom(from) };
    }
    return { kind: 'negative', expr, span: cursor.spanFrom(from) };
  }
  if (cursor.accept('(')) {
    const expr = parseDuration(cursor, where);
    cursor.expect(')', where);
    return { kind: 'duration-paren', expr, span: cursor.spanFrom(from) };
  }
  if (
    cursor.token.kind === 'word' &&
    Object.hasOwn(argumentCounts, cursor.token.text.toLowerCase())
  ) {
    return parseDurationCall(cursor, where);
  }
  const number = parseNumericWord(cursor);
  if (!number) throw cursor.unexpected(where, wanted);
  const { value: seconds, isDuration } = number;
  return { kind: 'literal', seconds, isDuration, span: cursor.spanFrom(from) };
}

function parseDurationCall(cursor: Cursor, where: string): DurationExpr {
  const from = cursor.token.from;
  const name = cursor.take().text.toLowerCase() as 'step' | 'range' | 'min_of' | 'max_of';
  cursor.expect('(', where);
  const args: DurationExpr[] = [];
  for (let i = 0; i < (argumentCounts[name] as number); i++) {
    if (i > 0) cursor.expect(',', where);
    args.push(parseDuration(cursor, where));
  }
  cursor.expect(')', where);
  return { kind: 'duration-call', name, args, span: cursor.spanFrom(from) };
}
