// Names and values for completion: what spans of a time range have. Bounded by a limit, sorted.
import {
  and,
  as,
  at,
  call,
  column,
  type Expr,
  isGlobalIn,
  lambda,
  literal,
  not,
  op,
  or,
  type Select,
  table,
} from '#sql/tree.ts';
import { scopesBetween } from '#store/table/scopes.ts';
import { spansBetween } from '#store/table/spans.ts';
import { intrinsics } from '../intrinsic/index.ts';
import type { AttributeScope, Field, FieldExpr } from '../syntax/ast.ts';
import { type Condition, isAlways } from './condition.ts';
import type { TimeRange } from './search.ts';
import { isRoot } from './whole-trace.ts';

export type TagScope = Exclude<AttributeScope, 'none'>;

export interface TagRead {
  readonly range: TimeRange;
  /** On spans: what `q` asks for. */
  readonly filter: Condition;
  /** `filter` before it was compiled; undefined for every span. */
  readonly condition: FieldExpr | undefined;
  /** For a part of `condition`. */
  readonly compile: (node: FieldExpr) => Condition;
  readonly limit: number;
}

/** Names of the attributes in one scope, as column `tag`. */
export function compileTags(scope: TagScope, read: TagRead): Select {
  switch (scope) {
    case 'span':
      return distinct(call('mapKeys', column('attributes')), 'tag', fromSpans(read), read);
    case 'event':
    case 'link': {
      const keys = lambda(['m'], call('mapKeys', column('m')));
      const all = call('arrayFlatten', call('arrayMap', keys, column(`${scope}_attributes`)));
      return distinct(all, 'tag', fromSpans(read), read);
    }
    case 'resource':
    case 'instrumentation':
      return distinct(call('mapKeys', column(scopeMap[scope])), 'tag', fromScopes(read), read);
  }
}

const scopeMap = { resource: 'resource_attributes', instrumentation: 'scope_attributes' } as const;

/** Values of an attribute in one scope, as column `stored` (model/attribute.ts). */
export function compileAttributeValues(scope: TagScope, name: string, read: TagRead): Select {
  const key = literal(name);
  switch (scope) {
    case 'span':
    case 'resource':
    case 'instrumentation': {
      const map = column(scope === 'span' ? 'attributes' : scopeMap[scope]);
      const where = scope === 'span' ? fromSpans(read) : fromScopes(read);
      const present = { ...where, where: and(where.where, call('mapContains', map, key)) };
      return distinct(call('array', at(map, key)), 'stored', present, read);
    }
    case 'event':
    case 'link': {
      const has = lambda(['m'], call('mapContains', column('m'), key));
      const maps = call('arrayFilter', has, column(`${scope}_attributes`));
      const values = call('arrayMap', lambda(['m'], at(column('m'), key)), maps);
      return distinct(values, 'stored', fromSpans(read), read);
    }
  }
}

/** Values of an intrinsic that is text, as column `text`; undefined for the others. */
export function compileIntrinsicValues(
  field: Field & { readonly kind: 'intrinsic' },
  read: TagRead,
): Select | undefined {
  const { name } = field;
  if (name === 'rootName' || name === 'rootServiceName') {
    const value = column(name === 'rootName' ? 'name' : 'service_name');
    return distinct(call('array', value), 'text', fromRoots(read), read);
  }
  if (name === 'id' || name === 'parentId' || name === 'traceId' || /^link/.test(name)) {
    return undefined;
  }
  const sql = intrinsics[name].compile?.();
  if (sql?.type !== 'text') return undefined;
  const values = sql.isList ? sql.expr : call('array', sql.expr);
  return distinct(values, 'text', sql.table === 'scope' ? fromScopes(read) : fromSpans(read), read);
}

/** One row with an empty `text` where a trace has no root span (with a filter: one of those it keeps). */
export function compileRootless(read: TagRead): Select {
  const { tenant, fromNano, toNano } = read.range;
  const rows = spansBetween(tenant, fromNano, toNano);
  const used = { columns: [{ expr: column('trace_id') }], ...fromSpans(read) };
  return {
    columns: [as(literal(''), 'text')],
    from: table('otel_spans'),
    where: isAlways(read.filter) ? rows : and(rows, isGlobalIn(column('trace_id'), used)),
    groupBy: [column('trace_id')],
    having: not(call('max', isRoot)),
    limit: 1,
  };
}

/** The newest traces with spans that fit, and those spans: columns `trace_id`, `span_ids`. */
export function compileMatching(read: TagRead, limit: number): Select {
  const traceId = column('trace_id');
  return {
    columns: [as(traceId, 'trace_id'), as(call('groupUniqArray', column('span_id')), 'span_ids')],
    ...fromSpans(read),
    groupBy: [traceId],
    orderBy: [{ expr: call('max', column('start_unix_nano')), isDescending: true }],
    limit,
  };
}

/** OTLP's numbers of a status or kind, as column `code`. */
export const compileCodes = (name: 'status' | 'kind', read: TagRead): Select => ({
  ...distinct(
    call('array', column(name === 'status' ? 'status_code' : 'kind')),
    'code',
    fromSpans(read),
    read,
  ),
});

/** Durations of whole traces, as column `nano`. */
export function compileTraceDurations(read: TagRead): Select {
  const start = column('start_unix_nano');
  const nano = op(call('max', op(start, '+', column('duration_nano'))), '-', call('min', start));
  return {
    columns: [as(nano, 'nano')],
    ...fromSpans(read),
    groupBy: [column('trace_id')],
    orderBy: [{ expr: column('nano') }],
    limitBy: { count: 1, by: [column('nano')] },
    limit: read.limit,
  };
}

/** A row of compileWalk. */
export interface WalkRow {
  readonly trace_id: Uint8Array;
  readonly scope_id: bigint;
  /** 1 or 0. */
  readonly fits: number;
  readonly fits_above: number;
  readonly text: string;
}

const walkedColumns: Partial<Record<string, Expr>> = {
  name: column('name'),
  statusMessage: column('status_message'),
  status: call('toString', column('status_code')),
  kind: call('toString', column('kind')),
  duration: call('toString', column('duration_nano')),
};

const walkedMax = 1_000_000;

/** Spans that fit (`own`), or whose resources or traces do (`above`), as they came. */
export function compileWalk(
  { name }: Field & { readonly kind: 'intrinsic' },
  { own, above }: { readonly own: Condition; readonly above: Condition },
  { range }: TagRead,
): Select {
  return {
    columns: [
      { expr: column('trace_id') },
      { expr: column('scope_id') },
      as(call('toUInt8', own.expr), 'fits'),
      as(call('toUInt8', above.expr), 'fits_above'),
      as(walkedColumns[name] ?? literal(''), 'text'),
    ],
    from: table('otel_spans'),
    where: and(spansBetween(range.tenant, range.fromNano, range.toNano), or(own.expr, above.expr)),
    orderBy: ['trace_id', 'arrival', 'start_unix_nano', 'span_id'].map((each) => ({
      expr: column(each),
    })),
    limit: walkedMax,
  };
}

type Rows = Required<Pick<Select, 'from' | 'where'>>;

function fromSpans({ range, filter }: TagRead): Rows {
  const rows = spansBetween(range.tenant, range.fromNano, range.toNano);
  return { from: table('otel_spans'), where: isAlways(filter) ? rows : and(rows, filter.expr) };
}

/** Scopes; with a filter only those of spans that fit. */
function fromScopes(read: TagRead): Rows {
  const { tenant, fromNano, toNano } = read.range;
  const rows = scopesBetween(tenant, fromNano, toNano);
  if (isAlways(read.filter)) return { from: table('otel_scopes'), where: rows };
  const used = { columns: [{ expr: column('scope_id') }], ...fromSpans(read) };
  return { from: table('otel_scopes'), where: and(rows, isGlobalIn(column('scope_id'), used)) };
}

/** Root spans; with a filter only those of traces with a span that fits. */
function fromRoots(read: TagRead): Rows {
  const { tenant, fromNano, toNano } = read.range;
  const roots = and(spansBetween(tenant, fromNano, toNano), isRoot);
  if (isAlways(read.filter)) return { from: table('otel_spans'), where: roots };
  const used = { columns: [{ expr: column('trace_id') }], ...fromSpans(read) };
  return { from: table('otel_spans'), where: and(roots, isGlobalIn(column('trace_id'), used)) };
}

function distinct(values: Expr, name: string, rows: Rows, { limit }: TagRead): Select {
  return {
    isDistinct: true,
    columns: [as(call('arrayJoin', values), name)],
    from: rows.from,
    where: and(rows.where, not(call('empty', values))),
    orderBy: [{ expr: column(name) }],
    limit,
  };
}
