// compare() in SQL: four statements, each of which gives how often a value is there by set and interval.
// Of attributes there may be millions of values (ids), so that the engine ranks them and adds up those
// that are not among the commonest; the others come whole. Pure.
import {
  and,
  as,
  at,
  call,
  column,
  type Expr,
  eq,
  isGlobalIn,
  lambda,
  literal,
  not,
  op,
  or,
  type Projection,
  type Select,
  type Source,
  table,
  tuple,
} from '#sql/tree.ts';
import { scopesBetween } from '#store/table/scopes.ts';
import { spans, spansBetween } from '#store/table/spans.ts';
import { source } from '#store/table/table.ts';
import type { Intervals } from '../metrics/interval.ts';
import type { MetricsPlan } from '../metrics/plan.ts';
import { compileCondition } from './condition.ts';
import { compileWhere, stepExpr } from './metrics.ts';
import type { TimeRange } from './search.ts';
import { isRoot } from './whole-trace.ts';

/** All have `selected` (0 or 1), `step` (the interval) and `count`. */
export interface CompiledCompare {
  /** By `kind`, `status_code` and `scope_id`. */
  readonly origins: Select;
  /** By `name` and `status_message`. */
  readonly names: Select;
  /** By `root_name` and `root_service`, both empty where the trace has no root. */
  readonly roots: Select;
  /**
   * By `attribute` and `value`, the stored text as grouping sees it (groupedValue); not `is_common`:
   * all other values of the attribute together.
   */
  readonly attributes: Select;
}

export interface CompareOptions {
  /** Where roots are looked for. */
  readonly around: TimeRange;
}

/** Undefined where SQL cannot say which spans count, or which of them are selected. */
export function compileCompare(
  plan: MetricsPlan,
  intervals: Intervals,
  { around }: CompareOptions,
): CompiledCompare | undefined {
  if (plan.measure !== 'compare' || plan.reads === 'traces') return undefined;
  const where = compileWhere(plan, intervals, around.tenant);
  const selected = compileSelected(plan, intervals, around);
  if (where === undefined || selected === undefined) return undefined;
  const keys: readonly Projection[] = [
    as(selected, 'selected'),
    as(intervals.isInstant ? literal(0) : stepExpr(intervals), 'step'),
  ];
  const counted = (from: Source, ...names: readonly string[]): Select => ({
    columns: [
      ...keys,
      ...names.map((name) => ({ expr: column(name) })),
      as(call('count'), 'count'),
    ],
    from,
    where: where.expr,
    groupBy: ['selected', 'step', ...names].map((name) => column(name)),
  });
  const once = source(spans);
  const withRoots: Source = {
    kind: 'join',
    type: 'GLOBAL ANY LEFT',
    left: once,
    right: { kind: 'select', select: rootsIn(around), as: 'roots' },
    using: ['trace_id'],
  };
  const attributesOf: Select = {
    columns: [...keys, as(column('attributes'), 'attributes')],
    from: once,
    where: where.expr,
  };
  return {
    origins: counted(once, 'kind', 'status_code', 'scope_id'),
    names: counted(once, 'name', 'status_message'),
    roots: counted(withRoots, 'root_name', 'root_service'),
    attributes: compileAttributes(attributesOf, plan.comparison?.topN ?? 0),
  };
}

function compileSelected(
  { comparison }: MetricsPlan,
  { firstNano, endNano }: Intervals,
  around: TimeRange,
): Expr | undefined {
  if (comparison === undefined) return literal(0);
  const { condition, fromNano, toNano } = comparison;
  const compiled =
    condition &&
    compileCondition(condition, {
      scopes: scopesBetween(around.tenant, firstNano, endNano),
      traces: spansBetween(around.tenant, around.fromNano, around.toNano),
    });
  if (compiled && !compiled.isExact) return undefined;
  const start = column('start_unix_nano');
  const from = fromNano === undefined ? undefined : op(start, '>=', literal(fromNano));
  const to = toNano === undefined ? undefined : op(start, '<', literal(toNano));
  return call('toUInt8', and(literal(true), from, to, compiled?.expr));
}

/** Of several roots the last, as Trace has it (eval/trace.ts). */
function rootsIn({ tenant, fromNano, toNano }: TimeRange): Select {
  const rank = tuple(column('start_unix_nano'), column('span_id'));
  const noId = literal(new Uint8Array(8));
  return {
    columns: [
      { expr: column('trace_id') },
      as(call('argMax', column('name'), rank), 'root_name'),
      as(call('argMax', column('service_name'), rank), 'root_service'),
    ],
    from: table(spans.name),
    where: and(spansBetween(tenant, fromNano, toNano), isRoot, not(eq(column('span_id'), noId))),
    groupBy: [column('trace_id')],
  };
}

/**
 * There may be as many values as spans: they are ranked as two numbers, the attribute in its set and the
 * value. Of equals the one with the least checksum of its text: as metrics/compare.ts has it.
 */
function compileAttributes(spansOf: Select, topN: number): Select {
  const all = column('attributes');
  const from: Source = { kind: 'select', select: spansOf };
  const arrayJoin = [as(call('mapKeys', all), 'attribute'), as(call('mapValues', all), 'stored')];
  const identity = [
    call('bitXor', call('cityHash64', column('attribute')), column('selected')),
    hashOfGrouped(column('stored')),
  ] as const;
  const ranked: Select = {
    columns: [as(identity[0], 'in_set'), as(identity[1], 'hash'), as(call('count'), 'count')],
    from,
    arrayJoin,
    groupBy: [column('in_set'), column('hash')],
    orderBy: [{ expr: column('count'), isDescending: true }, { expr: column('hash') }],
    limitBy: { count: topN, by: [column('in_set')] },
  };
  const commonest: Select = {
    columns: [{ expr: column('in_set') }, { expr: column('hash') }],
    from: { kind: 'select', select: ranked },
  };
  const names = ['selected', 'step', 'attribute'].map((name) => column(name));
  const isCommon = column('is_common');
  const marked: Select = {
    columns: [
      ...[...names, column('stored')].map((expr) => ({ expr })),
      as(isGlobalIn(tuple(...identity), commonest), 'is_common'),
    ],
    from,
    arrayJoin,
  };
  return {
    columns: [
      ...[...names, isCommon].map((expr) => ({ expr })),
      as(call('if', isCommon, groupedValue(column('stored')), literal('')), 'value'),
      as(call('count'), 'count'),
    ],
    from: { kind: 'select', select: marked },
    groupBy: [...names, isCommon, column('value')],
  };
}

const isPlain = (stored: Expr): Expr =>
  or(op(stored, '<', literal('\x04')), op(stored, '>=', literal('\x07')));

/** 64 bits, the upper half of them the checksum. Of most values nothing but the hash is computed. */
function hashOfGrouped(stored: Expr): Expr {
  const hashOf = (text: Expr): Expr =>
    call(
      'bitOr',
      call('bitShiftLeft', call('toUInt64', call('CRC32', text)), literal(32)),
      call('bitAnd', call('cityHash64', text), literal(0xffff_ffff)),
    );
  return call('if', isPlain(stored), hashOf(stored), hashOf(groupedValue(stored)));
}

/**
 * The stored text of what `single` (metrics/field-value.ts) makes of a stored value: a list of one is
 * its element; other lists, maps and bytes are nothing, which is `\x06`.
 */
function groupedValue(stored: Expr): Expr {
  const json = call('substring', stored, literal(2));
  const isScalar = call('match', column('x'), literal('^("|-?[0-9]|true$|false$)'));
  const items = call('arrayFilter', lambda(['x'], isScalar), call('JSONExtractArrayRaw', json));
  const item = column('item');
  const only = lambda(['item'], storedElement(item));
  const found = at(call('arrayMap', only, items), literal(1));
  const nothing = literal('\x06');
  return call(
    'multiIf',
    isPlain(stored),
    stored,
    and(call('startsWith', stored, literal('\x05[')), eq(call('length', items), literal(1))),
    found,
    nothing,
  );
}

function storedElement(item: Expr): Expr {
  const string = call('JSONExtractString', item);
  const looksTyped = and(op(string, '>=', literal('\x01')), op(string, '<', literal('\x08')));
  return call(
    'multiIf',
    call('startsWith', item, literal('"')),
    call('concat', call('if', looksTyped, literal('\x07'), literal('')), string),
    or(eq(item, literal('true')), eq(item, literal('false'))),
    call('concat', literal('\x01'), item),
    call('match', item, literal('[.eE]')),
    call('concat', literal('\x03'), call('toString', call('toFloat64OrZero', item))),
    call('concat', literal('\x02'), item),
  );
}
