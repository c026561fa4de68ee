// The same query with `@ <time>` behind each selector and subquery that has none: its answer must not
// depend on when it is evaluated. https://prometheus.io/docs/prometheus/latest/querying/basics/#modifier
import type { Expr } from '#query/promql/syntax/ast.ts';
import { parse } from '#query/promql/syntax/parse.ts';

/** Their value depends on the time of evaluation, whatever their argument does. */
const dependOnTime: ReadonlySet<string> = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
]);
/** Of duration expressions: they are no calls of the tree. */
const dependOnQuery = /\b(?:start|end|step|range)\s*\(\s*\)/;

/** Undefined: there is no such form of the query. */
export function fixTime(query: string, timeMs: number): string | undefined {
  if (dependOnQuery.test(query)) return undefined;
  const ends: number[] = [];
  if (!collect(parse(query), ends)) return undefined;
  const at = ` @ ${(timeMs / 1000).toFixed(3)}`;
  let text = query;
  for (const end of ends.sort((a, b) => b - a)) text = text.slice(0, end) + at + text.slice(end);
  return text;
}

/** Where `@` goes; false when the value depends on the time anyway. */
function collect(expr: Expr, ends: number[]): boolean {
  switch (expr.kind) {
    case 'vector-selector':
      if (!expr.at) ends.push(expr.span.to);
      return true;
    case 'matrix-selector':
      if (!expr.selector.at) ends.push(expr.span.to);
      return true;
    case 'subquery':
      // What is inside a subquery of a fixed time has fixed times already.
      if (!expr.at) ends.push(expr.span.to);
      return true;
    case 'call':
      return !dependOnTime.has(expr.name) && expr.args.every((arg) => collect(arg, ends));
    case 'aggregation':
      return collect(expr.expr, ends) && (!expr.param || collect(expr.param, ends));
    case 'binary':
      return collect(expr.left, ends) && collect(expr.right, ends);
    case 'paren':
    case 'unary':
      return collect(expr.expr, ends);
    default:
      return true;
  }
}

/** When the fixed query is asked: long before, and long after. Milliseconds. */
export function otherTimes(timeMs: number): number[] {
  return timeMs === 0 ? [-1000, 1000] : [-10 * timeMs, 0, 10 * timeMs];
}
