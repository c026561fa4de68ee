// Syntax tree in, canonical text out, on several lines where one would be longer than a line should
// be: what /api/v1/format_query answers.
import type { Binary, Expr } from './ast.ts';
import { print, printAggregator, printOperator, printSubqueryRange } from './print.ts';

const LINE_MAX = 100;
const encoder = new TextEncoder();

export const printPretty = (expr: Expr): string => pretty(expr, 0);

const indent = (level: number): string => '  '.repeat(level);

/** The length that counts is that of the bytes. */
const isLong = (text: string): boolean =>
  text.length > LINE_MAX || encoder.encode(text).length > LINE_MAX;

function pretty(expr: Expr, level: number): string {
  const line = print(expr);
  switch (expr.kind) {
    case 'aggregation': {
      if (!isLong(line)) break;
      const args = expr.param ? [expr.param, expr.expr] : [expr.expr];
      return `${indent(level)}${printAggregator(expr)}${enclose(args, level)}`;
    }
    case 'call':
      if (!isLong(line) || expr.args.length === 0) break;
      return `${indent(level)}${expr.name}${enclose(expr.args, level)}`;
    case 'paren':
      if (!isLong(line)) break;
      return indent(level) + enclose([expr.expr], level);
    case 'binary':
      if (!isLong(line)) break;
      return prettyBinary(expr, level);
    case 'subquery':
      if (!isLong(line)) return line;
      return pretty(expr.expr, level) + printSubqueryRange(expr);
    case 'unary':
      return `${indent(level)}${expr.operator}${pretty(expr.expr, level).trim()}`;
    default:
  }
  return indent(level) + line;
}

/** Each argument on lines of its own. */
function enclose(args: readonly Expr[], level: number): string {
  const lines = args.map((arg) => pretty(arg, level + 1)).join(',\n');
  return `(\n${lines}\n${indent(level)})`;
}

function prettyBinary(binary: Binary, level: number): string {
  const left = pretty(binary.left, level + 1);
  const right = pretty(binary.right, level + 1);
  return `${left}\n${indent(level)}${printOperator(binary)}\n${right}`;
}
