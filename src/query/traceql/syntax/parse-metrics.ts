// Metrics stages: `rate() by (x)`, `quantile_over_time(duration, 0.9)`, `compare({…}, 10)`,
// `topk(5)` and filters on the result.
import type {
  ComparisonOperator,
  Field,
  FieldExpr,
  MetricsFunction,
  MetricsFunctionName,
  MetricsStage,
  ScalarExpr,
  SpansetFilter,
} from './ast.ts';
import type { Cursor } from './cursor.ts';
import { combine, isScalar, isThreshold } from './operand.ts';
import {
  isArithmetic,
  isComparison,
  parseField,
  parseFieldExpr,
  parseStatic,
} from './parse-field.ts';

const takesField: Record<MetricsFunctionName, boolean> = {
  rate: false,
  count_over_time: false,
  min_over_time: true,
  max_over_time: true,
  sum_over_time: true,
  avg_over_time: true,
  quantile_over_time: true,
  histogram_over_time: true,
  compare: false,
};

export function isMetricsFunction(cursor: Cursor): boolean {
  return cursor.isWord(...Object.keys(takesField));
}

/** name '(' [field (',' number)*] ')' ['by' '(' field (',' field)* ')'] */
export function parseMetricsFunction(cursor: Cursor): MetricsFunction {
  const token = cursor.take();
  const name = (token.type === 'word' ? token.text : '') as MetricsFunctionName;
  cursor.expect('(');
  let field: FieldExpr | undefined;
  let filter: SpansetFilter | undefined;
  const numbers: (number | bigint)[] = [];
  if (name === 'compare') filter = parseFilter(cursor);
  else if (takesField[name]) field = parseField(cursor) ?? failOn(cursor);
  if (name === 'quantile_over_time') {
    do {
      cursor.expect(',');
      numbers.push(parseNumber(cursor));
    } while (cursor.isSymbol(','));
  }
  if (name === 'compare') numbers.push(...parseCompareNumbers(cursor));
  cursor.expect(')');
  const by = name === 'compare' ? [] : parseBy(cursor);
  return {
    kind: 'metrics-function',
    name,
    field,
    numbers,
    filter,
    by,
    span: cursor.since(token.span.from),
  };
}

function failOn(cursor: Cursor): never {
  throw cursor.unexpected();
}

function parseFilter(cursor: Cursor): SpansetFilter {
  const { from } = cursor.expect('{').span;
  const condition = cursor.isSymbol('}') ? undefined : parseFieldExpr(cursor);
  cursor.expect('}');
  return { kind: 'filter', condition, span: cursor.since(from) };
}

function parseBy(cursor: Cursor): Field[] {
  const fields: Field[] = [];
  if (!cursor.isWord('by')) return fields;
  cursor.take();
  cursor.expect('(');
  do fields.push(parseField(cursor) ?? failOn(cursor));
  while (cursor.skip(','));
  cursor.expect(')');
  return fields;
}

function parseNumber(cursor: Cursor): number | bigint {
  const token = cursor.token;
  if (token.type !== 'number') throw cursor.unexpected('INTEGER or FLOAT');
  cursor.take();
  return token.value;
}

/** [',' top [',' start ',' end]] */
function parseCompareNumbers(cursor: Cursor): (number | bigint)[] {
  const numbers: (number | bigint)[] = [];
  for (let i = 0; i < 3 && (i === 2 ? cursor.expect(',') : cursor.skip(',')); i++) {
    numbers.push(parseInteger(cursor));
  }
  return numbers;
}

function parseInteger(cursor: Cursor): number | bigint {
  const token = cursor.token;
  if (token.type !== 'number' || token.isFloat) throw cursor.unexpected('INTEGER');
  cursor.take();
  return token.value;
}

/** (comparison number)*, straight after a metrics stage. */
export function parseMetricsFilters(cursor: Cursor): MetricsStage[] {
  const filters: MetricsStage[] = [];
  for (;;) {
    const token = cursor.token;
    if (token.type !== 'symbol' || !isComparison(token.text) || token.text.includes('~')) {
      return filters;
    }
    cursor.take();
    const value = parseThreshold(cursor);
    if (!isThreshold(value)) throw cursor.unexpected(undefined, token);
    const span = cursor.since(token.span.from);
    filters.push({
      kind: 'metrics-filter',
      operator: token.text as ComparisonOperator,
      value,
      span,
    });
  }
}

function parseThreshold(cursor: Cursor): ScalarExpr {
  let left: ScalarExpr = parseSigned(cursor);
  for (;;) {
    const token = cursor.token;
    if (token.type !== 'symbol' || !isArithmetic(token.text)) return left;
    cursor.take();
    const joined = combine(token.text, left, parseSigned(cursor));
    if (joined === undefined || !isScalar(joined)) throw cursor.unexpected(undefined, token);
    left = joined;
  }
}

function parseSigned(cursor: Cursor): ScalarExpr {
  const { from } = cursor.token.span;
  const isNegative = cursor.skip('-');
  if (cursor.token.type !== 'number' && cursor.token.type !== 'duration') throw cursor.unexpected();
  const literal = parseStatic(cursor);
  if (!isNegative || literal.value.type === 'nil') return literal;
  const value = { ...literal.value, value: -literal.value.value } as typeof literal.value;
  return { kind: 'static', value, span: cursor.since(from) };
}

/** topk '(' n ')' | bottomk '(' n ')' | comparison number */
export function parseMetricsStage(cursor: Cursor): MetricsStage {
  const token = cursor.token;
  if (!cursor.isWord('topk', 'bottomk') || token.type !== 'word') throw cursor.unexpected();
  cursor.take();
  cursor.expect('(');
  const count = parseInteger(cursor);
  cursor.expect(')');
  const kind = token.text === 'topk' ? 'topk' : 'bottomk';
  return { kind, count: Number(count), span: cursor.since(token.span.from) };
}
