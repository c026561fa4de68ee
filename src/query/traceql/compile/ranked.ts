// Traces that are candidates, by a property of the whole trace: its start or its duration. Every
// candidate of the time range is ranked, so that the engine answers with the first of them only.
import {
  and,
  as,
  call,
  column,
  type Expr,
  eq,
  isGlobalIn,
  literal,
  op,
  or,
  type Select,
  table,
} from '#sql/tree.ts';
import { spansBetween } from '#store/table/spans.ts';
import type { SearchPlan } from '../plan/plan.ts';
import { isAscending, type Place, type SearchOrder } from '../search-cursor.ts';
import { candidateRows, type TimeRange } from './search.ts';

export interface RankOptions {
  readonly order: SearchOrder;
  /** Where candidate spans are. */
  readonly candidates: TimeRange;
  /** Where the other spans of their traces are. */
  readonly whole: TimeRange;
  /** Traces that do not overlap it, borders included, are left out. */
  readonly range: TimeRange;
  readonly after: Place | undefined;
  readonly limit: number;
  readonly pushDown: boolean;
}

/** `trace_id`, `first` (the start of the trace) and `key`, in the order asked for. */
export function compileRanked(plan: SearchPlan, options: RankOptions): Select {
  const { order, candidates, whole, range, limit, pushDown } = options;
  const rows = candidateRows(plan, candidates, { range: whole, pushDown });
  const traces = { columns: [{ expr: column('trace_id') }], ...rows };
  const start = call('min', column('start_unix_nano'));
  // A clock that ran backwards makes a negative duration; a trace ends no earlier than it starts.
  const end = call('max', op(column('start_unix_nano'), '+', column('duration_nano')));
  const key = order.endsWith('start') ? column('first') : op(column('last'), '-', column('first'));
  return {
    columns: [
      as(column('trace_id'), 'trace_id'),
      as(start, 'first'),
      as(call('greatest', end, start), 'last'),
      as(key, 'key'),
    ],
    from: table('otel_spans'),
    where: and(
      spansBetween(whole.tenant, whole.fromNano, whole.toNano),
      isGlobalIn(column('trace_id'), traces),
    ),
    groupBy: [column('trace_id')],
    having: and(
      op(column('first'), '<=', literal(range.toNano)),
      op(column('last'), '>=', literal(range.fromNano)),
      ...(options.after ? [isAfter(order, options.after)] : []),
    ),
    orderBy: [
      { expr: column('key'), isDescending: !isAscending(order) },
      { expr: column('trace_id') },
    ],
    limit,
  };
}

function isAfter(order: SearchOrder, { key, traceId }: Place): Expr {
  const id = literal(Buffer.from(traceId, 'hex'));
  return or(
    op(column('key'), isAscending(order) ? '>' : '<', literal(key)),
    and(eq(column('key'), literal(key)), op(column('trace_id'), '>', id)),
  );
}
