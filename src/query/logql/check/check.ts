// check: what parses must also mean something. The tree comes back as it was.
// - checkRules: selectors that select, regular expressions that compile: what Loki's parser refuses.
// - checkStages: arguments of stages, which Loki refuses only when it is about to run the query.
import { InputError } from '#lib/errors.ts';
import { compilePipeline } from '../stage/index.ts';
import { compileMatcher, compileRegex } from '../stage/regex.ts';
import { compileUnwrap } from '../stage/unwrap.ts';
import type {
  Expr,
  LabelFilter,
  LogExpr,
  Matcher,
  MetricExpr,
  RangeAggregation,
  Stage,
} from '../syntax/ast.ts';

export interface CheckOptions {
  /** Refuse what Loki refuses: no `{}`. */
  readonly isStrict: boolean;
}

export function check(expr: Expr, options: CheckOptions): Expr {
  checkRules(expr, options);
  checkStages(expr);
  return expr;
}

export function checkRules(expr: Expr, options: CheckOptions): Expr {
  forEachLeaf(expr, {
    log: (log) => checkLog(log, options),
    range: ({ range }) => {
      checkLog(range.log, options);
      for (const { filter } of range.unwrap?.filters ?? []) checkFilter(filter);
    },
    metric: (metric) => {
      if (metric.kind !== 'label-replace') return;
      compileRegex(`^(?:${metric.regex})$`, metric.span, 'invalid regex in label_replace: ');
    },
  });
  return expr;
}

function checkStages(expr: Expr): void {
  forEachLeaf(expr, {
    log: ({ stages }) => void compilePipeline(stages),
    range: ({ range }) => {
      compilePipeline(range.log.stages);
      if (range.unwrap) compileUnwrap(range.unwrap);
    },
  });
}

/** Whether some operator of the query is one of these. */
export function usesOperation(expr: Expr, operations: readonly string[]): boolean {
  let isFound = false;
  forEachLeaf(expr, {
    metric: (metric) => {
      if ('operation' in metric && operations.includes(metric.operation)) isFound = true;
    },
  });
  return isFound;
}

interface Visitor {
  readonly log?: (log: LogExpr) => void;
  readonly range?: (aggregation: RangeAggregation) => void;
  readonly metric?: (metric: MetricExpr) => void;
}

function forEachLeaf(expr: Expr, visitor: Visitor): void {
  if (expr.kind === 'log') {
    visitor.log?.(expr);
    return;
  }
  visitor.metric?.(expr);
  switch (expr.kind) {
    case 'number':
    case 'vector':
      return;
    case 'binary':
      forEachLeaf(expr.left, visitor);
      forEachLeaf(expr.right, visitor);
      return;
    case 'label-replace':
    case 'vector-aggregation':
      forEachLeaf(expr.inner, visitor);
      return;
    case 'range-aggregation':
      visitor.range?.(expr);
  }
}

function checkLog(log: LogExpr, options: CheckOptions): void {
  checkSelector(log.matchers, options);
  for (const stage of log.stages) checkMatchersOf(stage);
}

function checkMatchersOf(stage: Stage): void {
  if (stage.kind === 'label-filter') checkFilter(stage.filter);
  if (stage.kind === 'drop' || stage.kind === 'keep') {
    for (const label of stage.labels) if (label.kind === 'matcher') compileMatcher(label.matcher);
  }
}

function checkFilter(filter: LabelFilter): void {
  if (filter.kind === 'matcher') compileMatcher(filter.matcher);
  if (filter.kind === 'and' || filter.kind === 'or') {
    checkFilter(filter.left);
    checkFilter(filter.right);
  }
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
