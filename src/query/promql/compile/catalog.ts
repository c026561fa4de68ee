// Statements of the catalogue: names, values, series, metadata and exemplars of what is stored.
import { msPerDay } from '#model/unit.ts';
import { METRIC_NAME } from '#query/vector/label.ts';
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
  op,
  or,
  type Projection,
  type Select,
} from '#sql/tree.ts';
import { deltaSamples, deltaSamplesBetween } from '#store/table/delta-samples.ts';
import { exemplars, exemplarsBetween } from '#store/table/exemplars.ts';
import { histograms, histogramsBetween } from '#store/table/histograms.ts';
import { metricMetadata } from '#store/table/metric-metadata.ts';
import { samples, samplesBetween } from '#store/table/samples.ts';
import { series, seriesBetween } from '#store/table/series.ts';
import { ofTenant, source, type TableDefinition, timeLiteral } from '#store/table/table.ts';
import type { Matcher } from '../syntax/ast.ts';
import { type CompileScope, type Selection, sampleCondition, seriesCondition } from './matcher.ts';
import { compileSeries } from './samples.ts';

export interface CatalogSelection {
  /** Series that match any of these; all series when empty. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Rows wanted at most; undefined for all. */
  readonly limit: number | undefined;
}

function anySelector({ selectors, fromMs, toMs }: CatalogSelection, scope: CompileScope): Expr {
  const conditions = selectors.map((matchers) =>
    seriesCondition({ matchers, fromMs, toMs }, scope),
  );
  return conditions.length === 0 ? seriesBetween(scope.tenant, fromMs, toMs) : or(...conditions);
}

const limitOf = ({ limit }: { readonly limit: number | undefined }): Pick<Select, 'limit'> =>
  limit === undefined ? {} : { limit };

const fromSeries = source({ ...series, isReplacing: false });

/** Rows: value. The metric name counts as a label as soon as there is any series. */
export function compileLabelNames(selection: CatalogSelection, scope: CompileScope): Select {
  const where = anySelector(selection, scope);
  // A column of its own: of maps that are looked at whole, the values are read, too.
  const keys = call('toString', call('arrayJoin', column('labels.keys')));
  const names: Select = { columns: [as(keys, 'value')], isDistinct: true, from: fromSeries, where };
  const metricName = as(literal(METRIC_NAME), 'value');
  const ofAny: Select = { columns: [metricName], from: fromSeries, where, limit: 1 };
  return {
    columns: [{ expr: column('value') }],
    isDistinct: true,
    from: { kind: 'union', selects: [names, ofAny] },
    orderBy: [{ expr: column('value') }],
    ...limitOf(selection),
  };
}

/** Rows: value. */
export function compileLabelValues(
  label: string,
  selection: CatalogSelection,
  scope: CompileScope,
): Select {
  const value = label === METRIC_NAME ? column('name') : at(column('labels'), literal(label));
  const where = and(anySelector(selection, scope), op(value, '!=', literal('')));
  return distinct(value, where, selection);
}

function distinct(value: Expr, where: Expr, selection: CatalogSelection): Select {
  return {
    columns: [as(call('toString', value), 'value')],
    isDistinct: true,
    from: fromSeries,
    where,
    orderBy: [{ expr: column('value') }],
    ...limitOf(selection),
  };
}

/** Rows: series_id, name, labels; with a sample in the range where that is at most a day. */
export function compileSeriesList(selection: CatalogSelection, scope: CompileScope): Select {
  const isShort = selection.toMs - selection.fromMs <= msPerDay;
  return {
    columns: [column('series_id'), column('name'), column('labels')].map((expr) => ({ expr })),
    from: fromSeries,
    where: and(
      anySelector(selection, scope),
      isShort ? isGlobalIn(column('series_id'), sampledSeries(selection, scope)) : undefined,
    ),
    orderBy: [{ expr: column('name') }, { expr: column('series_id') }],
    limitBy: { count: 1, by: [column('series_id')] },
    ...limitOf(selection),
  };
}

/** Rows: series_id of the series with samples in the range, to the millisecond. */
function sampledSeries(selection: CatalogSelection, scope: CompileScope): Select {
  const { selectors, fromMs, toMs } = selection;
  const { tenant } = scope;
  // Where there is a name, it is enough: the series have been chosen.
  const matches = or(
    ...selectors.map((matchers) => {
      const names = matchers.filter(({ label }) => label === METRIC_NAME);
      return sampleCondition(
        { matchers: names.length > 0 ? names : matchers, fromMs, toMs },
        scope,
      );
    }),
  );
  const isInside = lambda(
    ['t'],
    and(op(column('t'), '>=', timeLiteral(fromMs)), op(column('t'), '<=', timeLiteral(toMs))),
  );
  const idsOf = (table: TableDefinition, between: Expr): Select => ({
    columns: [{ expr: column('series_id') }],
    from: source({ ...table, isReplacing: false }),
    where: and(between, selectors.length === 0 ? undefined : matches),
  });
  const inArrays = and(
    samplesBetween(tenant, fromMs, toMs),
    call('arrayExists', isInside, column('time')),
  );
  return {
    columns: [{ expr: column('series_id') }],
    from: {
      kind: 'union',
      selects: [
        idsOf(samples, inArrays),
        idsOf(deltaSamples, deltaSamplesBetween(tenant, fromMs, toMs)),
        idsOf(histograms, histogramsBetween(tenant, fromMs, toMs)),
      ],
    },
  };
}

/** Rows: name, type, unit, help. */
export function compileMetadata(metric: string | undefined, scope: CompileScope): Select {
  const columns = ['name', 'type', 'unit', 'help'].map(
    (name): Projection => ({ expr: column(name) }),
  );
  return {
    columns,
    isDistinct: true,
    from: source({ ...metricMetadata, isReplacing: false }),
    where: and(
      ofTenant(scope.tenant),
      metric === undefined ? undefined : eq(column('name'), literal(metric)),
    ),
    orderBy: columns.map(({ expr }) => ({ expr })),
  };
}

/** Rows: series_id, unix_ms, value, trace_id, span_id, attributes; newest first. */
export function compileExemplars(selection: Selection, scope: CompileScope): Select {
  const { fromMs, toMs } = selection;
  const names = ['series_id', 'value', 'trace_id', 'span_id', 'attributes'];
  return {
    columns: [
      ...names.map((name) => ({ expr: column(name) })),
      as(call('toUnixTimestamp64Milli', column('time')), 'unix_ms'),
    ],
    from: source(exemplars),
    where: and(exemplarsBetween(scope.tenant, fromMs, toMs), sampleCondition(selection, scope)),
    orderBy: [{ expr: column('time'), isDescending: true }],
    limit: exemplarsMax,
  };
}

/** Rows as those of compileSeries, of series that have exemplars. */
export function compileExemplarSeries(selection: Selection, scope: CompileScope): Select {
  const { fromMs, toMs } = selection;
  const wanted = compileSeries(selection, scope);
  const withExemplars: Select = {
    columns: [{ expr: column('series_id') }],
    from: source({ ...exemplars, isReplacing: false }),
    where: and(exemplarsBetween(scope.tenant, fromMs, toMs), sampleCondition(selection, scope)),
  };
  return {
    ...wanted,
    where: and(wanted.where, isGlobalIn(column('series_id'), withExemplars)),
  };
}

/** Of one selector no more exemplars than these are sent, the newest. */
const exemplarsMax = 10_000;
