// The reads of a metrics query that is evaluated: how many spans lie where, the spans of a stretch of
// time, the traces that may count, and which spans become exemplars. Pure.
import {
  and,
  as,
  call,
  column,
  type Expr,
  isGlobalIn,
  isIn,
  literal,
  op,
  type Select,
  table,
  tuple,
} from '#sql/tree.ts';
import { scopesBetween } from '#store/table/scopes.ts';
import { spansBetween } from '#store/table/spans.ts';
import type { ExemplarSlots } from '../metrics/exemplars.ts';
import type { MetricsPlan } from '../metrics/plan.ts';
import type { FieldExpr } from '../syntax/ast.ts';
import { attributeHint } from './attribute-index.ts';
import { type Condition, compileCondition, isAlways } from './condition.ts';
import { compileCandidates, compileTraceSpans, type TimeRange } from './search.ts';
import { isRoot } from './whole-trace.ts';

export interface ReadOptions {
  /** Where the other spans of traces are. */
  readonly around: TimeRange;
  /** Whether the engine may leave out spans that do not fit. */
  readonly pushDown: boolean;
}

const spans = table('otel_spans');
const start = column('start_unix_nano');

/** Spans of `range` that can count, as far as SQL can say it. */
function spansThatCount(plan: MetricsPlan, range: TimeRange, options: ReadOptions): Expr {
  const rows = spansBetween(range.tenant, range.fromNano, range.toNano);
  if (!options.pushDown) return rows;
  if (plan.isFilter) {
    const condition = conditionOf(plan.condition, range, options.around);
    return condition === undefined ? rows : and(rows, condition.expr);
  }
  const { around } = options;
  const candidates = compileCandidates(plan.search, around, {
    range: around,
    limit: 1,
    offset: 0,
    pushDown: true,
  });
  const traces: Select = {
    columns: [{ expr: column('trace_id') }],
    ...(candidates.from ? { from: candidates.from } : {}),
    ...(candidates.where ? { where: candidates.where } : {}),
  };
  return and(rows, isGlobalIn(column('trace_id'), traces));
}

function conditionOf(
  condition: FieldExpr | undefined,
  range: TimeRange,
  around: TimeRange,
): Condition | undefined {
  if (condition === undefined) return undefined;
  const compiled = compileCondition(condition, {
    scopes: scopesBetween(range.tenant, range.fromNano, range.toNano),
    traces: spansBetween(around.tenant, around.fromNano, around.toNano),
  });
  if (isAlways(compiled)) return undefined;
  return { ...compiled, expr: and(compiled.expr, attributeHint(condition)) };
}

/** Rows (`part`, `spans`): how many lie in each part of `range`, `widthNano` long. */
export function compileSpanCounts(
  plan: MetricsPlan,
  range: TimeRange,
  options: ReadOptions & { readonly widthNano: bigint },
): Select {
  return {
    columns: [
      as(partOf(range.fromNano, options.widthNano), 'part'),
      as(call('toFloat64', call('count')), 'spans'),
    ],
    from: spans,
    where: spansThatCount(plan, range, options),
    groupBy: [column('part')],
    orderBy: [{ expr: column('part') }],
  };
}

const partOf = (fromNano: bigint, widthNano: bigint): Expr =>
  call('toInt64', call('intDiv', op(start, '-', literal(fromNano)), literal(widthNano)));

/** Rows are SpanRow (eval/span-rows.ts); they may repeat. All attributes where the plan compares. */
export function compileSpans(plan: MetricsPlan, range: TimeRange, options: ReadOptions): Select {
  const read = compileTraceSpans(plan.needs, [], range);
  return withAttributes(plan, { ...read, where: spansThatCount(plan, range, options) });
}

/** Rows are SpanRow: spans without parent of the traces whose spans compileSpans reads. */
export function compileRoots(plan: MetricsPlan, range: TimeRange, options: ReadOptions): Select {
  const { tenant, fromNano, toNano } = options.around;
  const nothing = { spanAttributes: [], events: false, links: false, arrival: false };
  const traces: Select = {
    columns: [{ expr: column('trace_id') }],
    from: spans,
    where: spansThatCount(plan, range, options),
  };
  return {
    ...compileTraceSpans(nothing, [], range),
    where: and(
      spansBetween(tenant, fromNano, toNano),
      isRoot,
      isGlobalIn(column('trace_id'), traces),
    ),
  };
}

/** Rows are SpanRow, of whole traces. */
export function compileWholeTraces(
  plan: MetricsPlan,
  traceIds: readonly Uint8Array[],
  around: TimeRange,
): Select {
  return withAttributes(plan, compileTraceSpans(plan.needs, traceIds, around));
}

function withAttributes({ measure }: MetricsPlan, read: Select): Select {
  if (measure !== 'compare') return read;
  const columns = read.columns.filter((each) => each.as !== 'picked_attributes');
  return { ...read, columns: [...columns, as(column('attributes'), 'picked_attributes')] };
}

/** Rows (`trace_id`, `first`, `spans`): traces with spans that can count, by the first of them. */
export function compileTraces(
  plan: MetricsPlan,
  range: TimeRange,
  options: ReadOptions & { readonly limit: number },
): Select {
  return {
    columns: [
      as(column('trace_id'), 'trace_id'),
      as(call('min', start), 'first'),
      as(call('toFloat64', call('count')), 'spans'),
    ],
    from: spans,
    where: spansThatCount(plan, range, options),
    groupBy: [column('trace_id')],
    orderBy: [{ expr: column('first') }, { expr: column('trace_id') }],
    limit: options.limit,
  };
}

/**
 * Rows are SpanId: of the spans that `counted` reads, in each slot the one with the least trace and span
 * id. Of traces whose ids are in the first `share` (up to 1) of all: within a minute spans lie by trace id,
 * so that a small share is read out of few granules.
 */
export function compileExemplars(
  { with: named, where }: Select,
  slots: ExemplarSlots,
  share: number,
): Select {
  const rank = tuple(column('trace_id'), column('span_id'));
  const shared = share < 1 ? op(column('trace_id'), '<', literal(idAt(share))) : undefined;
  const least = ['trace_id', 'span_id', 'start_unix_nano'].map((name) =>
    as(call('argMin', column(name), rank), `least_${name}`),
  );
  return {
    ...(named ? { with: named } : {}),
    columns: [as(partOf(slots.firstNano, slots.widthNano), 'slot'), ...least],
    from: spans,
    where: and(where, shared),
    groupBy: [column('slot')],
  };
}

/** A row of compileExemplars. */
export interface SpanId {
  readonly least_trace_id: Uint8Array;
  readonly least_span_id: Uint8Array;
  readonly least_start_unix_nano: bigint;
}

/** The trace id below which this share of random ids lies. */
function idAt(share: number): Uint8Array {
  const id = Buffer.alloc(16);
  id.writeUIntBE(Math.floor(share * 2 ** 48), 0, 6);
  return new Uint8Array(id);
}

/** Rows are SpanRow: these spans; they may repeat. */
export function compileSpansOf(
  plan: MetricsPlan,
  ids: readonly SpanId[],
  { tenant, fromNano, toNano }: TimeRange,
): Select {
  const range = { tenant, fromNano, toNano };
  const read = withAttributes(plan, compileTraceSpans(plan.needs, [], range));
  const starts = ids.map((id) => literal(id.least_start_unix_nano));
  const traceIds = ids.map((id) => literal(id.least_trace_id));
  const wanted = ids.map((id) =>
    tuple(literal(id.least_start_unix_nano), literal(id.least_trace_id), literal(id.least_span_id)),
  );
  return {
    ...read,
    // The first two lead to granules: the sorting key is of minutes and trace ids.
    where: and(
      spansBetween(tenant, fromNano, toNano),
      isIn(start, starts),
      isIn(column('trace_id'), traceIds),
      isIn(tuple(start, column('trace_id'), column('span_id')), wanted),
    ),
  };
}
