// What there is to query: label names and values, series, metadata and exemplars. Series are known by
// day, so that times are rounded out to whole days (UTC).

import { InputError } from '#lib/errors.ts';
import { attributeText } from '#model/attribute.ts';
import { createGate, defaultPlaces, type Gate } from '#query/gate.ts';
import { METRIC_NAME, setLabels, sortByLabels } from '#query/vector/label.ts';
import type { Labels } from '#query/vector/value.ts';
import { labelsKey } from '#query/vector/value.ts';
import type { Select } from '#sql/tree.ts';
import type { StoreReader } from '#store/contract.ts';
import { allMatchers, compileMatcher } from './check/matcher.ts';
import { type CardinalityKind, compileCardinality } from './compile/cardinality.ts';
import {
  type CatalogSelection,
  compileExemplarSeries,
  compileExemplars,
  compileLabelNames,
  compileLabelValues,
  compileMetadata,
  compileSeriesList,
} from './compile/catalog.ts';
import { checkQuery } from './run.ts';
import type { Expr, Matcher, VectorSelector } from './syntax/ast.ts';
import { parse } from './syntax/parse.ts';
import { parseError } from './syntax/parse-error.ts';

export interface CatalogOptions {
  readonly reader: StoreReader;
  /** `compat.strict`; default false. */
  readonly isStrict?: boolean;
  /** Shared by all engines; default: one of its own. */
  readonly gate?: Gate;
  /** `query.timeout`; default: the store's own limit. */
  readonly timeoutMs?: number;
}

export interface CatalogQuery {
  readonly tenant: string;
  /** Selectors as text (`match[]`); any of them may match. None: everything. */
  readonly match?: readonly string[];
  /** Default: all times. */
  readonly startMs?: number;
  readonly endMs?: number;
  /** Default: no limit. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** Whether there were more than the limit. */
  readonly isTruncated: boolean;
}

export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timeMs: number;
}

export interface SeriesExemplars {
  readonly series: Labels;
  readonly exemplars: readonly Exemplar[];
}

/** Selectors that are wrong throw InputError as in queries. */
export interface MetricCatalog {
  labelNames(query: CatalogQuery): Promise<Listed<string>>;
  labelValues(label: string, query: CatalogQuery): Promise<Listed<string>>;
  series(query: CatalogQuery): Promise<Listed<Labels>>;
  metadata(
    query: Pick<CatalogQuery, 'tenant' | 'signal'> & { readonly metric?: string },
  ): Promise<ReadonlyMap<string, readonly MetricMetadata[]>>;
  /** Of every selector in a PromQL expression; undefined when it has none. */
  exemplars(
    query: Omit<CatalogQuery, 'match' | 'limit'> & { readonly query: string },
  ): Promise<readonly SeriesExemplars[] | undefined>;
  /** Of the newest day with series. */
  cardinality(query: CardinalityQuery): Promise<Cardinality>;
}

export interface CardinalityQuery {
  readonly tenant: string;
  /** Entries of each list. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

export interface Counted {
  readonly name: string;
  readonly value: number;
}

/** How many there are of what, the largest first. */
export interface Cardinality {
  readonly seriesCount: number;
  readonly labelPairCount: number;
  /** Days since 1970 of the oldest and the newest series. */
  readonly firstDay: number;
  readonly lastDay: number;
  readonly seriesByMetric: readonly Counted[];
  readonly valuesByLabel: readonly Counted[];
  /** Bytes of the different values. */
  readonly bytesByLabel: readonly Counted[];
  /** Names are `label=value`. */
  readonly seriesByPair: readonly Counted[];
}

/** Times that the engine can compare with: years 1900 to 2199. */
const timeMsMin = -2_208_988_800_000;
const timeMsMax = 7_258_118_399_000;
export const clampMs = (ms: number): number => Math.max(timeMsMin, Math.min(timeMsMax, ms));

export function createMetricCatalog(options: CatalogOptions): MetricCatalog {
  const { reader, isStrict = false, gate = createGate(defaultPlaces), timeoutMs } = options;
  const rowsOf = <Row>(select: Select, signal: AbortSignal | undefined): Promise<Row[]> =>
    reader.rows<Row>(select, {
      ...(signal ? { signal } : {}),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  const texts = async (select: Select, query: CatalogQuery): Promise<Listed<string>> => {
    const rows = await rowsOf<{ value: string }>(select, query.signal);
    return listed(
      rows.map(({ value }) => value),
      query,
    );
  };
  const catalog: MetricCatalog = {
    labelNames: (query) =>
      texts(compileLabelNames(selectionOf(query), { tenant: query.tenant, isStrict }), query),
    labelValues: (label, query) =>
      texts(
        compileLabelValues(label, selectionOf(query), { tenant: query.tenant, isStrict }),
        query,
      ),
    series: async (query) => {
      const select = compileSeriesList(selectionOf(query), { tenant: query.tenant, isStrict });
      const rows = await rowsOf<SeriesRow>(select, query.signal);
      return listed(rows.map(seriesLabels), query);
    },
    metadata: async ({ tenant, metric, signal }) => {
      const select = compileMetadata(metric, { tenant, isStrict });
      const byName = new Map<string, MetricMetadata[]>();
      for (const { name, ...metadata } of await rowsOf<MetricMetadata & { name: string }>(
        select,
        signal,
      )) {
        byName.set(name, [...(byName.get(name) ?? []), metadata]);
      }
      return byName;
    },
    exemplars: async ({ query, tenant, signal, ...times }) => {
      const found = new Map<string, { series: Labels; exemplars: Exemplar[] }>();
      const scope = { tenant, isStrict };
      const selectors = selectorsIn(checkQuery(query).root);
      if (selectors.length === 0) return undefined;
      for (const selector of selectors) {
        const selection = { matchers: allMatchers(selector), ...boundsOf(times) };
        const [rows, identities] = await Promise.all([
          rowsOf<ExemplarRow>(compileExemplars(selection, scope), signal),
          rowsOf<SeriesRow>(compileExemplarSeries(selection, scope), signal),
        ]);
        const labelsById = new Map(identities.map((row) => [row.series_id, seriesLabels(row)]));
        // Newest first, because only so many come; answered in the order of time.
        for (const row of rows.reverse()) addExemplar(found, row, labelsById.get(row.series_id));
      }
      return sortByLabels([...found.values()].map((one) => ({ ...one, labels: one.series }))).map(
        ({ series, exemplars }) => ({ series, exemplars }),
      );
    },
    cardinality: async ({ signal, ...scope }) => {
      const selects = compileCardinality(scope);
      const count = async (kind: CardinalityKind): Promise<readonly Counted[]> => {
        const rows = await rowsOf<{ key: string; value: bigint }>(selects[kind], signal);
        return rows.map(({ key, value }) => ({ name: key, value: Number(value) }));
      };
      const totals = new Map((await count('totals')).map(({ name, value }) => [name, value]));
      return {
        seriesCount: totals.get('series') ?? 0,
        labelPairCount: totals.get('pairs') ?? 0,
        firstDay: totals.get('first day') ?? 0,
        lastDay: totals.get('last day') ?? 0,
        seriesByMetric: await count('seriesByMetric'),
        valuesByLabel: await count('valuesByLabel'),
        bytesByLabel: await count('bytesByLabel'),
        seriesByPair: await count('seriesByPair'),
      };
    },
  };
  return admitted(catalog, gate);
}

/** One place for each request, however much it reads. */
const admitted = (catalog: MetricCatalog, gate: Gate): MetricCatalog => ({
  labelNames: (query) => gate.pass(() => catalog.labelNames(query)),
  labelValues: (label, query) => gate.pass(() => catalog.labelValues(label, query)),
  series: (query) => gate.pass(() => catalog.series(query)),
  metadata: (query) => gate.pass(() => catalog.metadata(query)),
  exemplars: (query) => gate.pass(() => catalog.exemplars(query)),
  cardinality: (query) => gate.pass(() => catalog.cardinality(query)),
});

interface SeriesRow {
  readonly series_id: bigint;
  readonly name: string;
  readonly labels: Map<string, string>;
}

interface ExemplarRow {
  readonly series_id: bigint;
  readonly value: number;
  readonly unix_ms: bigint;
  readonly trace_id: Uint8Array;
  readonly span_id: Uint8Array;
  readonly attributes: Map<string, string>;
}

const seriesLabels = ({ name, labels }: SeriesRow): Labels =>
  setLabels({}, [[METRIC_NAME, name], ...labels]);

function addExemplar(
  found: Map<string, { series: Labels; exemplars: Exemplar[] }>,
  row: ExemplarRow,
  series: Labels | undefined,
): void {
  if (!series) return;
  const key = labelsKey(series);
  const known = found.get(key) ?? { series, exemplars: [] };
  found.set(key, known);
  const attributes = [...row.attributes].map(
    ([name, stored]) => [name, attributeText(stored)] as const,
  );
  const ids = [
    ['trace_id', hexOf(row.trace_id)],
    ['span_id', hexOf(row.span_id)],
  ] as const;
  known.exemplars.push({
    // An id that has another form is among the attributes, and its column is empty.
    labels: setLabels({}, [...ids, ...attributes]),
    value: row.value,
    timeMs: Number(row.unix_ms),
  });
}

/** '' for an id of zeros, which is none. */
function hexOf(id: Uint8Array): string {
  if (id.every((byte) => byte === 0)) return '';
  return Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function selectionOf({ match = [], limit, ...times }: CatalogQuery): CatalogSelection {
  return {
    selectors: match.map(parseSelector),
    ...boundsOf(times),
    limit: limit === undefined ? undefined : limit + 1,
  };
}

function boundsOf({
  startMs = timeMsMin,
  endMs = timeMsMax,
}: Pick<CatalogQuery, 'startMs' | 'endMs'>) {
  return { fromMs: clampMs(startMs), toMs: clampMs(endMs) };
}

function listed<T>(items: readonly T[], { limit }: CatalogQuery): Listed<T> {
  const isTruncated = limit !== undefined && items.length > limit;
  return { items: isTruncated ? items.slice(0, limit) : items, isTruncated };
}

/**
 * The matchers of a selector; throws InputError for any other expression, and for a selector that an
 * empty label set would match.
 */
export function parseSelector(text: string): readonly Matcher[] {
  const matchers = parseAnySelector(text);
  if (matchers.every((matcher) => compileMatcher(matcher)(''))) {
    const what = 'match[] must contain at least one non-empty matcher';
    throw new InputError('promql_selector', what);
  }
  return matchers;
}

/** The same for selectors that may match everything, as `{}` does. */
export function parseAnySelector(text: string): readonly Matcher[] {
  const expr = parse(text);
  if (expr.kind !== 'vector-selector' || expr.offset || expr.at || expr.extent) {
    throw parseError(text, expr.span, 'expected a vector selector');
  }
  const matchers = allMatchers(expr);
  for (const matcher of matchers) compileMatcher(matcher);
  return matchers;
}

function selectorsIn(expr: Expr): VectorSelector[] {
  switch (expr.kind) {
    case 'vector-selector':
      return [expr];
    case 'matrix-selector':
      return [expr.selector];
    case 'subquery':
    case 'unary':
    case 'paren':
      return selectorsIn(expr.expr);
    case 'aggregation':
      return [...(expr.param ? selectorsIn(expr.param) : []), ...selectorsIn(expr.expr)];
    case 'call':
      return expr.args.flatMap(selectorsIn);
    case 'binary':
      return [...selectorsIn(expr.left), ...selectorsIn(expr.right)];
    default:
      return [];
  }
}
