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
export const parseDuration = (cursor: Cursor, where: string): DurationExpr =>
  parseOperators(cursor, { where, atLeast: 1, depth: 0 });

interface Place {
  readonly where: string;
  /** Operators of at least this strength belong to it. */
  readonly atLeast: number;
  readonly depth: number;
}

/** More than anybody writes; the tree is walked by functions that call themselves. */
const DEPTH_MAX = 200;

function parseOperators(cursor: Cursor, place: Place): DurationExpr {
  const { atLeast, depth } = place;
  let left = parseDurationOperand(cursor, place, () =>
    parseOperators(cursor, { ...place, atLeast: 3, depth: depth + 1 }),
  );
  for (let links = 0; ; links++) {
    const operator = cursor.token.text as DurationOperator;
    const strength = cursor.token.kind === 'symbol' ? precedence[operator] : undefined;
    if (strength === undefined || strength < atLeast) return left;
    if (links > DEPTH_MAX) throw cursor.fail(cursor.token, 'expression has too many operators');
    const { from, to } = cursor.take();
    const right = parseOperators(cursor, {
      ...place,
      atLeast: operator === '^' ? strength : strength + 1,
      depth: depth + 1,
    });
    const span = { from: left.span.from, to: right.span.to };
    left = { kind: 'duration-binary', operator, operatorSpan: { from, to }, left, right, span };
  }
}

/** After `offset`. */
export function parseOffset(cursor: Cursor, depth = 0): DurationExpr {
  const place = { where: 'offset', atLeast: 1, depth };
  return parseDurationOperand(cursor, place, () => parseOffset(cursor, depth + 1));
}

function parseDurationOperand(
  cursor: Cursor,
  place: Place,
  parseSigned: () => DurationExpr,
): DurationExpr {
  const { where, depth } = place;
  if (depth > DEPTH_MAX) throw cursor.fail(cursor.token, 'expression is nested too deeply');
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
    const expr = parseOperators(cursor, { where, atLeast: 1, depth: depth + 1 });
    cursor.expect(')', where);
    return { kind: 'duration-paren', expr, span: cursor.spanFrom(from) };
  }
  if (
    cursor.token.kind === 'word' &&
    Object.hasOwn(argumentCounts, cursor.token.text.toLowerCase())
  ) {
    return parseDurationCall(cursor, place);
  }
  const number = parseNumericWord(cursor);
  if (!number) throw cursor.unexpected(where, wanted);
  const { value: seconds, isDuration } = number;
  return { kind: 'literal', seconds, isDuration, span: cursor.spanFrom(from) };
}

function parseDurationCall(cursor: Cursor, { where, depth }: Place): DurationExpr {
  const from = cursor.token.from;
  const name = cursor.take().text.toLowerCase() as 'step' | 'range' | 'min_of' | 'max_of';
  cursor.expect('(', where);
  const args: DurationExpr[] = [];
  for (let i = 0; i < (argumentCounts[name] as number); i++) {
    if (i > 0) cursor.expect(',', where);
    args.push(parseOperators(cursor, { where, atLeast: 1, depth: depth + 1 }));
  }
  cursor.expect(')', where);
  return { kind: 'duration-call', name, args, span: cursor.spanFrom(from) };
}
