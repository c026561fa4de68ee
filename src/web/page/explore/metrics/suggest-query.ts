// A family → queries that make sense for it, so that nobody has to write one: counters as rates,
// histograms as quantiles, gauges as they are. The other way round, `readPick` recognises a query of
// ours in the address, so that filters and grouping can be changed without writing.

import { findMetric } from '../../../editor/context.ts';
import type { ResolvedRange } from '../../../frame/time-range.ts';
import type { Family, FamilyKind } from './families.ts';

export interface Pick {
  readonly family: Family;
  readonly variant: string;
  /** As PromQL writes them, without braces: `job="api", method!="GET"`. */
  readonly matchers: string;
  readonly groupBy: readonly string[];
  /** Of rates, as PromQL writes it: `5m`. */
  readonly window: string;
}

interface Parts {
  readonly name: string;
  readonly braces: string;
  readonly groupBy: readonly string[];
  /** With its brackets. */
  readonly window: string;
}

type Variant = (parts: Parts) => string;

const by = (labels: readonly string[]): string =>
  labels.length === 0 ? '' : ` by (${labels.join(', ')})`;
const quantile =
  (share: number): Variant =>
  ({ name, braces, groupBy, window }) =>
    `histogram_quantile(${share}, sum${by(['le', ...groupBy])} (rate(${name}_bucket${braces}${window})))`;
const nativeQuantile =
  (share: number): Variant =>
  ({ name, braces, groupBy, window }) =>
    `histogram_quantile(${share}, sum${by(groupBy)}(rate(${name}${braces}${window})))`;
const aggregate =
  (operator: string): Variant =>
  ({ name, braces, groupBy }) =>
    `${operator}${by(groupBy)} (${name}${braces})`;
const rateOf =
  (suffix: string): Variant =>
  ({ name, braces, groupBy, window }) =>
    `sum${by(groupBy)} (rate(${name}${suffix}${braces}${window}))`;
const mean: Variant = (parts) => `${rateOf('_sum')(parts)} / ${rateOf('_count')(parts)}`;

const gauge: Readonly<Record<string, Variant>> = {
  value: ({ name, braces, groupBy }) =>
    groupBy.length === 0 ? name + braces : `avg${by(groupBy)} (${name}${braces})`,
  sum: aggregate('sum'),
  max: aggregate('max'),
  min: aggregate('min'),
};

/** The first is the one to begin with. */
const variants: Readonly<Record<FamilyKind, Readonly<Record<string, Variant>>>> = {
  counter: {
    rate: rateOf(''),
    increase: ({ name, braces, groupBy, window }) =>
      `sum${by(groupBy)} (increase(${name}${braces}${window}))`,
    raw: ({ name, braces }) => name + braces,
  },
  histogram: {
    p95: quantile(0.95),
    p50: quantile(0.5),
    p99: quantile(0.99),
    mean,
    rate: rateOf('_count'),
  },
  'native histogram': {
    p95: nativeQuantile(0.95),
    p50: nativeQuantile(0.5),
    p99: nativeQuantile(0.99),
  },
  summary: { mean, rate: rateOf('_count') },
  gauge,
  info: gauge,
};

export const variantNames = (kind: FamilyKind): readonly string[] => Object.keys(variants[kind]);

export function printPick({ family, variant, matchers, groupBy, window }: Pick): string {
  const known = variants[family.kind];
  const make = known[variant] ?? Object.values(known)[0];
  const braces = matchers === '' ? '' : `{${matchers}}`;
  return make?.({ name: family.name, braces, groupBy, window: `[${window}]` }) ?? family.name;
}

/** What a click on a family in the list asks. */
export const firstQuery = (family: Family, window: string, matchers = ''): string =>
  printPick({ family, variant: '', matchers, groupBy: [], window });

/**
 * The window of rates for a range. The shortest holds two samples of a sender with the usual interval
 * of one minute; a longer range needs no more detail than its chart can show.
 */
export function chooseWindow({ fromMs, toMs }: ResolvedRange): string {
  const minutes = (toMs - fromMs) / 60_000;
  if (minutes <= 30) return '2m';
  if (minutes <= 360) return '5m';
  return minutes <= 1440 ? '15m' : '1h';
}

/** Undefined when the query is not one that `printPick` writes: then it is the person's own. */
export function readPick(query: string, family: Family): Pick | undefined {
  const metric = findMetric(query);
  const rest = query.slice(metric.from + metric.name.length);
  const braces = /^\{([^{}]*)\}/.exec(rest)?.[1] ?? '';
  const grouping = /\bby \(([^()]*)\)/.exec(query)?.[1] ?? '';
  const groupBy = grouping.split(/,\s*/).filter((label) => label !== '' && label !== 'le');
  const window = /\[(\w+)\]/.exec(query)?.[1] ?? '5m';
  return variantNames(family.kind)
    .map((variant): Pick => ({ family, variant, matchers: braces, groupBy, window }))
    .find((pick) => printPick(pick) === query);
}

/** Exemplars of a classic histogram belong to its buckets: they are asked whatever part is shown. */
export const exemplarQuery = (query: string): string =>
  query.replace(/_(?:count|sum)(?=[{[])/g, '_bucket');

/** `matchers` with one more; an old matcher of the same label and operator makes way. */
export function addMatcher(matchers: string, label: string, value: string): string {
  const kept = splitMatchers(matchers).filter((one) => !one.startsWith(`${label}=`));
  return [...kept, `${label}=${JSON.stringify(value)}`].join(', ');
}

export const removeMatcher = (matchers: string, matcher: string): string =>
  splitMatchers(matchers)
    .filter((one) => one !== matcher)
    .join(', ');

export const splitMatchers = (matchers: string): readonly string[] =>
  matchers.match(/[A-Za-z_]\w*\s*(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"/g) ?? [];

/** The families worth a first look: durations and requests of services before inner workings. */
export function rankFamilies(families: readonly Family[]): readonly Family[] {
  const score = ({ name, kind }: Family): number => {
    if (kind === 'info') return -10;
    let points = kind.includes('histogram') ? 3 : kind === 'counter' ? 2 : 0;
    if (/duration|latency/.test(name)) points += 3;
    if (/request|http|rpc|order|message/.test(name)) points += 2;
    if (/error|fail/.test(name)) points += 2;
    if (/^(?:otelcol|scrape|go|process|nodejs|v8js|promhttp|sightline|target)_/.test(name)) {
      points -= 5;
    }
    return points;
  };
  return [...families].sort((a, b) => score(b) - score(a) || (a.name < b.name ? -1 : 1));
}
