// The cells of a metrics function in SQL: GROUP BY group, interval and bucket. Pure. What is in the rows
// of spans becomes columns of the group; what is in their origins stays a scope id, which is looked up
// afterwards: there are few of them, and they are known already.
import type { StoredOrigin } from '#model/stored-span.ts';
import {
  and,
  arrayOf,
  as,
  at,
  call,
  column,
  type Expr,
  lambda,
  literal,
  not,
  op,
  type Projection,
  type Select,
  typed,
} from '#sql/tree.ts';
import { scopesBetween } from '#store/table/scopes.ts';
import { spans, spansBetween } from '#store/table/spans.ts';
import { source } from '#store/table/table.ts';
import type { MetricsCell } from '../metrics/cells.ts';
import type { Intervals } from '../metrics/interval.ts';
import type { MetricsPlan } from '../metrics/plan.ts';
import type { FieldExpr } from '../syntax/ast.ts';
import { attributeHint } from './attribute-index.ts';
import { compileCondition, isAlways } from './condition.ts';
import { compileGroup, type GroupColumn } from './group.ts';
import { storedMeasured } from './stored.ts';

export type CellRow = Readonly<Record<string, unknown>>;

export interface CompiledCells {
  readonly select: Select;
  /** The same cells in memory that does not grow with the spans; undefined where `select` is that. */
  readonly careful: Select | undefined;
  /** Columns that hold the ids of scopes (0: none) whose origins toCell needs. */
  readonly scopeColumns: readonly string[];
  readonly toCell: (row: CellRow, origins: ReadonlyMap<bigint, StoredOrigin>) => MetricsCell;
}

/** Undefined where evaluation has to make the cells: the SQL gives exactly what that gives. */
export function compileCells(
  plan: MetricsPlan,
  intervals: Intervals,
  tenant: string,
): CompiledCells | undefined {
  if (plan.reads !== 'spans' || plan.measure === 'compare') return undefined;
  const where = compileWhere(plan, intervals, tenant);
  const groups = plan.by.map(compileGroup);
  const measured = compileMeasured(plan);
  if (where === undefined || measured === undefined) return undefined;
  if (!groups.every((group) => group !== undefined)) return undefined;
  const keys = [
    ...(groups as GroupColumn[]).flatMap(({ columns }) => columns),
    ...(intervals.isInstant ? [] : [as(stepExpr(intervals), 'step')]),
    ...measured.keys,
  ];
  const select = (from: Select['from'], numbers: readonly Projection[]): Select => ({
    ...(measured.number ? { with: [as(measured.number, 'number')] } : {}),
    columns: [...keys, ...numbers],
    ...(from ? { from } : {}),
    where: and(where.expr, measured.present),
    ...(keys.length === 0 ? {} : { groupBy: keys.map(({ as: name = '' }) => column(name)) }),
  });
  const rows = { kind: 'table', name: spans.name } as const;
  const whole = select(source(spans), measured.numbers);
  const countsHashes = measured.isCount && !where.isEverything;
  const quick = countsHashes
    ? select(rows, [as(distinctSpans, 'count')])
    : measured.ignoresRepeats
      ? select(rows, measured.numbers)
      : undefined;
  return {
    select: quick ?? whole,
    careful: countsHashes ? whole : undefined,
    scopeColumns: (groups as GroupColumn[]).flatMap(({ scopeColumn }) => scopeColumn ?? []),
    toCell: (row, origins) => toCell(row, groups as GroupColumn[], origins),
  };
}

/**
 * Spans by identity, so that one that came twice counts once. 64 bits of hash: of ten million spans
 * two are taken for one with a probability of 3 in a million. Much quicker than FINAL where a
 * condition leaves few spans.
 */
const distinctSpans = call(
  'uniqExact',
  call('cityHash64', column('trace_id'), column('span_id'), column('start_unix_nano')),
);

export function compileWhere(
  { condition }: MetricsPlan,
  { firstNano, endNano }: Intervals,
  tenant: string,
): { readonly expr: Expr; readonly isEverything: boolean } | undefined {
  const range = spansBetween(tenant, firstNano, endNano);
  if (condition === undefined) return { expr: range, isEverything: true };
  const scopes = scopesBetween(tenant, firstNano, endNano);
  const compiled = compileCondition(condition, { scopes, traces: range });
  if (!compiled.isExact) return undefined;
  if (isAlways(compiled)) return { expr: range, isEverything: true };
  return { expr: and(range, compiled.expr, attributeHint(condition)), isEverything: false };
}

export const stepExpr = ({ firstNano, stepNano }: Intervals): Expr =>
  call(
    'intDiv',
    op(column('start_unix_nano'), '-', typed(firstNano, 'Int64')),
    typed(stepNano, 'Int64'),
  );

interface Measured {
  /** The field, as column `number` of the rest. */
  readonly number: Expr | undefined;
  /** Further keys of the group: the bucket. */
  readonly keys: readonly Projection[];
  /** Undefined: every span counts. */
  readonly present: Expr | undefined;
  readonly numbers: readonly Projection[];
  /** Nothing but spans are counted. */
  readonly isCount: boolean;
  /** A span that is there twice changes nothing. */
  readonly ignoresRepeats: boolean;
}

const counted = as(call('count'), 'count');

function compileMeasured({ measure, name, field }: MetricsPlan): Measured | undefined {
  if (measure === 'count' || field === undefined) {
    return {
      number: undefined,
      keys: [],
      present: undefined,
      numbers: [counted],
      isCount: true,
      ignoresRepeats: false,
    };
  }
  const isBucket = measure === 'bucket';
  const number = compileNumberOf(field, isBucket);
  if (number === undefined) return undefined;
  const value = column('number');
  if (isBucket) {
    const present = op(value, '>=', literal(2));
    const keys = [as(bucketExpr, 'bound')];
    return { number, keys, present, numbers: [counted], isCount: true, ignoresRepeats: false };
  }
  return {
    number,
    keys: [],
    present: field.kind === 'intrinsic' ? undefined : not(call('isNaN', value)),
    numbers: [
      counted,
      as(call('sum', value), 'sum'),
      as(call('min', value), 'min'),
      as(call('max', value), 'max'),
    ],
    isCount: false,
    ignoresRepeats: name === 'min_over_time' || name === 'max_over_time',
  };
}

/** A Float64, NaN where the span has no such number; undefined where SQL cannot say it. */
function compileNumberOf(field: FieldExpr, isWhole: boolean): Expr | undefined {
  if (field.kind === 'intrinsic') {
    return field.name === 'duration' ? call('toFloat64', column('duration_nano')) : undefined;
  }
  if (field.kind !== 'attribute' || field.scope !== 'span') return undefined;
  const stored = at(column('attributes'), literal(field.name));
  return call('ifNull', storedMeasured(stored, isWhole), literal(Number.NaN));
}

/** The least power of 2 that is not below `number`, which is at least 2 (metrics/quantile.ts). */
const bucketExpr: Expr = (() => {
  const number = column('number');
  const bound = column('b');
  const half = op(bound, '/', literal(2));
  const twice = op(bound, '*', literal(2));
  // The logarithm of a large number may be off by the last bit.
  const corrected = lambda(
    ['b'],
    call('multiIf', op(bound, '<', number), twice, op(half, '>=', number), half, bound),
  );
  const guess = call('exp2', call('ceil', call('log2', number)));
  return at(call('arrayMap', corrected, arrayOf(guess)), literal(1));
})();

function toCell(
  row: CellRow,
  groups: readonly GroupColumn[],
  origins: ReadonlyMap<bigint, StoredOrigin>,
): MetricsCell {
  const number = (name: string): number => Number(row[name] ?? 0);
  return {
    group: groups.map(({ read }) => read(row, origins)),
    interval: number('step'),
    ...('bound' in row ? { bucket: number('bound') } : {}),
    count: number('count'),
    sum: number('sum'),
    min: number('min'),
    max: number('max'),
  };
}
