// Syntax tree in, canonical text out: print(parse(text)) parses to the same tree.
import type { Grouping } from '#query/vector/group.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import type { Matching } from '#query/vector/matching.ts';
import type {
  Aggregation,
  At,
  Binary,
  DurationExpr,
  Expr,
  Matcher,
  Subquery,
  TimeShift,
  VectorSelector,
} from './ast.ts';
import { printDecimal, printDurationMs, printNumber } from './number.ts';
import { quote } from './quote.ts';

const legacyLabel = /^[A-Za-z_][A-Za-z0-9_]*$/;
const legacyName = /^[A-Za-z_:][A-Za-z0-9_:]*$/;
const reservedNames = /^(?:on|ignoring|bool|group_left|group_right|atan2|inf|nan)$/i;

export function print(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return expr.isDuration ? printDurationMs(expr.value * 1000) : printDecimal(expr.value);
    case 'string':
      return quote(expr.value);
    case 'vector-selector':
      return printSelector(expr, '');
    case 'matrix-selector':
      return printSelector(expr.selector, `[${printWholeDuration(expr.range)}]`);
    case 'subquery':
      return print(expr.expr) + printSubqueryRange(expr);
    case 'call':
      return `${expr.name}(${expr.args.map(print).join(', ')})`;
    case 'aggregation':
      return printAggregation(expr);
    case 'binary':
      return printBinary(expr);
    case 'unary':
      return expr.operator + print(expr.expr);
    case 'paren':
      return `(${print(expr.expr)})`;
  }
}

function printSelector(selector: VectorSelector, range: string): string {
  const { name, matchers } = selector;
  const isBare = legacyName.test(name) && !reservedNames.test(name);
  const inside = matchers.map(printMatcher);
  if (name !== '' && !isBare) inside.push(`${METRIC_NAME}=${quote(name)}`);
  const braces = inside.length > 0 || name === '' ? `{${inside.sort().join(',')}}` : '';
  const extent = selector.extent ? ` ${selector.extent}` : '';
  return `${isBare ? name : ''}${braces}${printModifiers(selector, range, extent)}`;
}

/** Behind a range comes anchored or smoothed first; an instant selector has its `@` before it. */
function printModifiers(shift: TimeShift, range: string, extent: string): string {
  const { at, offset } = shift;
  const time = at ? printAt(at) : '';
  const order = range === '' ? time + extent : range + extent + time;
  return `${order}${offset ? ` offset ${printWholeDuration(offset)}` : ''}`;
}

const printMatcher = ({ label, operator, value }: Matcher): string =>
  printLabel(label) + operator + quote(value);

/** `[range:step]` with `@` and offset. */
export function printSubqueryRange(subquery: Subquery): string {
  const step = subquery.step ? printWholeDuration(subquery.step) : '';
  return printModifiers(subquery, `[${printWholeDuration(subquery.range)}:${step}]`, '');
}

const printAt = (at: At): string =>
  at.kind === 'time' ? ` @ ${(at.timeMs / 1000).toFixed(3)}` : ` @ ${at.kind}()`;

/** Seconds that stand alone become a duration. */
function printWholeDuration(expr: DurationExpr): string {
  if (expr.kind === 'literal') return printDurationMs(Math.round(expr.seconds * 1000));
  if (expr.kind !== 'negative' || expr.expr.kind !== 'literal') return printDuration(expr);
  return `-${printWholeDuration(expr.expr)}`;
}

function printDuration(expr: DurationExpr): string {
  switch (expr.kind) {
    case 'literal':
      return expr.isDuration ? printDurationMs(expr.seconds * 1000) : printDecimal(expr.seconds);
    case 'duration-call':
      return `${expr.name}(${expr.args.map(printDuration).join(', ')})`;
    case 'duration-binary':
      return `${printDuration(expr.left)} ${expr.operator} ${printDuration(expr.right)}`;
    case 'negative':
      return `-${printDuration(expr.expr)}`;
    case 'duration-paren':
      return `(${printDuration(expr.expr)})`;
  }
}

function printAggregation(aggregation: Aggregation): string {
  const { param, expr } = aggregation;
  const args = param ? `${print(param)}, ${print(expr)}` : print(expr);
  return `${printAggregator(aggregation)}(${args})`;
}

/** The name with its grouping. */
export const printAggregator = ({ name, grouping }: Aggregation): string =>
  name + (grouping ? printGrouping(grouping) : '');

/** `by ()` says nothing; `without ()` does. */
function printGrouping({ mode, labels }: Grouping): string {
  return mode === 'by' && labels.length === 0 ? '' : ` ${mode} ${printLabels(labels)} `;
}

function printBinary(binary: Binary): string {
  return `${print(binary.left)} ${printOperator(binary)} ${print(binary.right)}`;
}

/** The operator with its modifiers. */
export function printOperator({ operator, isBool, matching, fill }: Binary): string {
  const match = matching ? printMatching(matching) : '';
  return `${operator}${isBool ? ' bool' : ''}${match}${fill ? printFill(fill) : ''}`;
}

function printMatching({ mode, labels, cardinality, include }: Matching): string {
  const isPlain = cardinality === 'one-to-one';
  if (mode === 'ignoring' && labels.length === 0 && isPlain) return '';
  const side = cardinality === 'many-to-one' ? 'group_left' : 'group_right';
  return ` ${mode} ${printLabels(labels)}${isPlain ? '' : ` ${side} ${printLabels(include)}`}`;
}

function printFill({ left, right }: { left?: number; right?: number }): string {
  if (left !== undefined && left === right) return ` fill (${printNumber(left)})`;
  const sides = [
    left === undefined ? '' : ` fill_left (${printNumber(left)})`,
    right === undefined ? '' : ` fill_right (${printNumber(right)})`,
  ];
  return sides.join('');
}

const printLabels = (labels: readonly string[]): string => `(${labels.map(printLabel).join(', ')})`;
const printLabel = (label: string): string => (legacyLabel.test(label) ? label : quote(label));
