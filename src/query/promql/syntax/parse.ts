// PromQL text in, syntax tree out; throws InputError `promql_parse` with a span and `line:column`.
// By hand and not with the published Lezer grammar: that one is for colouring, and reads
// `a + b[5m]` as `(a + b)[5m]` and `-1^2` as `(-1)^2`.
// https://prometheus.io/docs/prometheus/latest/querying/basics/
import type { Grouping } from '#query/vector/group.ts';
import type { Matching } from '#query/vector/matching.ts';
import {
  type Aggregation,
  type AggregationName,
  aggregationNames,
  type Binary,
  type BinaryOperator,
  type Expr,
} from './ast.ts';
import { Cursor } from './cursor.ts';
import { parseDuration, parseNumericWord, parseOffset } from './parse-duration.ts';
import { parseAt, parseVectorSelector } from './parse-selector.ts';

/** Weakest first; all associate to the left but `^`. */
const precedence: Record<BinaryOperator, number> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '<': 3,
  '>=': 3,
  '>': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
const POWER = precedence['^'];
const neverNames = ['on', 'ignoring', 'bool', 'group_left', 'group_right', 'atan2'];
const aggregations: ReadonlySet<string> = new Set(aggregationNames);
/** Deeper trees than these are refused, so that no text can exhaust the stack. */
const DEPTH_MAX = 200;
const CHAIN_MAX = 500;

export function parse(text: string): Expr {
  const cursor = new Cursor(text);
  if (cursor.isEnd) {
    throw cursor.fail({ from: 0, to: 0 }, 'no expression found in input');
  }
  const expr = parseBinary(cursor, 1, 0);
  if (!cursor.isEnd) throw cursor.unexpected('');
  return expr;
}

/** Operators of at least this strength, by precedence climbing. */
function parseBinary(cursor: Cursor, atLeast: number, depth: number): Expr {
  if (depth > DEPTH_MAX) throw cursor.fail(cursor.token, 'expression is nested too deeply');
  let left = parseUnary(cursor, depth);
  for (let links = 0; ; links++) {
    const operator = cursor.token.text.toLowerCase() as BinaryOperator;
    const isOperator = cursor.token.kind === 'symbol' || cursor.token.kind === 'word';
    const strength =
      isOperator && Object.hasOwn(precedence, operator) ? precedence[operator] : undefined;
    if (strength === undefined || strength < atLeast) return left;
    if (links > CHAIN_MAX) throw cursor.fail(cursor.token, 'expression has too many operators');
    const { from, to } = cursor.take();
    const modifiers = parseModifiers(cursor);
    const right = parseBinary(cursor, operator === '^' ? strength : strength + 1, depth + 1);
    const span = { from: left.span.from, to: cursor.end };
    const operatorSpan = { from, to };
    left = { kind: 'binary', operator, operatorSpan, left, right, ...modifiers, span };
  }
}

/** [ "bool" ] [ ("on"|"ignoring") labels [ ("group_left"|"group_right") [labels] ] ] [ fills ] */
function parseModifiers(cursor: Cursor): Pick<Binary, 'isBool' | 'matching' | 'fill'> {
  const isBool = cursor.acceptWord('bool');
  const matching = parseMatching(cursor);
  const fill: { left?: number; right?: number } = {};
  while (cursor.isWord('fill', 'fill_left', 'fill_right') && cursor.next.text === '(') {
    const side = cursor.take().text.toLowerCase();
    cursor.expect('(', 'fill modifier');
    const isNegative = cursor.accept('-');
    if (!isNegative) cursor.accept('+');
    const number = parseNumericWord(cursor);
    if (!number) throw cursor.unexpected('fill modifier', 'number');
    const value = isNegative ? -number.value : number.value;
    cursor.expect(')', 'fill modifier');
    if (side !== 'fill_right') fill.left = value;
    if (side !== 'fill_left') fill.right = value;
  }
  const hasFill = fill.left !== undefined || fill.right !== undefined;
  return { isBool, ...(matching ? { matching } : {}), ...(hasFill ? { fill } : {}) };
}

function parseMatching(cursor: Cursor): Matching | undefined {
  if (!cursor.isWord('on', 'ignoring')) return undefined;
  const mode = cursor.take().text.toLowerCase() as 'on' | 'ignoring';
  const labels = parseLabels(cursor);
  if (!cursor.isWord('group_left', 'group_right')) {
    return { mode, labels, cardinality: 'one-to-one', include: [] };
  }
  const cardinality = cursor.isWord('group_left') ? 'many-to-one' : 'one-to-many';
  cursor.take();
  const include = cursor.isSymbol('(') ? parseLabels(cursor) : [];
  return { mode, labels, cardinality, include };
}

/** "(" [ label { "," label } [","] ] ")" */
function parseLabels(cursor: Cursor): string[] {
  cursor.expect('(', 'grouping opts');
  const labels: string[] = [];
  while (!cursor.isSymbol(')')) {
    const token = cursor.token;
    if (token.kind === 'string') labels.push(cursor.takeString('grouping opts'));
    else if (token.kind === 'word' && !token.text.includes(':')) labels.push(cursor.take().text);
    else throw cursor.unexpected('grouping opts', 'label');
    if (!cursor.accept(',') && !cursor.isSymbol(')')) {
      throw cursor.unexpected('grouping opts', '"," or ")"');
    }
  }
  cursor.take();
  return labels;
}

/** Signs bind like `*` to the left and let `^` go first: -2^2 is -4. */
function parseUnary(cursor: Cursor, depth: number): Expr {
  if (!cursor.isSymbol('-') && !cursor.isSymbol('+')) return parsePostfix(cursor, depth);
  const { text, from } = cursor.take();
  const operator = text as '-' | '+';
  const expr = parseBinary(cursor, POWER, depth + 1);
  const span = cursor.spanFrom(from);
  if (expr.kind === 'number')
    return { ...expr, value: operator === '-' ? -expr.value : expr.value, span };
  return { kind: 'unary', operator, expr, span };
}

/** Ranges, subqueries, offset, @, anchored and smoothed behind an operand. */
function parsePostfix(cursor: Cursor, depth: number): Expr {
  let expr = parseOperand(cursor, depth);
  for (let links = 0; ; links++) {
    if (links > DEPTH_MAX) throw cursor.fail(cursor.token, 'expression is nested too deeply');
    if (cursor.isSymbol('[')) expr = parseRange(cursor, expr);
    else if (cursor.isSymbol('@') || cursor.isWord('offset')) expr = parseShift(cursor, expr);
    else if (cursor.isWord('anchored', 'smoothed')) expr = parseExtent(cursor, expr);
    else return expr;
  }
}

/** "[" duration "]" | "[" duration ":" [ duration ] "]" */
function parseRange(cursor: Cursor, expr: Expr): Expr {
  const { from } = cursor.take();
  const range = parseDuration(cursor, 'subquery or range selector');
  if (cursor.accept(':')) {
    const step = cursor.isSymbol(']') ? {} : { step: parseDuration(cursor, 'subquery selector') };
    cursor.expect(']', 'subquery selector');
    return { kind: 'subquery', expr, range, ...step, span: cursor.spanFrom(expr.span.from) };
  }
  cursor.expect(']', 'subquery or range selector');
  const span = cursor.spanFrom(from);
  if (expr.kind !== 'vector-selector') {
    throw cursor.fail(span, 'ranges only allowed for vector selectors');
  }
  if (expr.offset) throw cursor.fail(span, 'no offset modifiers allowed before range');
  if (expr.at) throw cursor.fail(span, 'no @ modifiers allowed before range');
  if (expr.extent) throw cursor.fail(span, `no ${expr.extent} modifiers allowed before range`);
  return { kind: 'matrix-selector', selector: expr, range, span: cursor.spanFrom(expr.span.from) };
}

function parseShift(cursor: Cursor, expr: Expr): Expr {
  const isAt = cursor.take().text === '@';
  const name = isAt ? '@' : 'offset';
  const shift = isAt ? { at: parseAt(cursor, expr.span) } : { offset: parseOffset(cursor) };
  const span = cursor.spanFrom(expr.span.from);
  const target = expr.kind === 'matrix-selector' ? expr.selector : expr;
  if (target.kind !== 'vector-selector' && target.kind !== 'subquery') {
    throw cursor.fail(
      expr.span,
      `${name} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
    );
  }
  if (isAt ? target.at : target.offset) {
    const what = isAt ? '@ <timestamp>' : 'offset';
    throw cursor.fail(expr.span, `${what} may not be set multiple times`);
  }
  if (expr.kind === 'matrix-selector') {
    return { ...expr, selector: { ...expr.selector, ...shift }, span };
  }
  return { ...target, ...shift, span };
}

function parseExtent(cursor: Cursor, expr: Expr): Expr {
  const extent = cursor.take().text.toLowerCase() as 'anchored' | 'smoothed';
  const span = cursor.spanFrom(expr.span.from);
  if (expr.kind === 'subquery') {
    throw cursor.fail(expr.span, `${extent} modifier is not supported for subqueries`);
  }
  const selector = expr.kind === 'matrix-selector' ? expr.selector : expr;
  if (selector.kind !== 'vector-selector') {
    throw cursor.fail(expr.span, `${extent} modifier not implemented`);
  }
  if (selector.extent && selector.extent !== extent) {
    throw cursor.fail(expr.span, 'anchored and smoothed modifiers cannot be used together');
  }
  if (expr.kind === 'matrix-selector') return { ...expr, selector: { ...selector, extent }, span };
  return { ...selector, extent, span };
}

function parseOperand(cursor: Cursor, depth: number): Expr {
  const token = cursor.token;
  const from = token.from;
  if (token.kind === 'string') {
    const value = cursor.takeString('expression');
    return { kind: 'string', value, span: cursor.spanFrom(from) };
  }
  if (cursor.accept('(')) {
    const expr = parseBinary(cursor, 1, depth + 1);
    cursor.expect(')', '');
    return { kind: 'paren', expr, span: cursor.spanFrom(from) };
  }
  if (cursor.isSymbol('{')) return parseVectorSelector(cursor);
  if (cursor.next.text !== '{') {
    const number = parseNumericWord(cursor);
    if (number) return { kind: 'number', ...number, span: cursor.spanFrom(from) };
  }
  if (token.kind !== 'word' || cursor.isWord(...neverNames)) throw cursor.unexpected('');
  if (isAggregation(cursor)) return parseAggregation(cursor, depth);
  if (cursor.next.text === '(' && cursor.next.kind === 'symbol') return parseCall(cursor, depth);
  return parseVectorSelector(cursor);
}

function isAggregation(cursor: Cursor): boolean {
  if (!aggregations.has(cursor.token.text.toLowerCase())) return false;
  const { kind, text } = cursor.next;
  return (kind === 'symbol' && text === '(') || (kind === 'word' && /^(by|without)$/i.test(text));
}

function parseCall(cursor: Cursor, depth: number): Expr {
  const { text: name, from, to } = cursor.take();
  const args = parseArguments(cursor, depth);
  return { kind: 'call', name, nameSpan: { from, to }, args, span: cursor.spanFrom(from) };
}

function parseArguments(cursor: Cursor, depth: number): Expr[] {
  cursor.expect('(', 'function call');
  const args: Expr[] = [];
  while (!cursor.isSymbol(')')) {
    args.push(parseBinary(cursor, 1, depth + 1));
    const comma = cursor.token;
    if (cursor.accept(',')) {
      if (cursor.isSymbol(')')) {
        throw cursor.fail(comma, 'trailing commas not allowed in function call args');
      }
    } else if (!cursor.isSymbol(')')) throw cursor.unexpected('', '"," or ")"');
  }
  cursor.take();
  return args;
}

function parseAggregation(cursor: Cursor, depth: number): Aggregation {
  const token = cursor.take();
  const name = token.text.toLowerCase() as AggregationName;
  let grouping = parseGrouping(cursor);
  const args = parseArguments(cursor, depth);
  grouping ??= parseGrouping(cursor);
  const span = cursor.spanFrom(token.from);
  const needsParam = /^(topk|bottomk|limitk|limit_ratio|quantile|count_values)$/.test(name);
  const wanted = needsParam ? 2 : 1;
  if (args.length === 0) throw cursor.fail(span, 'no arguments for aggregate expression provided');
  if (args.length !== wanted) {
    throw cursor.fail(
      span,
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
    );
  }
  const expr = args[wanted - 1] as Expr;
  const param = needsParam ? { param: args[0] as Expr } : {};
  return { kind: 'aggregation', name, ...param, expr, ...(grouping ? { grouping } : {}), span };
}

function parseGrouping(cursor: Cursor): Grouping | undefined {
  if (!cursor.isWord('by', 'without')) return undefined;
  const mode = cursor.take().text.toLowerCase() as 'by' | 'without';
  return { mode, labels: parseLabels(cursor) };
}
