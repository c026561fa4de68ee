// Which service calls which, counted over stored spans. No join: every span is filed under its own id,
// and under the ids of its parent and links; what meets under one id is a caller and its calls. So the
// work is one aggregation, which the engine spreads over threads and shards.
import {
  and,
  arrayOf,
  as,
  call,
  column,
  type Expr,
  lambda,
  literal,
  op,
  type Select,
  table,
  tuple,
} from '#sql/tree.ts';
import { spansBetween } from '#store/table/spans.ts';
import type { SpanRange } from './range.ts';

const noSpan = literal(new Uint8Array(8));
const isCaller = column('is_caller');
const item = (name: string, position: number): Expr =>
  call('tupleElement', column(name), literal(position));

/** Columns `parent`, `child` and `calls`, the pair with the most calls first. */
export function compileDependencies(range: SpanRange, limit: number): Select {
  return {
    columns: [
      { expr: column('parent') },
      as(item('callee', 1), 'child'),
      as(call('count'), 'calls'),
    ],
    from: { kind: 'select', select: callsByCaller(range) },
    arrayJoin: [as(column('callees'), 'callee')],
    groupBy: [column('parent'), column('child')],
    orderBy: [
      { expr: column('calls'), isDescending: true },
      { expr: column('parent') },
      { expr: column('child') },
    ],
    limit,
  };
}

/** A row per span that was called from: its service, and each call once although rows may repeat. */
function callsByCaller(range: SpanRange): Select {
  const callee = tuple(column('service_name'), column('trace_id'), column('span_id'));
  return {
    columns: [
      as(call('anyIf', column('service_name'), isCaller), 'parent'),
      as(call('groupUniqArrayIf', callee, call('not', isCaller)), 'callees'),
    ],
    from: { kind: 'select', select: spansByReference(range) },
    groupBy: [column('caller_trace_id'), column('caller_span_id')],
    having: and(
      op(call('countIf', isCaller), '>', literal(0)),
      call('notEmpty', column('callees')),
    ),
  };
}

function spansByReference(range: SpanRange): Select {
  return {
    columns: [
      { expr: column('service_name') },
      { expr: column('trace_id') },
      { expr: column('span_id') },
      as(item('reference', 1), 'caller_trace_id'),
      as(item('reference', 2), 'caller_span_id'),
      as(item('reference', 3), 'is_caller'),
    ],
    from: { kind: 'select', select: references(range) },
    arrayJoin: [as(column('references'), 'reference')],
    where: op(item('reference', 2), '!=', noSpan),
  };
}

function references({ tenant, fromNano, toNano }: SpanRange): Select {
  const reference = (trace: Expr, span: Expr, isSelf: boolean): Expr =>
    tuple(trace, span, literal(isSelf));
  const links = call(
    'arrayMap',
    lambda(['t', 's'], reference(column('t'), column('s'), false)),
    column('link_trace_id'),
    column('link_span_id'),
  );
  const own = arrayOf(
    reference(column('trace_id'), column('span_id'), true),
    reference(column('trace_id'), column('parent_span_id'), false),
  );
  return {
    columns: [
      { expr: column('service_name') },
      { expr: column('trace_id') },
      { expr: column('span_id') },
      as(call('arrayConcat', own, links), 'references'),
    ],
    from: table('otel_spans'),
    where: spansBetween(tenant, fromNano, toNano),
  };
}
