// Reads of raw samples. Cumulative series and gauges lie in otel_samples as arrays; what was sent as
// deltas lies in otel_delta_samples and becomes running totals here, counted from the first delta that
// is stored, so that every window sees the same totals.

import { hourOfMs, msPerHour } from '#model/unit.ts';
import {
  and,
  as,
  call,
  column,
  type Expr,
  lambda,
  literal,
  op,
  type Projection,
  type Select,
  typed,
} from '#sql/tree.ts';
import { deltaSamples, deltaSamplesBetween } from '#store/table/delta-samples.ts';
import { samples, samplesBetween } from '#store/table/samples.ts';
import { series } from '#store/table/series.ts';
import { source, timeLiteral } from '#store/table/table.ts';
import { type CompileScope, type Selection, sampleCondition, seriesCondition } from './matcher.ts';

/**
 * Rows: series_id, times, values, stale (whether there may be markers); arrays per series and hour, in
 * any order. `whole-hours`: they may hold samples outside of the range.
 */
export function compileSamples(
  selection: Selection,
  scope: CompileScope,
  extent: 'range' | 'whole-hours' = 'range',
): readonly Select[] {
  const isCut = extent === 'range' && isNarrow(selection);
  return [cumulativeSamples(selection, scope, isCut), runningTotals(selection, scope)];
}

/** Rows: series_id, name, labels; one per series. */
export function compileSeries(selection: Selection, scope: CompileScope): Select {
  return {
    columns: [column('series_id'), column('name'), column('labels')].map((expr) => ({ expr })),
    from: source({ ...series, isReplacing: false }),
    where: seriesCondition(selection, scope),
    limitBy: { count: 1, by: [column('series_id')] },
  };
}

function cumulativeSamples(selection: Selection, scope: CompileScope, isCut: boolean): Select {
  const { fromMs, toMs } = selection;
  const cut = isCut ? cutToRange(fromMs, toMs) : { times: column('time'), values: column('value') };
  return {
    columns: sampleColumns(cut.times, cut.values, column('has_stale')),
    from: source(samples),
    where: and(samplesBetween(scope.tenant, fromMs, toMs), sampleCondition(selection, scope)),
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

function cutToRange(fromMs: number, toMs: number): { times: Expr; values: Expr } {
  const time = column('t');
  const isInside = and(op(time, '>', timeLiteral(fromMs)), op(time, '<=', timeLiteral(toMs)));
  const filter = (params: readonly string[], ...arrays: Expr[]): Expr =>
    call('arrayFilter', lambda(params, isInside), ...arrays);
  return {
    times: filter(['t'], column('time')),
    values: filter(['v', 't'], column('value'), column('time')),
  };
}

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
    where: and(deltaSamplesBefore(scope.tenant, fromMs), matches),
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
