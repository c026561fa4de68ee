// What info() reads beside its argument: the info series, at the times of the first selector of the
// argument, whose labels they are to add to.
import type { TextSpan } from '#lib/errors.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import type { Expr, Matcher, TimeShift, VectorSelector } from '../syntax/ast.ts';

/** Without a matcher of the name, the info metric is this one. */
const defaultInfoMetric = 'target_info';

/** The selector of the info series. */
export function infoSelector(base: Expr, labels: Expr | undefined): VectorSelector {
  const matchers = labels?.kind === 'vector-selector' ? labels.matchers : [];
  const span = labels?.span ?? base.span;
  return {
    kind: 'vector-selector',
    name: '',
    matchers: [...matchers, ...names(matchers, span)],
    span,
  };
}

/** Without any matcher of the name it is the default; with only such that exclude, any info metric. */
function names(matchers: readonly Matcher[], span: TextSpan): readonly Matcher[] {
  const given = matchers.filter(({ label }) => label === METRIC_NAME);
  const label = METRIC_NAME;
  if (given.length === 0) return [{ label, operator: '=', value: defaultInfoMetric, span }];
  const isPositive = given.some(({ operator }) => operator === '=' || operator === '=~');
  return isPositive ? [] : [{ label, operator: '=~', value: '.+_info', span }];
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
