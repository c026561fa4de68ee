// The statements of a search: candidates of one slice of time, the spans of some traces, and the
// scopes behind them. Every one names tenant and hours or days, so that parts are pruned.
import type { UnixNano } from '#model/unit.ts';
import {
  and,
  as,
  call,
  column,
  type Expr,
  isGlobalIn,
  isIn,
  lambda,
  literal,
  type Operator,
  op,
  type Select,
  table,
} from '#sql/tree.ts';
import { scopesBetween } from '#store/table/scopes.ts';
import { spansBetween } from '#store/table/spans.ts';
import type { Needs } from '../plan/needs.ts';
import type { Candidate, SearchPlan } from '../plan/plan.ts';
import type { FieldExpr } from '../syntax/ast.ts';
import { attributeHint } from './attribute-index.ts';
import { always, type Condition, compileCondition, isAlways, join } from './condition.ts';
import { compileLoosely } from './loose.ts';

/** From, included, to, excluded. */
export interface TimeRange {
  readonly tenant: string;
  readonly fromNano: UnixNano;
  readonly toNano: UnixNano;
}

/** Whether the engine alone decides which traces match. */
export function isPushed(plan: SearchPlan): boolean {
  if (!plan.isCandidateEnough) return false;
  const range = { tenant: '', fromNano: 0n, toNano: 0n };
  return compileCandidate(plan.candidate, range, range).isExact;
}

/** Whether the index of attribute values leads to every candidate. */
export function isIndexed(candidate: Candidate): boolean {
  if (candidate.kind === 'span' || candidate.kind === 'count') {
    return candidate.condition !== undefined && attributeHint(candidate.condition) !== undefined;
  }
  return candidate.kind === 'all' ? candidate.of.some(isIndexed) : candidate.of.every(isIndexed);
}

/**
 * Traces with a span in `slice` that makes them candidates, by the start of their first such span,
 * newest first. `range` is the whole time of the search.
 */
export function compileCandidates(
  plan: SearchPlan,
  slice: TimeRange,
  options: {
    range: TimeRange;
    limit: number;
    offset: number;
    pushDown: boolean;
    /** Only traces that also have a span before this time. */
    startedBefore?: UnixNano;
  },
): Select {
  const { range, startedBefore, pushDown } = options;
  const rows = candidateRows(plan, slice, { range, pushDown, isLoose: true });
  const started =
    startedBefore === undefined
      ? undefined
      : tracesWith(always, { ...range, toNano: startedBefore }, false);
  return {
    columns: [
      as(column('trace_id'), 'trace_id'),
      as(call('min', column('start_unix_nano')), 'first'),
    ],
    ...rows,
    where: and(rows.where, started?.expr),
    groupBy: [column('trace_id')],
    orderBy: [{ expr: column('first'), isDescending: true }, { expr: column('trace_id') }],
    limit: options.limit,
    ...(options.offset > 0 ? { offset: options.offset } : {}),
  };
}

/** The spans in `slice` that make their traces candidates; `isLoose`: and some more (loose.ts). */
export function candidateRows(
  plan: SearchPlan,
  slice: TimeRange,
  options: { range: TimeRange; pushDown: boolean; isLoose?: boolean },
): Required<Pick<Select, 'from' | 'where'>> {
  const { range, pushDown } = options;
  const compile = options.isLoose ? compileLoosely : compileCondition;
  const condition = pushDown ? compileCandidate(plan.candidate, slice, range, compile) : always;
  return { from: table('otel_spans'), where: whereIn(slice, condition) };
}

function whereIn({ tenant, fromNano, toNano }: TimeRange, condition: Condition): Expr {
  const rows = spansBetween(tenant, fromNano, toNano);
  return isAlways(condition) ? rows : and(rows, condition.expr);
}

function compileCandidate(
  candidate: Candidate,
  slice: TimeRange,
  range: TimeRange,
  compile = compileCondition,
): Condition {
  if (candidate.kind === 'span') return compileSpan(candidate.condition, slice, range, compile);
  if (candidate.kind === 'count') return tracesWithCount(candidate, range);
  if (candidate.kind === 'any') {
    return candidate.of
      .map((each) => compileCandidate(each, slice, range, compile))
      .reduce((left, right) => join('||', left, right));
  }
  // The first leads; the others narrow to traces that have such a span anywhere in the range.
  const [first, ...others] = candidate.of as readonly [Candidate, ...Candidate[]];
  const narrowed = others.map((each) =>
    each.kind === 'count'
      ? tracesWithCount(each, range)
      : tracesWith(compileCandidate(each, range, range, compile), range),
  );
  return narrowed.reduce(
    (left, right) => join('&&', left, right),
    compileCandidate(first, slice, range, compile),
  );
}

function compileSpan(
  condition: FieldExpr | undefined,
  slice: TimeRange,
  range: TimeRange,
  compile = compileCondition,
): Condition {
  if (condition === undefined) return always;
  const compiled = compile(condition, {
    scopes: scopesBetween(slice.tenant, slice.fromNano, slice.toNano),
    traces: spansBetween(range.tenant, range.fromNano, range.toNano),
  });
  const hint = attributeHint(condition);
  return hint ? { ...compiled, expr: and(compiled.expr, hint) } : compiled;
}

/** Traces with so many such spans, each counted once; says nothing where it would count too many. */
function tracesWithCount(
  { condition, operator, value }: Candidate & { readonly kind: 'count' },
  range: TimeRange,
): Condition {
  const spans = compileSpan(condition, range, range);
  if (!spans.isExact) return { expr: literal(true), isExact: false };
  const identity = [column('span_id'), column('start_unix_nano')];
  const expr = isGlobalIn(column('trace_id'), {
    columns: [{ expr: column('trace_id') }],
    from: table('otel_spans'),
    where: whereIn(range, spans),
    groupBy: [column('trace_id')],
    having: op(call('uniqExact', ...identity), operator as Operator, literal(value)),
  });
  return { expr, isExact: false };
}

function tracesWith(condition: Condition, range: TimeRange, vanishes = true): Condition {
  if (vanishes && isAlways(condition)) return always;
  const expr = isGlobalIn(column('trace_id'), {
    columns: [{ expr: column('trace_id') }],
    from: table('otel_spans'),
    where: whereIn(range, condition),
  });
  return { expr, isExact: condition.isExact };
}

/** Columns of a span that a search always reads. */
const summaryColumns = [
  'trace_id',
  'span_id',
  'parent_span_id',
  'start_unix_nano',
  'duration_nano',
  'scope_id',
  'service_name',
  'name',
  'kind',
  'status_code',
  'status_message',
];
const eventColumns = ['event_name', 'event_time_unix_nano', 'event_attributes'];
const linkColumns = ['link_trace_id', 'link_span_id', 'link_attributes'];

/** Every span of the traces, with what `needs` names; rows of one identity may repeat. */
export function compileTraceSpans(
  needs: Needs,
  traceIds: readonly Uint8Array[],
  range: TimeRange,
): Select {
  const names = [
    ...summaryColumns,
    ...(needs.events ? eventColumns : []),
    ...(needs.links ? linkColumns : []),
    ...(needs.arrival ? ['arrival'] : []),
  ];
  const isNeeded = isIn(column('k'), needs.spanAttributes.map(literal));
  const picked = call('mapFilter', lambda(['k', 'v'], isNeeded), column('attributes'));
  return {
    columns: [
      ...names.map((name) => ({ expr: column(name) })),
      ...(needs.spanAttributes.length > 0 ? [as(picked, 'picked_attributes')] : []),
    ],
    from: table('otel_spans'),
    where: and(
      spansBetween(range.tenant, range.fromNano, range.toNano),
      isIn(column('trace_id'), traceIds.map(literal)),
    ),
  };
}

/** The scopes of these ids; one row per id and day, equal but for the day. */
export function compileScopes(scopeIds: readonly bigint[], range: TimeRange): Select {
  return {
    columns: [
      'scope_id',
      'resource_attributes',
      'resource_dropped_attributes_count',
      'resource_schema_url',
      'scope_name',
      'scope_version',
      'scope_attributes',
      'scope_dropped_attributes_count',
      'scope_schema_url',
    ].map((name) => ({ expr: column(name) })),
    from: table('otel_scopes'),
    where: and(
      scopesBetween(range.tenant, range.fromNano, range.toNano),
      isIn(column('scope_id'), scopeIds.map(literal)),
    ),
    limitBy: { count: 1, by: [column('scope_id')] },
  };
}
