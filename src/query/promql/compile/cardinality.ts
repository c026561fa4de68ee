// Statements that count the series of the newest day: by name, by label, by pair of label and value.
// Rows: key, value; the largest first.
import { METRIC_NAME } from '#query/vector/label.ts';
import {
  and,
  as,
  call,
  column,
  type Expr,
  eq,
  literal,
  type Select,
  type Source,
  subquery,
} from '#sql/tree.ts';
import { series } from '#store/table/series.ts';
import { ofTenant, source } from '#store/table/table.ts';

export interface CardinalityScope {
  readonly tenant: string;
  /** Rows of each statement. */
  readonly limit: number;
}

export type CardinalityKind =
  /** Keys: series, pairs, first day, last day. */
  'totals' | 'seriesByMetric' | 'valuesByLabel' | 'bytesByLabel' | 'seriesByPair';

const fromSeries = source(series);
const count = call('count');

export function compileCardinality({
  tenant,
  limit,
}: CardinalityScope): Readonly<Record<CardinalityKind, Select>> {
  const where = newestDay(tenant);
  const counted = (from: Source, name: Expr, value: Expr): Select => ({
    columns: [as(call('toString', name), 'key'), as(value, 'value')],
    from,
    groupBy: [column('key')],
    orderBy: [{ expr: column('value'), isDescending: true }, { expr: column('key') }],
    limit,
  });
  const pairs: Select = {
    columns: [{ expr: column('label') }, { expr: column('text') }, as(count, 'series')],
    from: { kind: 'select', select: everyPair(where) },
    groupBy: [column('label'), column('text')],
  };
  const ofPairs: Source = { kind: 'select', select: pairs };
  const total = (key: string, value: Expr, from: Source): Select => ({
    columns: [as(literal(key), 'key'), as(call('toInt64', value), 'value')],
    from,
  });
  const day = (key: string, aggregate: string): Select => ({
    ...total(key, call(aggregate, column('day')), source({ ...series, isReplacing: false })),
    where: ofTenant(tenant),
  });
  return {
    totals: {
      columns: [{ expr: column('key') }, { expr: column('value') }],
      from: {
        kind: 'union',
        selects: [
          { ...total('series', count, fromSeries), where },
          total('pairs', count, ofPairs),
          day('first day', 'min'),
          day('last day', 'max'),
        ],
      },
    },
    seriesByMetric: { ...counted(fromSeries, column('name'), count), where },
    valuesByLabel: counted(ofPairs, column('label'), count),
    bytesByLabel: counted(ofPairs, column('label'), call('sum', call('length', column('text')))),
    seriesByPair: counted(
      ofPairs,
      call('concat', column('label'), literal('='), column('text')),
      call('sum', column('series')),
    ),
  };
}

/** Rows: label, text; the name is a label, too. */
function everyPair(where: Expr): Select {
  const labels = call('arrayPushBack', call('mapKeys', column('labels')), literal(METRIC_NAME));
  const texts = call(
    'arrayPushBack',
    call('mapValues', column('labels')),
    call('toString', column('name')),
  );
  return {
    columns: [{ expr: column('label') }, { expr: column('text') }],
    from: fromSeries,
    arrayJoin: [as(labels, 'label'), as(texts, 'text')],
    where,
  };
}

function newestDay(tenant: string): Expr {
  const newest: Select = {
    columns: [as(call('max', column('day')), 'newest')],
    from: source({ ...series, isReplacing: false }),
    where: ofTenant(tenant),
  };
  return and(ofTenant(tenant), eq(column('day'), subquery(newest)));
}
