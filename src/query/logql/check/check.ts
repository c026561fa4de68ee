// check: what parses must also mean something: selectors that select, stages with arguments that can
// be compiled, functions that this version evaluates. The tree comes back as it was.
import { InputError } from '#lib/errors.ts';
import { compilePipeline } from '../stage/index.ts';
import { compileMatcher, compileRegex } from '../stage/regex.ts';
import { compileUnwrap } from '../stage/unwrap.ts';
import type { Expr, LogExpr, Matcher, MetricExpr } from '../syntax/ast.ts';

export interface CheckOptions {
  /** Refuse what Loki refuses: no `{}`. */
  readonly isStrict: boolean;
}

export function check(expr: Expr, options: CheckOptions): Expr {
  if (expr.kind === 'log') checkLog(expr, options);
  else checkMetric(expr, options);
  return expr;
}

function checkMetric(expr: MetricExpr, options: CheckOptions): void {
  switch (expr.kind) {
    case 'number':
    case 'vector':
      return;
    case 'binary':
      checkMetric(expr.left, options);
      checkMetric(expr.right, options);
      return;
    case 'label-replace':
      compileRegex(`^(?:${expr.regex})$`, expr.span, 'invalid regex in label_replace: ');
      checkMetric(expr.inner, options);
      return;
    case 'vector-aggregation':
      if (expr.operation === 'approx_topk') throw unsupported('approx_topk', expr.span);
      checkMetric(expr.inner, options);
      return;
    case 'range-aggregation':
      checkLog(expr.range.log, options);
      if (expr.range.unwrap) compileUnwrap(expr.range.unwrap);
  }
}

export const unsupported = (name: string, span: { from: number; to: number }): InputError =>
  new InputError('logql_unsupported', `cannot evaluate ${name}: it is not supported yet`, { span });

function checkLog(log: LogExpr, options: CheckOptions): void {
  checkSelector(log.matchers, options);
  compilePipeline(log.stages);
}

/** Throws for a regular expression that cannot be compiled and, if strict, for `{}` and its like. */
export function checkSelector(matchers: readonly Matcher[], { isStrict }: CheckOptions): void {
  const tests = matchers.map(compileMatcher);
  if (isStrict && !tests.some((accepts) => !accepts(''))) {
    throw new InputError(
      'logql_check',
      'parse error : queries require at least one regexp or equality matcher that does not have an ' +
        'empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
      matchers[0] ? { span: matchers[0].span } : {},
    );
  }
}
