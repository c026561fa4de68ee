// Matchers as conditions on otel_series, whose columns `name` and `labels` are as Prometheus sees
// them. match() is RE2; like PromQL's, the pattern has to match the whole value, line breaks included.
import { METRIC_NAME } from '#query/vector/label.ts';
import {
  and,
  at,
  call,
  column,
  type Expr,
  eq,
  literal,
  not,
  op,
  or,
  type Select,
} from '#sql/tree.ts';
import { series, seriesBetween } from '#store/table/series.ts';
import { source } from '#store/table/table.ts';
import { wholeValue } from '../check/matcher.ts';
import type { Matcher } from '../syntax/ast.ts';

export interface CompileScope {
  readonly tenant: string;
  /** Without supersets: metrics have only their Prometheus name. */
  readonly isStrict: boolean;
}

export interface Selection {
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rows of the series that match and had samples on one of the days. */
export function seriesCondition(selection: Selection, { tenant, isStrict }: CompileScope): Expr {
  const { matchers, fromMs, toMs } = selection;
  const conditions = matchers.map((matcher) => {
    if (matcher.label !== METRIC_NAME) {
      return valueCondition(at(column('labels'), literal(matcher.label)), matcher);
    }
    const condition = valueCondition(column('name'), matcher);
    return isOtelName(matcher, isStrict)
      ? or(condition, valueCondition(column('otel_name'), matcher))
      : condition;
  });
  return and(seriesBetween(tenant, fromMs, toMs), ...conditions);
}

/**
 * Conditions on the tables of samples, which know the name and the id of a series. A selector that
 * is nothing but a name needs no look at otel_series.
 */
export function sampleCondition(selection: Selection, scope: CompileScope): Expr {
  const names = selection.matchers.filter(({ label }) => label === METRIC_NAME);
  const others = selection.matchers.length - names.length;
  const isByName =
    names.length > 0 && !names.some((matcher) => isOtelName(matcher, scope.isStrict));
  const byName = isByName ? names.map((matcher) => valueCondition(column('name'), matcher)) : [];
  if (isByName && others === 0) return and(...byName);
  return and(...byName, {
    kind: 'in',
    needle: column('series_id'),
    isGlobal: true,
    haystack: seriesIds(selection, scope),
  });
}

function seriesIds(selection: Selection, scope: CompileScope): Select {
  return {
    columns: [{ expr: column('series_id') }],
    from: source({ ...series, isReplacing: false }),
    where: seriesCondition(selection, scope),
  };
}

/** The name that all selected series have; undefined when they may have several. */
export function exactName({ matchers }: Selection, { isStrict }: CompileScope): string | undefined {
  const names = matchers.filter(({ label }) => label === METRIC_NAME);
  const [only] = names;
  if (names.length !== 1 || only?.operator !== '=' || isOtelName(only, isStrict)) return undefined;
  return only.value;
}

/** A name that no Prometheus metric of old could have is taken for the OpenTelemetry name as well. */
function isOtelName({ operator, value }: Matcher, isStrict: boolean): boolean {
  return !isStrict && operator === '=' && !/^[A-Za-z_:][A-Za-z0-9_:]*$/.test(value);
}

function valueCondition(value: Expr, { operator, value: wanted }: Matcher): Expr {
  switch (operator) {
    case '=':
      return eq(value, literal(wanted));
    case '!=':
      return op(value, '!=', literal(wanted));
    case '=~':
      return call('match', value, literal(wholeValue(wanted)));
    case '!~':
      return not(call('match', value, literal(wholeValue(wanted))));
  }
}
