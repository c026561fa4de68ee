// Arithmetic on numbers of TraceQL. Whole numbers are int64 as in Go: + - * wrap around, / and %
// truncate, and a power that does not fit is an infinite float. Doubles below 2^53 are exact, so that
// only what is larger is calculated with bigint.
import type { ArithmeticOperator, StaticValue } from '../syntax/ast.ts';

type Number64 = number | bigint;

/** Nil where there is no result: a whole division by zero. */
export function calculateInts(
  operator: ArithmeticOperator,
  left: Number64,
  right: Number64,
): StaticValue {
  if (operator === '^') return power(BigInt(left), BigInt(right));
  if (typeof left === 'number' && typeof right === 'number') {
    const value = calculateFloats(operator, left, right);
    if (Number.isNaN(value) || !Number.isFinite(value)) return { type: 'nil' };
    if (Number.isSafeInteger(Math.trunc(value))) return { type: 'int', value: Math.trunc(value) };
  }
  const exact = calculateExact(operator, BigInt(left), BigInt(right));
  return exact === undefined ? { type: 'nil' } : { type: 'int', value: narrow(exact) };
}

export function calculateFloats(operator: ArithmeticOperator, a: number, b: number): number {
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

function calculateExact(
  operator: Exclude<ArithmeticOperator, '^'>,
  a: bigint,
  b: bigint,
): bigint | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? undefined : a / b;
    case '%':
      return b === 0n ? undefined : a % b;
  }
}

/** A negative exponent truncates too: 10 ^ -1 is 0. */
function power(base: bigint, exponent: bigint): StaticValue {
  if (base === 1n || exponent === 0n) return { type: 'int', value: 1 };
  if (base === -1n) return { type: 'int', value: exponent % 2n === 0n ? 1 : -1 };
  if (base === 0n) return exponent < 0n ? infinite(1n) : { type: 'int', value: 0 };
  if (exponent < 0n) return { type: 'int', value: 0 };
  const sign = base < 0n && exponent % 2n !== 0n ? -1n : 1n;
  // |base| is 2 or more: 2 ^ 64 fits no int64.
  if (exponent > 63n) return infinite(sign);
  const value = base ** exponent;
  return value === BigInt.asIntN(64, value)
    ? { type: 'int', value: narrow(value) }
    : infinite(sign);
}

const infinite = (sign: bigint): StaticValue => ({
  type: 'float',
  value: sign < 0n ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
});

/** Wrapped to 64 bits; a number where a double holds it. */
function narrow(value: bigint): Number64 {
  const wrapped = BigInt.asIntN(64, value);
  const double = Number(wrapped);
  return Number.isSafeInteger(double) ? double : wrapped;
}
