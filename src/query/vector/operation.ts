// What a binary operator does with two numbers. `undefined` from a comparison means: not kept.
// As Go's math package: https://pkg.go.dev/math#Pow, https://pkg.go.dev/math#Mod

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<=';
export type SetOperator = 'and' | 'or' | 'unless';
/** Only for histograms: without what lies above, or below. */
export type TrimOperator = '</' | '>/';
export type ElementOperator = ArithmeticOperator | ComparisonOperator | TrimOperator;

export const arithmetic: Record<ArithmeticOperator, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: Math.atan2,
};

export const comparison: Record<ComparisonOperator, (left: number, right: number) => boolean> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
};

export function isComparison(operator: string): operator is ComparisonOperator {
  return Object.hasOwn(comparison, operator);
}

export function isArithmetic(operator: string): operator is ArithmeticOperator {
  return Object.hasOwn(arithmetic, operator);
}

/** JavaScript differs from IEEE's pow in these: 1 to any power is 1, and so is (-1) to ±infinity. */
function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && (exponent === Infinity || exponent === -Infinity)) return 1;
  return base ** exponent;
}
