// pretty: tree → text over several lines, as /loki/api/v1/format_query answers it. What fits into a
// line of 100 bytes stays on one; everything else is broken at its arguments, indented by two.
import { utf8Length } from '../eval/bytes.ts';
import type { BinaryExpr, Expr, Grouping, LogExpr, LogRange, Stage } from './ast.ts';
import { formatDurationNano } from './literal.ts';
import { precedenceOf } from './precedence.ts';
import { print, printMatch, printSelector, printStage, printUnwrapLines } from './print.ts';
import { quote, spellNumber } from './spelling.ts';

export interface PrettyOptions {
  /** Bytes that a part may have without being broken up; default 100. */
  readonly width?: number;
}

export function pretty(expr: Expr, { width = 100 }: PrettyOptions = {}): string {
  return prettyAt(expr, 0, width);
}

const indent = (level: number): string => '  '.repeat(level);
const fits = (text: string, width: number): boolean => utf8Length(text) <= width;

function prettyAt(expr: Expr, level: number, width: number): string {
  const whole = print(expr);
  if (fits(whole, width)) return indent(level) + whole;
  switch (expr.kind) {
    case 'number':
    case 'vector':
      return indent(level) + whole;
    case 'log':
      return prettyLog(expr, level, width);
    case 'range-aggregation': {
      const parameter = expr.parameter === undefined ? [] : [spellNumber(expr.parameter)];
      const call = [
        ...parameter.map((text) => indent(level + 1) + text),
        prettyRange(expr.range, level + 1, width),
      ];
      return `${prettyCall(expr.operation, call, level)}${prettyGrouping(expr.grouping)}`;
    }
    case 'vector-aggregation': {
      const parameter = expr.parameter === undefined ? [] : [spellNumber(expr.parameter)];
      const call = [
        ...parameter.map((text) => indent(level + 1) + text),
        prettyAt(expr.inner, level + 1, width),
      ];
      return prettyCall(`${expr.operation}${prettyGrouping(expr.grouping)}`, call, level);
    }
    case 'label-replace': {
      const texts = [expr.destination, expr.replacement, expr.source, expr.regex];
      const call = [
        prettyAt(expr.inner, level + 1, width),
        ...texts.map((text) => indent(level + 1) + quote(text)),
      ];
      return prettyCall('label_replace', call, level);
    }
    case 'binary':
      return prettyBinary(expr, level, width);
  }
}

const prettyCall = (name: string, args: readonly string[], level: number): string =>
  `${indent(level)}${name}(\n${args.join(',\n')}\n${indent(level)})`;

function prettyGrouping(grouping: Grouping | undefined): string {
  if (!grouping) return '';
  return ` ${grouping.isWithout ? 'without' : 'by'} (${grouping.labels.join(', ')})`;
}

// `| decolorize` stands at the left edge, as Loki prints it.
function prettyLog(log: LogExpr, level: number, width: number): string {
  const lines = [indent(level) + printSelector(log.matchers)];
  for (const run of runsOf(log.stages)) {
    const line = run.map(printStage).join(' ');
    const parts = fits(line, width) ? [line] : run.map(printStage);
    lines.push(...parts.map((part) => (part === '| decolorize' ? part : indent(level + 1) + part)));
  }
  return lines.join('\n');
}

/** Line filters that follow each other share a line where they fit; other stages have their own. */
function runsOf(stages: readonly Stage[]): Stage[][] {
  const runs: Stage[][] = [];
  for (const stage of stages) {
    const last = runs.at(-1);
    if (stage.kind === 'line-filter' && last?.[0]?.kind === 'line-filter') last.push(stage);
    else runs.push([stage]);
  }
  return runs;
}

function prettyRange(
  { log, unwrap, rangeNano, offsetNano }: LogRange,
  level: number,
  width: number,
) {
  const lines = [prettyAt(log, level, width)];
  if (unwrap) lines.push(...printUnwrapLines(unwrap).map((line) => indent(level + 1) + line));
  const offset = offsetNano === 0n ? '' : ` offset ${formatDurationNano(offsetNano)}`;
  return `${lines.join('\n')} [${formatDurationNano(rangeNano)}]${offset}`;
}

function prettyBinary(expr: BinaryExpr, level: number, width: number): string {
  const bool = expr.returnsBool ? ' bool' : '';
  const operator = `${expr.operator}${bool}${prettyMatch(expr)}`;
  return [
    prettySide(expr, 'left', level, width),
    indent(level) + operator,
    prettySide(expr, 'right', level, width),
  ].join('\n');
}

/** Without labels to match by there is nothing to say, except that there are none. */
function prettyMatch({ match }: BinaryExpr): string {
  if (!match || (match.labels.length === 0 && !match.isOn && match.cardinality === 'one-to-one')) {
    return '';
  }
  return printMatch(match, ', ');
}

/** In parentheses where the text would mean another tree without them. */
function prettySide(expr: BinaryExpr, side: 'left' | 'right', level: number, width: number) {
  const inner = expr[side];
  const text = prettyAt(inner, level + 1, width);
  const isWhole = inner.kind !== 'binary' || fits(print(inner), width);
  if (isWhole || !needsParentheses(expr, inner, side)) return text;
  return `${indent(level + 1)}(\n${prettyAt(inner, level + 2, width)}\n${indent(level + 1)})`;
}

function needsParentheses(expr: BinaryExpr, inner: BinaryExpr, side: 'left' | 'right'): boolean {
  const outer = precedenceOf(expr.operator);
  const own = precedenceOf(inner.operator);
  if (own !== outer) return own < outer;
  return (side === 'right') !== (expr.operator === '^');
}
