// Which series the expression of a rule reads, so that it waits for earlier rules that write them.
import { allMatchers, compileMatcher } from '#query/promql/check/matcher.ts';
import type { Expr, VectorSelector } from '#query/promql/syntax/ast.ts';
import { parse } from '#query/promql/syntax/parse.ts';
import { METRIC_NAME } from '#query/vector/label.ts';

/** Whether an expression may read a series of that name. */
export type ReadsName = (name: string) => boolean;

/** An expression that is no PromQL reads nothing. */
export function readsOf(expr: string): ReadsName {
  const tests: ReadsName[] = [];
  try {
    visitSelectors(parse(expr), (selector) => tests.push(readsOfSelector(selector)));
  } catch {
    return () => false;
  }
  return (name) => tests.some((test) => test(name));
}

function readsOfSelector(selector: VectorSelector): ReadsName {
  const accepts = allMatchers(selector)
    .filter(({ label }) => label === METRIC_NAME)
    .map(compileMatcher);
  return (name) => accepts.every((test) => test(name));
}

export function visitSelectors(expr: Expr, visit: (selector: VectorSelector) => void): void {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return;
    case 'vector-selector':
      visit(expr);
      return;
    case 'matrix-selector':
      visit(expr.selector);
      return;
    case 'call':
      for (const arg of expr.args) visitSelectors(arg, visit);
      // info() reads series that it does not name.
      if (expr.name === 'info') visit({ ...anySelector, span: expr.span });
      return;
    case 'binary':
      visitSelectors(expr.left, visit);
      visitSelectors(expr.right, visit);
      return;
    case 'aggregation':
      if (expr.param) visitSelectors(expr.param, visit);
      visitSelectors(expr.expr, visit);
      return;
    default:
      visitSelectors(expr.expr, visit);
  }
}

const anySelector = { kind: 'vector-selector', name: '', matchers: [] } as const;
