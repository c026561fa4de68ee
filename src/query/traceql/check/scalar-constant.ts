import type { ScalarExpr } from '../syntax/ast.ts';

/** The value of arithmetic on literals, in nanoseconds where it has durations. */
export function constantOf(node: ScalarExpr): number | undefined {
  if (node.kind === 'static') return 'value' in node.value ? Number(node.value.value) : undefined;
  if (node.kind !== 'scalar-operation') return undefined;
  const left = constantOf(node.left);
  const right = constantOf(node.right);
  if (left === undefined || right === undefined) return undefined;
  switch (node.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
  }
}
