// How tightly binary operators bind: a larger number binds tighter. Only `^` groups to the right.
import type { BinaryOperator } from './ast.ts';

const precedences: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '>=': 3,
  '<': 3,
  '<=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 6,
};

export const precedenceOf = (operator: BinaryOperator): number => precedences[operator];

export const isBinaryOperator = (text: string): text is BinaryOperator =>
  Object.hasOwn(precedences, text);
