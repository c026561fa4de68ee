// Reads of raw samples. Cumulative series and gauges lie in otel_samples as arrays; what was sent as
// deltas lies in otel_delta_samples and becomes running totals here, counted from the first delta that
// is stored, so that every window sees the same totals.

import { hourOfMs, msPerHour } from '#model/unit.ts';
import { STALE_BITS } from '#query/vector/stale.ts';
import {
  and,
  as,
  call,
  column,
  type Expr,
  eq,
  lambda,
  literal,
  not,
  op,
  type Projection,
  type Select,
  typed,
} from '#sql/tree.ts';
import { deltaSamples, deltaSamplesBetween } from '#store/table/delta-samples.ts';
import { samples, samplesBetween } from '#store/table/samples.ts';
import { series } from '#store/table/series.ts';
import { source, timeLiteral } from '#store/table/table.ts';
import type { Read } from '../plan/node.ts';
import { type CompileScope, type Selection, sampleCondition, seriesCondition } from './matcher.ts';

/**
 * Rows: series_id, times, values, stale (whether there may be markers); arrays per series and hour, in
 * any order, markers included. The second ones are running totals of deltas.
 */
export function compileSamples(
  selection: Selection,
  scope: CompileScope,
): readonly [cumulative: Select, totals: Select] {
  const { fromMs, toMs } = selection;
  const arrays = isNarrow(selection) ? cutToRange(fromMs, toMs) : wholeArrays;
  return [cumulativeSamples(selection, scope, { arrays }), runningTotals(selection, scope)];
}

/**
 * The same for aggregates of the engine, which look only at samples in their windows. Without stale
 * markers unless `read.withStale`: rows that may hold any are read apart, so that the arrays of all
 * others are handed on as they are.
 */
export function compileWholeHours(read: Read, scope: CompileScope): readonly Select[] {
  const totals = runningTotals(read, scope);
  if (read.withStale) return [cumulativeSamples(read, scope, { arrays: wholeArrays }), totals];
  const hasStale = column('has_stale');
  return [
    cumulativeSamples(read, scope, { arrays: wholeArrays, only: eq(hasStale, literal(0)) }),
    cumulativeSamples(read, scope, {
      arrays: arraysWithoutStale,
      only: op(hasStale, '!=', literal(0)),
    }),
    totals,
  ];
}

interface Arrays {
  readonly times: Expr;
  readonly values: Expr;
}

const wholeArrays: Arrays = { times: column('time'), values: column('value') };

const filtered = (keeps: Expr): Arrays => ({
  times: call('arrayFilter', lambda(['t', 'v'], keeps), column('time'), column('value')),
  values: call('arrayFilter', lambda(['v', 't'], keeps), column('value'), column('time')),
});

export const isStale = (value: Expr): Expr =>
  eq(call('reinterpretAsUInt64', value), literal(STALE_BITS));

const arraysWithoutStale = filtered(not(isStale(column('v'))));

/** Rows: series_id, name, labels; one per series. */
export function compileSeries(selection: Selection, scope: CompileScope): Select {
  return {
    columns: [column('series_id'), column('name'), column('labels')].map((expr) => ({ expr })),
    from: source({ ...series, isReplacing: false }),
    where: seriesCondition(selection, scope),
    limitBy: { count: 1, by: [column('series_id')] },
  };
}

function cumulativeSamples(
  selection: Selection,
  scope: CompileScope,
  { arrays, only }: { readonly arrays: Arrays; readonly only?: Expr },
): Select {
  const { fromMs, toMs } = selection;
  return {
    columns: sampleColumns(arrays.times, arrays.values, column('has_stale')),
    from: source(samples),
    where: and(samplesBetween(scope.tenant, fromMs, toMs), sampleCondition(selection, scope), only),
  };
}

function sampleColumns(times: Expr, values: Expr, hasStale: Expr): readonly Projection[] {
  return [
    { expr: column('series_id') },
    as(times, 'times'),
    as(values, 'values'),
    as(hasStale, 'stale'),
  ];
}

/** Whether most of the samples of the hours are outside of the range. */
function isNarrow({ fromMs, toMs }: Selection): boolean {
  const hours = hourOfMs(toMs) - hourOfMs(fromMs) + 1;
  return (toMs - fromMs) * 2 < hours * msPerHour;
}

function cutToRange(fromMs: number, toMs: number): Arrays {
  const time = column('t');
  return filtered(and(op(time, '>', timeLiteral(fromMs)), op(time, '<=', timeLiteral(toMs))));
}

/** A total that took in a NaN or an infinity once would never be a number again. */
const isNumber = call('isFinite', column('value'));

/** Deltas before the range count as one at its open end, which the last condition cuts off again. */
function runningTotals(selection: Selection, scope: CompileScope): Select {
  const { fromMs, toMs } = selection;
  const matches = sampleCondition(selection, scope);
  const earlier: Select = {
    columns: [
      { expr: column('series_id') },
      as(timeLiteral(fromMs), 'at'),
      as(call('sum', column('value')), 'delta'),
    ],
    from: source(deltaSamples),
    where: and(deltaSamplesBefore(scope.tenant, fromMs), matches, isNumber),
    groupBy: [column('series_id')],
  };
  const inside: Select = {
    columns: [
      { expr: column('series_id') },
      as(column('time'), 'at'),
      as(column('value'), 'delta'),
    ],
    from: source(deltaSamples),
    where: and(
      deltaSamplesBetween(scope.tenant, fromMs, toMs),
      op(column('time'), '>', timeLiteral(fromMs)),
      matches,
      isNumber,
    ),
  };
  const total: Expr = {
    kind: 'window',
    call: call('sum', column('delta')),
    partitionBy: [column('series_id')],
    orderBy: [{ expr: column('at') }],
    frame: 'rows-to-current',
  };
  const totals: Select = {
    columns: [{ expr: column('series_id') }, { expr: column('at') }, as(total, 'total')],
    from: { kind: 'union', selects: [earlier, inside] },
  };
  return {
    columns: sampleColumns(
      call('groupArray', column('at')),
      call('groupArray', column('total')),
      typed('0', 'UInt8'),
    ),
    from: { kind: 'select', select: totals },
    where: op(column('at'), '>', timeLiteral(fromMs)),
    groupBy: [column('series_id')],
  };
}

const deltaSamplesBefore = (tenant: string, fromMs: number): Expr =>
  and(
    op(column('tenant'), '=', literal(tenant)),
    op(column('bucket'), '<=', literal(hourOfMs(fromMs))),
    op(column('time'), '<=', timeLiteral(fromMs)),
  );
