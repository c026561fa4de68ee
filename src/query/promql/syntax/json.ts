// The syntax tree as /api/v1/parse_query answers it. What Prometheus added later (anchored, smoothed,
// fill) is only there when the query has it, so that older readers see what they know.
import { InputError } from '#lib/errors.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
import type { Matching } from '#query/vector/matching.ts';
import { type DurationContext, durationMs, type Fail } from '../check/duration.ts';
import { functions } from '../function/index.ts';
import type {
  Aggregation,
  Binary,
  Call,
  DurationExpr,
  Expr,
  TimeShift,
  VectorSelector,
} from './ast.ts';
import { printDecimal } from './number.ts';

export type JsonNode = Readonly<Record<string, unknown>>;

/** `expr` is checked. */
export function toJson(expr: Expr): JsonNode {
  switch (expr.kind) {
    case 'number':
      return { type: 'numberLiteral', val: printDecimal(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'paren':
      return { type: 'parenExpr', expr: toJson(expr.expr) };
    case 'unary':
      return { type: 'unaryExpr', op: expr.operator, expr: toJson(expr.expr) };
    case 'vector-selector':
      return { type: 'vectorSelector', ...selectorToJson(expr) };
    case 'matrix-selector':
      return {
        type: 'matrixSelector',
        ...selectorToJson(expr.selector),
        range: milliseconds(expr.range),
      };
    case 'subquery':
      return {
        type: 'subquery',
        expr: toJson(expr.expr),
        range: milliseconds(expr.range),
        step: expr.step ? milliseconds(expr.step) : 0,
        ...shiftToJson(expr),
      };
    case 'aggregation':
      return aggregationToJson(expr);
    case 'binary':
      return binaryToJson(expr);
    case 'call':
      return callToJson(expr);
  }
}

function selectorToJson(selector: VectorSelector): JsonNode {
  const { name, matchers, extent } = selector;
  const inside = matchers.map(({ label, operator, value }) => ({
    name: label,
    value,
    type: operator,
  }));
  return {
    name,
    matchers: name === '' ? inside : [...inside, { name: METRIC_NAME, value: name, type: '=' }],
    ...shiftToJson(selector),
    ...(extent ? { [extent]: true } : {}),
  };
}

function shiftToJson({ offset, at }: TimeShift): JsonNode {
  return {
    offset: offset ? milliseconds(offset) : 0,
    timestamp: at?.kind === 'time' ? at.timeMs : null,
    startOrEnd: at && at.kind !== 'time' ? at.kind : null,
  };
}

/** What depends on the times of a query is not known here: 0, as Prometheus has it. */
const unknownTimes: DurationContext = { stepSeconds: 0, rangeSeconds: 0 };

const fail: Fail = (span, what) => new InputError('promql_duration', what, { span });

function milliseconds(expr: DurationExpr): number {
  if (expr.kind !== 'literal') return 0;
  return durationMs(expr, unknownTimes, fail) ?? 0;
}

const aggregationToJson = ({ name, expr, param, grouping }: Aggregation): JsonNode => ({
  type: 'aggregation',
  op: name,
  expr: toJson(expr),
  param: param ? toJson(param) : null,
  grouping: grouping?.labels ?? [],
  without: grouping?.mode === 'without',
});

function binaryToJson(binary: Binary): JsonNode {
  const { operator, left, right, isBool } = binary;
  return {
    type: 'binaryExpr',
    op: operator,
    lhs: toJson(left),
    rhs: toJson(right),
    matching: isVector(left) && isVector(right) ? matchingToJson(binary) : null,
    bool: isBool,
  };
}

const noMatching: Matching = {
  mode: 'ignoring',
  labels: [],
  cardinality: 'one-to-one',
  include: [],
};

function matchingToJson({ operator, matching = noMatching, fill }: Binary): JsonNode {
  const isSet = operator === 'and' || operator === 'or' || operator === 'unless';
  return {
    card: isSet ? 'many-to-many' : matching.cardinality,
    labels: matching.labels,
    on: matching.mode === 'on',
    include: matching.include,
    ...(fill ? { fillValues: { lhs: fill.left ?? null, rhs: fill.right ?? null } } : {}),
  };
}

function isVector(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vector-selector':
    case 'aggregation':
      return true;
    case 'paren':
    case 'unary':
      return isVector(expr.expr);
    case 'call':
      return functions.get(expr.name)?.returns === 'vector';
    case 'binary':
      return isVector(expr.left) || isVector(expr.right);
    default:
      return false;
  }
}

/** `variadic`: how many arguments may stand for the last type; -1 for any number, 0 for just one. */
function callToJson({ name, args }: Call): JsonNode {
  const definition = functions.get(name);
  const types = definition?.args ?? [];
  const most = definition?.mostArgs;
  const variadic = definition?.isVariadic ? -1 : (definition?.optional ?? 0);
  return {
    type: 'call',
    func: {
      name,
      argTypes: types,
      variadic: most === undefined ? variadic : most - types.length + 1,
      returnType: definition?.returns ?? 'none',
    },
    args: args.map(toJson),
  };
}
