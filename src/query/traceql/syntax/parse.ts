// Tokens in, tree out. Parentheses can hold a spanset, a pipeline, a number or a metrics query, and
// only their content tells which; so one expression parser builds all of them and `combine` says
// which operator fits which operands.
// Grammar in words: https://grafana.com/docs/tempo/latest/traceql/construct-traceql-queries/
import type {
  Field,
  Hint,
  MetricsQuery,
  Pipeline,
  PipelineStage,
  Query,
  ScalarExpr,
} from './ast.ts';
import { Cursor } from './cursor.ts';
import { lex, parseError } from './lex.ts';
import {
  combine,
  isScalar,
  isSpanset,
  isSpansetOperator,
  type Operand,
  operatorLevel,
} from './operand.ts';
import { parseField, parseFieldExpr, parseStatic } from './parse-field.ts';
import {
  isMetricsFunction,
  parseMetricsFilters,
  parseMetricsFunction,
  parseMetricsStage,
} from './parse-metrics.ts';

export interface ParseOptions {
  /** Refuses what Tempo refuses: attribute names without scope or dot in front. Default false. */
  readonly isStrict?: boolean;
}

/** The tree of a query; throws InputError `traceql_parse`, and nothing else, on any text. */
export function parse(text: string, options: ParseOptions = {}): Query {
  const isStrict = options.isStrict ?? false;
  const cursor = new Cursor(text, lex(text, { isStrict }), isStrict);
  if (cursor.isEnd()) throw parseError(text, 0, 'syntax error: unexpected $end');
  const root = parseSequence(cursor, 0);
  const hints = parseHints(cursor);
  if (!cursor.isEnd()) throw cursor.unexpected('with');
  if (isScalar(root)) throw cursor.unexpected();
  if (root.kind === 'metrics' || root.kind === 'pipeline' || root.kind === 'scalar-filter') {
    return { root, hints };
  }
  return { root: toPipeline(root), hints };
}

/** One attribute or intrinsic: what a tag request names. */
export function parseTag(text: string, options: ParseOptions = {}): Field {
  const isStrict = options.isStrict ?? false;
  const cursor = new Cursor(text, lex(text, { isStrict }), isStrict);
  const field = parseField(cursor);
  if (field === undefined || !cursor.isEnd()) throw cursor.unexpected();
  return field;
}

/** sequence := stage ('|' stage)*; what comes out depends on the last stage. */
function parseSequence(cursor: Cursor, depth: number): Operand {
  const { from } = cursor.token.span;
  const first = parseKeywordStage(cursor, false) ?? parseExpression(cursor, 1, depth);
  if (first.kind === 'metrics') return parseMetricsTail(cursor, first);
  if (isScalar(first) || (first.kind === 'scalar-filter' && comparesPipelines(first))) return first;
  const stages: PipelineStage[] = [first];
  while (cursor.skip('|')) {
    const pipeline = (): Pipeline => ({ kind: 'pipeline', stages, span: cursor.since(from) });
    if (isMetricsFunction(cursor)) {
      const source = pipeline();
      const firstStage = parseMetricsFunction(cursor);
      const metrics: MetricsQuery = {
        kind: 'metrics',
        source: { kind: 'function', pipeline: source, first: firstStage },
        stages: parseMetricsFilters(cursor),
        span: cursor.since(from),
      };
      return parseMetricsTail(cursor, metrics);
    }
    const stage = parseKeywordStage(cursor, true) ?? parseExpression(cursor, 1, depth);
    if (stage.kind === 'aggregate') {
      // Only inside parentheses: `({ … } | count())`.
      const source = pipeline();
      if (depth === 0 || !cursor.isSymbol(')')) throw cursor.unexpected();
      return { kind: 'scalar-pipeline', pipeline: source, aggregate: stage, span: source.span };
    }
    if (stage.kind === 'metrics' || isScalar(stage)) throw cursor.unexpected();
    stages.push(stage);
  }
  const only = stages[0] as PipelineStage;
  if (stages.length === 1 && isSpanset(only)) return only;
  return { kind: 'pipeline', stages, span: cursor.since(from) };
}

/** ('|' (topk | bottomk | comparison…))* */
function parseMetricsTail(cursor: Cursor, metrics: MetricsQuery): MetricsQuery {
  const stages = [...metrics.stages];
  while (cursor.skip('|')) stages.push(parseMetricsStage(cursor), ...parseMetricsFilters(cursor));
  return { ...metrics, stages, span: cursor.since(metrics.span.from) };
}

/** expression := operand (operator expression)*, by precedence. */
function parseExpression(cursor: Cursor, minimum: number, depth: number): Operand {
  let left = parseOperand(cursor, depth);
  for (;;) {
    const token = cursor.token;
    if (token.type !== 'symbol') return left;
    const level = operatorLevel(token.text);
    if (level === undefined || level < minimum) return left;
    cursor.take();
    if (isSpanset(left) && isSpansetOperator(token.text) && !cursor.isSymbol('{', '(')) {
      throw cursor.unexpected('{ or (');
    }
    const next = token.text === '^' ? level : level + 1;
    const right = cursor.nested(() => parseExpression(cursor, next, depth));
    const combined = combine(token.text, left, right);
    if (combined === undefined) throw cursor.unexpected(depth === 0 ? 'with' : undefined, token);
    left = combined;
  }
}

/** operand := '{' expr? '}' | '(' sequence ')' | aggregate '(' expr? ')' | ['-'] number */
function parseOperand(cursor: Cursor, depth: number): Operand {
  const token = cursor.token;
  const { from } = token.span;
  if (cursor.skip('{'))
    return { kind: 'filter', condition: parseFilterBody(cursor), span: cursor.since(from) };
  if (cursor.skip('(')) {
    const inner = cursor.nested(() => parseSequence(cursor, depth + 1));
    cursor.expect(')');
    return inner.kind === 'scalar-filter' && !comparesPipelines(inner) ? toPipeline(inner) : inner;
  }
  if (cursor.isWord('count', 'min', 'max', 'sum', 'avg')) return parseAggregate(cursor);
  const isNegative = cursor.skip('-');
  const kind = cursor.token.type;
  if (kind !== 'number' && kind !== 'duration') throw cursor.unexpected();
  const literal = parseStatic(cursor);
  if (!isNegative || literal.value.type === 'nil') return literal;
  const value = { ...literal.value, value: -literal.value.value } as typeof literal.value;
  return { kind: 'static', value, span: cursor.since(from) };
}

function parseFilterBody(cursor: Cursor) {
  if (cursor.skip('}')) return undefined;
  const condition = parseFieldExpr(cursor);
  cursor.expectAfterExpression('}');
  return condition;
}

/** count() | (min | max | sum | avg) '(' expr ')' */
function parseAggregate(cursor: Cursor): Operand {
  const token = cursor.take();
  const name = (token.type === 'word' ? token.text : '') as 'count' | 'min' | 'max' | 'sum' | 'avg';
  cursor.expect('(');
  const field = name === 'count' ? undefined : parseFieldExpr(cursor);
  if (field) cursor.expectAfterExpression(')');
  else cursor.expect(')');
  return { kind: 'aggregate', name, field, span: cursor.since(token.span.from) };
}

/** by '(' expr ')' | select '(' field (',' field)* ')' | coalesce '(' ')' */
function parseKeywordStage(cursor: Cursor, allowsCoalesce: boolean) {
  const { from } = cursor.token.span;
  if (cursor.isWord('by')) {
    cursor.take();
    cursor.expect('(');
    const field = parseFieldExpr(cursor);
    cursor.expectAfterExpression(')');
    return { kind: 'by' as const, field, span: cursor.since(from) };
  }
  if (cursor.isWord('select')) {
    cursor.take();
    cursor.expect('(');
    const fields = parseFields(cursor);
    return { kind: 'select' as const, fields, span: cursor.since(from) };
  }
  if (!allowsCoalesce || !cursor.isWord('coalesce')) return undefined;
  cursor.take();
  cursor.expect('(');
  cursor.expect(')');
  return { kind: 'coalesce' as const, span: cursor.since(from) };
}

function parseFields(cursor: Cursor) {
  const fields = [];
  do {
    const field = parseField(cursor);
    if (field === undefined) throw cursor.unexpected();
    fields.push(field);
  } while (cursor.skip(','));
  cursor.expect(')');
  return fields;
}

/** hints := 'with' '(' name '=' literal (',' name '=' literal)* ')' */
function parseHints(cursor: Cursor): Hint[] {
  const hints: Hint[] = [];
  if (!cursor.isWord('with')) return hints;
  cursor.take();
  cursor.expect('(');
  do {
    const name = cursor.take();
    if (name.type !== 'word') throw cursor.unexpected('IDENTIFIER', name);
    cursor.expect('=');
    hints.push({ name: name.text, value: parseStatic(cursor).value });
  } while (cursor.skip(','));
  cursor.expect(')');
  return hints;
}

const toPipeline = (stage: PipelineStage): Pipeline =>
  stage.kind === 'pipeline' ? stage : { kind: 'pipeline', stages: [stage], span: stage.span };

function comparesPipelines(filter: { left: ScalarExpr; right: ScalarExpr }): boolean {
  const holds = (expr: ScalarExpr): boolean =>
    expr.kind === 'scalar-pipeline' ||
    (expr.kind === 'scalar-operation' && (holds(expr.left) || holds(expr.right)));
  return holds(filter.left) || holds(filter.right);
}
