// Arithmetic of two number literals, which the parser replaces by its result. A comparison of two
// numbers gives 1 or 0 with and without `bool`. Division by zero gives NaN, as everywhere in LogQL.
import { arithmetic, comparison, isArithmetic, isComparison } from '#query/vector/operation.ts';
import type { BinaryOperator } from './ast.ts';

export function evaluateScalarPair(operator: BinaryOperator, a: number, b: number): number {
  if (isComparison(operator)) return Number(comparison[operator](a, b));
  if (!isArithmetic(operator)) return Number.NaN;
  const divides = operator === '/' || operator === '%';
  return divides && b === 0 ? Number.NaN : arithmetic[operator](a, b);
}
