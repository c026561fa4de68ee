// What info() reads beside its argument: the info series, at the times of the first selector of the
// argument, whose labels they are to add to.
import { METRIC_NAME } from '#query/vector/label.ts';
import type { Expr, Matcher, TimeShift, VectorSelector } from '../syntax/ast.ts';

/** Without a matcher of the name, the info metric is this one. */
const defaultInfoMetric = 'target_info';

/** The selector of the info series. */
export function infoSelector(base: Expr, labels: Expr | undefined): VectorSelector {
  const matchers = labels?.kind === 'vector-selector' ? labels.matchers : [];
  const span = labels?.span ?? base.span;
  const isNamed = matchers.some(({ label }) => label === METRIC_NAME);
  const name: Matcher = { label: METRIC_NAME, operator: '=', value: defaultInfoMetric, span };
  return {
    kind: 'vector-selector',
    name: '',
    matchers: isNamed ? matchers : [name, ...matchers],
    span,
  };
}

/** The shifts from the outside to the first selector, subqueries included. */
export function shiftsOfFirstSelector(expr: Expr): readonly TimeShift[] | undefined {
  switch (expr.kind) {
    case 'vector-selector':
      return [expr];
    case 'matrix-selector':
      return [expr.selector];
    case 'subquery': {
      const inner = shiftsOfFirstSelector(expr.expr);
      return inner && [expr, ...inner];
    }
    case 'paren':
    case 'unary':
      return shiftsOfFirstSelector(expr.expr);
    case 'aggregation':
      return firstOf(expr.param ? [expr.expr, expr.param] : [expr.expr]);
    case 'binary':
      return firstOf([expr.left, expr.right]);
    case 'call':
      return firstOf(expr.args);
    default:
      return undefined;
  }
}

function firstOf(exprs: readonly Expr[]): readonly TimeShift[] | undefined {
  for (const expr of exprs) {
    const found = shiftsOfFirstSelector(expr);
    if (found) return found;
  }
  return undefined;
}
