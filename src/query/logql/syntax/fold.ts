// Arithmetic of two number literals, which the parser replaces by its result. A comparison of two
// numbers gives 1 or 0 with and without `bool`. Division by zero gives NaN, as everywhere in LogQL.
import type { BinaryOperator } from './ast.ts';

export function evaluateScalarPair(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case '^':
      return a ** b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? Number.NaN : a / b;
    case '%':
      return b === 0 ? Number.NaN : a % b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '>':
      return Number(a > b);
    case '>=':
      return Number(a >= b);
    case '<':
      return Number(a < b);
    case '<=':
      return Number(a <= b);
    default:
      return Number.NaN;
  }
}
