// Comparisons of what only the whole trace tells, as conditions on its spans: the ids of the traces
// that fit come from a subquery over the time of the search. Not said where a trace without a root
// would fit, or where the numbers of the walk through the tree would be needed.
import {
  and,
  call,
  column,
  type Expr,
  eq,
  isGlobalIn,
  literal,
  type Operator,
  op,
  type Select,
  table,
} from '#sql/tree.ts';
import { compare, int, numberOf, text } from '../eval/value.ts';
import type { ComparisonOperator, StaticValue } from '../syntax/ast.ts';
import type { IntrinsicName } from '../syntax/intrinsic-name.ts';
import type { Condition } from './condition.ts';
import { compareText } from './stored.ts';

export const isRoot: Expr = eq(column('parent_span_id'), literal(new Uint8Array(8)));

/** `traceRows`: the spans of otel_spans among which the traces are whole. */
export function compareTrace(
  name: IntrinsicName,
  operator: ComparisonOperator,
  value: StaticValue,
  traceRows: Expr,
): Condition | undefined {
  switch (name) {
    case 'nestedSetParent':
      return compareNestedSetParent(operator, value);
    case 'rootName':
      return compareRoot(column('name'), operator, value, traceRows);
    case 'rootServiceName':
      return compareRoot(column('service_name'), operator, value, traceRows);
    case 'traceDuration':
      return compareDuration(operator, value, traceRows);
    default:
      return undefined;
  }
}

/** -1 for a root, else at least 0: a comparison that only -1 can meet asks for roots. */
function compareNestedSetParent(
  operator: ComparisonOperator,
  value: StaticValue,
): Condition | undefined {
  const bound = numberOf(value);
  if (bound === undefined || !compare(operator, int(-1), value)) return undefined;
  const meansRoot =
    operator === '=' || (operator === '<' && bound <= 0) || (operator === '<=' && bound < 0);
  return meansRoot ? { expr: isRoot, isExact: true } : undefined;
}

/** Weaker than the comparison: of several roots any may fit. */
function compareRoot(
  root: Expr,
  operator: ComparisonOperator,
  value: StaticValue,
  traceRows: Expr,
): Condition | undefined {
  if (value.type !== 'string' || compare(operator, text(''), value)) return undefined;
  const fits = compareText(root, operator, value.value);
  return { expr: inTraces({ where: and(traceRows, isRoot, fits) }), isExact: false };
}

function compareDuration(
  operator: ComparisonOperator,
  value: StaticValue,
  traceRows: Expr,
): Condition | undefined {
  const bound = numberOf(value);
  if (bound === undefined || operator === '=~' || operator === '!~') return undefined;
  const start = column('start_unix_nano');
  const end = call('max', op(start, '+', column('duration_nano')));
  const fits = op(op(end, '-', call('min', start)), operator as Operator, literal(bound));
  const traces = { where: traceRows, groupBy: [column('trace_id')], having: fits };
  return { expr: inTraces(traces), isExact: true };
}

const inTraces = (select: Omit<Select, 'columns' | 'from'>): Expr =>
  isGlobalIn(column('trace_id'), {
    columns: [{ expr: column('trace_id') }],
    from: table('otel_spans'),
    ...select,
  });
