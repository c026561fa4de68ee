// parse: text → tree, by recursive descent. Throws InputError `logql_parse` with line and column.
// Precedence, highest first: ^ (right) · * / % · + - · comparisons · and unless · or.
import type {
  BinaryExpr,
  BinaryOperator,
  Expr,
  Grouping,
  Matcher,
  MetricExpr,
  VectorMatch,
} from './ast.ts';
import { Cursor, ruleError } from './cursor.ts';
import { evaluateScalarPair } from './fold.ts';
import type { Token } from './lexer.ts';
import { isLineFilter, parsePipeline } from './pipeline.ts';
import { isBinaryOperator, precedenceOf } from './precedence.ts';
import { parseLogRange } from './range.ts';
import { parseSelector } from './selector.ts';
import { rangeOperations, vectorOperations } from './word.ts';

export interface ParseOptions {
  /**
   * A query may begin with a line filter, `|= "x"`, and then means all streams; there is a stage
   * `| distinct a, b`.
   */
  readonly acceptsSupersets?: boolean;
}

export function parse(text: string, options: ParseOptions = {}): Expr {
  const cursor = new Cursor(text, options.acceptsSupersets);
  const expr = parseExpr(cursor, 0);
  if (!cursor.isAt('end')) throw cursor.unexpected();
  return expr;
}

/** Only a stream selector, as the label endpoints take it. */
export function parseMatchers(text: string): Matcher[] {
  const cursor = new Cursor(text);
  const matchers = parseSelector(cursor);
  if (!cursor.isAt('end')) throw cursor.unexpected();
  return matchers;
}

function parseExpr(cursor: Cursor, minimum: number): Expr {
  let left = parsePrimary(cursor);
  for (;;) {
    const { token } = cursor;
    const isOperator = token.kind === 'symbol' || token.kind === 'word';
    if (!isOperator || !isBinaryOperator(token.text)) return left;
    const operator = token.text;
    const precedence = precedenceOf(operator);
    if (precedence < minimum) return left;
    cursor.advance();
    const returnsBool = cursor.take('word', 'bool') !== undefined;
    const match = parseVectorMatch(cursor);
    const least = operator === '^' ? precedence : precedence + 1;
    const right = cursor.nested(() => parseExpr(cursor, least));
    left = toBinary(operator, left, right, returnsBool, match);
    if (left.kind === 'binary') cursor.countOperator();
  }
}

function toBinary(
  operator: BinaryOperator,
  left: Expr,
  right: Expr,
  returnsBool: boolean,
  match: VectorMatch | undefined,
): MetricExpr {
  const span = { from: left.span.from, to: right.span.to };
  for (const [side, leg] of [
    ['left', left],
    ['right', right],
  ] as const) {
    if (leg.kind === 'log') {
      const type = leg.stages.length === 0 ? '*syntax.MatchersExpr' : '*syntax.PipelineExpr';
      throw ruleError(
        `unexpected type for ${side} leg of binary operation (${operator}): ${type}`,
        leg.span,
      );
    }
    if (leg.kind === 'number' && isSetOperator(operator)) {
      throw ruleError(
        `unexpected literal for ${side} leg of logical/set binary operation (${operator}): ${leg.value.toFixed(6)}`,
        leg.span,
      );
    }
  }
  if (left.kind === 'number' && right.kind === 'number') {
    return { kind: 'number', value: evaluateScalarPair(operator, left.value, right.value), span };
  }
  const binary = { kind: 'binary', operator, left, right, returnsBool, match, span };
  return binary as BinaryExpr;
}

const isSetOperator = (operator: string): boolean =>
  operator === 'and' || operator === 'or' || operator === 'unless';

// match := ( 'on' | 'ignoring' ) labels [ ( 'group_left' | 'group_right' ) [ labels ] ]
function parseVectorMatch(cursor: Cursor): VectorMatch | undefined {
  const isOn = cursor.isAt('word', 'on');
  if (!isOn && !cursor.isAt('word', 'ignoring')) return undefined;
  cursor.advance();
  const labels = parseLabels(cursor);
  const isLeft = cursor.isAt('word', 'group_left');
  if (!isLeft && !cursor.isAt('word', 'group_right')) {
    return { isOn, labels, cardinality: 'one-to-one', include: [] };
  }
  cursor.advance();
  const include = cursor.isSymbol('(') ? parseLabels(cursor) : [];
  return { isOn, labels, cardinality: isLeft ? 'many-to-one' : 'one-to-many', include };
}

function parseLabels(cursor: Cursor): string[] {
  cursor.expect('symbol', '(');
  const labels: string[] = [];
  if (cursor.takeSymbol(')')) return labels;
  do {
    const expecting = labels.length === 0 ? 'IDENTIFIER or )' : 'IDENTIFIER';
    labels.push(cursor.expect('identifier', undefined, expecting).text);
  } while (cursor.takeSymbol(','));
  cursor.expect('symbol', ')', ', or )');
  return labels;
}

function parsePrimary(cursor: Cursor): Expr {
  const start = cursor.token;
  if (cursor.isSymbol('{')) {
    const matchers = parseSelector(cursor);
    const stages = parsePipeline(cursor, false);
    return { kind: 'log', matchers, stages, span: cursor.spanFrom(start) };
  }
  if (cursor.acceptsSupersets && isLineFilter(start)) {
    const stages = parsePipeline(cursor, false);
    return { kind: 'log', matchers: [], stages, span: cursor.spanFrom(start) };
  }
  if (cursor.takeSymbol('(')) {
    const inner = cursor.nested(() => parseExpr(cursor, 0));
    if (!cursor.takeSymbol(')')) throw cursor.unexpected();
    return inner;
  }
  if (cursor.isSymbol('-') || cursor.isSymbol('+') || cursor.isAt('number')) {
    const sign = cursor.isAt('number') ? 1 : cursor.advance().text === '-' ? -1 : 1;
    const value = sign * parseNumber(cursor);
    return { kind: 'number', value, span: cursor.spanFrom(start) };
  }
  if (start.kind !== 'function') throw cursor.unexpected();
  if (start.text in rangeOperations) return parseRangeAggregation(cursor);
  if (start.text in vectorOperations) return parseVectorAggregation(cursor);
  if (start.text === 'vector') return parseVector(cursor);
  if (start.text === 'label_replace') return parseLabelReplace(cursor);
  if (start.text === 'variants') {
    throw ruleError('multi variant queries are not supported', start);
  }
  throw cursor.unexpected();
}

function parseNumber(cursor: Cursor): number {
  const token = cursor.expect('number');
  if (Number.isNaN(token.value)) {
    throw ruleError(`unable to parse literal as a float: ${noFloat(token)}`, token);
  }
  return token.value as number;
}

const noFloat = ({ text }: Token): string =>
  `strconv.ParseFloat: parsing "${text}": invalid syntax`;

function parseGrouping(cursor: Cursor): Grouping | undefined {
  const start = cursor.token;
  const isWithout = cursor.isAt('word', 'without');
  if (!isWithout && !cursor.isAt('word', 'by')) return undefined;
  cursor.advance();
  const labels = parseLabels(cursor);
  return { isWithout, labels, span: cursor.spanFrom(start) };
}

// rangeAggregation := op '(' [ NUMBER ',' ] logRange ')' [ grouping ]
function parseRangeAggregation(cursor: Cursor): MetricExpr {
  const start = cursor.advance();
  const operation = start.text;
  cursor.expect('symbol', '(');
  const given = cursor.take('number');
  if (given) cursor.expect('symbol', ',');
  if (!cursor.isSymbol('{') && !cursor.isSymbol('(')) {
    throw cursor.unexpected(given === undefined ? 'NUMBER or { or (' : '{ or (');
  }
  const range = parseLogRange(cursor);
  cursor.expect('symbol', ')');
  const grouping = parseGrouping(cursor);
  const span = cursor.spanFrom(start);
  const rule = rangeOperations[operation];
  const parameter = given?.value;
  if (rule?.hasParameter && !given) {
    throw ruleError(`parameter required for operation ${operation}`, span);
  }
  if (!rule?.hasParameter && given) {
    throw ruleError(`parameter ${given.text} not supported for operation ${operation}`, span);
  }
  if (given && Number.isNaN(parameter)) {
    throw ruleError(`invalid parameter for operation ${operation}: ${noFloat(given)}`, given);
  }
  if (grouping && !rule?.allowsGrouping) {
    throw ruleError(`grouping not allowed for ${operation} aggregation`, grouping.span);
  }
  if (range.unwrap && rule?.unwrap === 'never') {
    throw ruleError(`invalid aggregation ${operation} with unwrap`, span);
  }
  if (!range.unwrap && rule?.unwrap === 'required') {
    throw ruleError(`invalid aggregation ${operation} without unwrap`, span);
  }
  return { kind: 'range-aggregation', operation, parameter, range, grouping, span };
}

// vectorAggregation := op [ grouping ] '(' [ NUMBER ',' ] metric ')' [ grouping ]
function parseVectorAggregation(cursor: Cursor): MetricExpr {
  const start = cursor.advance();
  const operation = start.text;
  const before = parseGrouping(cursor);
  cursor.expect('symbol', '(');
  const given =
    cursor.isAt('number') && cursor.following.text === ',' ? cursor.advance() : undefined;
  if (given) cursor.advance();
  const inner = cursor.nested(() => parseExpr(cursor, 0));
  if (inner.kind === 'log' || !cursor.takeSymbol(')')) throw cursor.unexpected();
  const grouping = before ?? parseGrouping(cursor);
  const span = cursor.spanFrom(start);
  const rule = vectorOperations[operation];
  if (rule?.hasParameter) checkCount(operation, given?.text, span);
  else if (given) {
    throw ruleError(`unsupported parameter for operation ${operation}(${given.text},`, span);
  }
  if (grouping && !rule?.allowsGrouping) {
    const message =
      operation === 'approx_topk'
        ? 'grouping not allowed for approx_topk aggregation'
        : "sort and sort_desc doesn't allow grouping by ";
    throw ruleError(message, grouping.span);
  }
  const parameter = given?.value;
  return { kind: 'vector-aggregation', operation, parameter, inner, grouping, span };
}

/** As written: `2.0` is no whole number. */
function checkCount(
  operation: string,
  text: string | undefined,
  span: { from: number; to: number },
): void {
  if (text === undefined) throw ruleError(`parameter required for operation ${operation}`, span);
  if (!/^\d+$/.test(text) || BigInt(text) >= 2n ** 63n) {
    throw ruleError(`invalid parameter ${operation}(${text},`, span);
  }
  if (Number(text) <= 0) {
    throw ruleError(`invalid parameter (must be greater than 0) ${operation}(${text}`, span);
  }
}

function parseVector(cursor: Cursor): MetricExpr {
  const start = cursor.advance();
  cursor.expect('symbol', '(');
  const value = parseNumber(cursor);
  cursor.expect('symbol', ')');
  return { kind: 'vector', value, span: cursor.spanFrom(start) };
}

// label_replace '(' metric ',' STRING ',' STRING ',' STRING ',' STRING ')'
function parseLabelReplace(cursor: Cursor): MetricExpr {
  const start = cursor.advance();
  cursor.expect('symbol', '(');
  const inner = cursor.nested(() => parseExpr(cursor, 0));
  if (inner.kind === 'log') throw cursor.unexpected();
  const texts: string[] = [];
  for (let i = 0; i < 4; i++) {
    if (!cursor.takeSymbol(',')) throw cursor.unexpected(i === 0 ? undefined : ',');
    texts.push(cursor.expect('string').text);
  }
  cursor.expect('symbol', ')');
  const [destination, replacement, source, regex] = texts as [string, string, string, string];
  const span = cursor.spanFrom(start);
  return { kind: 'label-replace', inner, destination, replacement, source, regex, span };
}
