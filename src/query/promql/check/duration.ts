// The value of a duration expression. step() and range() are those of the query; while they are not
// known yet (checking), an expression that uses them has no value.
import type { InputError, TextSpan } from '#lib/errors.ts';
import type { DurationExpr } from '../syntax/ast.ts';

export interface DurationContext {
  readonly stepSeconds: number;
  readonly rangeSeconds: number;
}

export type Fail = (span: TextSpan, what: string) => InputError;

/** The longest duration in seconds: what fits 64 bits of nanoseconds. */
const SECONDS_MAX = 9_223_372_036;

/** Milliseconds, rounded to a whole number; undefined when it depends on an unknown context. */
export function durationMs(
  expr: DurationExpr,
  context: DurationContext | undefined,
  fail: Fail,
): number | undefined {
  const seconds = evaluate(expr, context, fail);
  if (seconds === undefined) return undefined;
  if (!Number.isFinite(seconds) || Math.abs(seconds) > SECONDS_MAX) {
    throw fail(expr.span, 'duration out of range');
  }
  return Math.round(seconds * 1000);
}

/** For ranges and steps, which must be positive; while checking, only literals are held to that. */
export function positiveDurationMs(
  expr: DurationExpr,
  context: DurationContext | undefined,
  fail: Fail,
): number | undefined {
  const ms = durationMs(expr, context, fail);
  const isKnown = context !== undefined || expr.kind === 'literal';
  if (isKnown && ms !== undefined && ms <= 0)
    throw fail(expr.span, 'duration must be greater than 0');
  return ms;
}

function evaluate(
  expr: DurationExpr,
  context: DurationContext | undefined,
  fail: Fail,
): number | undefined {
  switch (expr.kind) {
    case 'literal':
      return expr.seconds;
    case 'duration-paren':
      return evaluate(expr.expr, context, fail);
    case 'negative': {
      const inner = evaluate(expr.expr, context, fail);
      return inner === undefined ? undefined : -inner;
    }
    case 'duration-call': {
      if (expr.name === 'step') return context?.stepSeconds;
      if (expr.name === 'range') return context?.rangeSeconds;
      const [left, right] = expr.args.map((arg) => evaluate(arg, context, fail));
      if (left === undefined || right === undefined) return undefined;
      return expr.name === 'min_of' ? Math.min(left, right) : Math.max(left, right);
    }
    case 'duration-binary':
      return evaluateBinary(expr, context, fail);
  }
}

function evaluateBinary(
  { operator, operatorSpan, left, right }: Extract<DurationExpr, { kind: 'duration-binary' }>,
  context: DurationContext | undefined,
  fail: Fail,
): number | undefined {
  const a = evaluate(left, context, fail);
  const b = evaluate(right, context, fail);
  if (b === 0 && operator === '/') throw fail(operatorSpan, 'division by zero');
  if (b === 0 && operator === '%') throw fail(operatorSpan, 'modulo by zero');
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      return a ** b;
  }
}
