// A point of a query over metrics made of traces → the selector that leads to its spans. Pure.

import type { DurationExpr, Expr, VectorSelector } from '#query/promql/syntax/ast.ts';
import { parse } from '#query/promql/syntax/parse.ts';
import type { SeriesPoint } from '../../../data/spans-of-series.ts';
import type { Labels } from '../../../frame/series.ts';

export interface DerivedSelector {
  readonly selector: VectorSelector;
  /** Of the range around it; undefined where there is none. */
  readonly rangeMs: number | undefined;
}

const derived = /^traces_(?:spanmetrics|service_graph)_/;

/** The first such selector of the query; undefined when it is about other metrics, or no query. */
export function derivedSelector(query: string): DerivedSelector | undefined {
  try {
    return find(parse(query), undefined);
  } catch {
    return undefined;
  }
}

function find(expr: Expr, rangeMs: number | undefined): DerivedSelector | undefined {
  switch (expr.kind) {
    case 'vector-selector':
      return derived.test(nameOf(expr)) ? { selector: expr, rangeMs } : undefined;
    case 'matrix-selector':
      return find(expr.selector, toMs(expr.range));
    case 'subquery':
    case 'unary':
    case 'paren':
    case 'aggregation':
      return find(expr.expr, rangeMs);
    case 'binary':
      return find(expr.left, rangeMs) ?? find(expr.right, rangeMs);
    case 'call':
      for (const arg of expr.args) {
        const found = find(arg, rangeMs);
        if (found !== undefined) return found;
      }
      return undefined;
    case 'number':
    case 'string':
      return undefined;
  }
}

const nameOf = ({ name, matchers }: VectorSelector): string =>
  name !== ''
    ? name
    : (matchers.find(({ label, operator }) => label === '__name__' && operator === '=')?.value ??
      '');

/** Arithmetic of durations is rare: it counts as none. */
const toMs = (duration: DurationExpr | undefined): number | undefined =>
  duration?.kind === 'literal' ? duration.seconds * 1000 : undefined;

/** `labels` are those of the point's series: they say more than the query where it groups. */
export function toSeriesPoint(
  { selector, rangeMs }: DerivedSelector,
  { labels, timeMs, stepMs }: { labels: Labels; timeMs: number; stepMs: number },
): SeriesPoint {
  const asked = selector.matchers.filter(({ label }) => label !== '__name__');
  const isAsked = (name: string): boolean =>
    asked.some(({ label, operator }) => label === name && operator === '=');
  const matchers = [
    ...asked.map(({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`),
    ...Object.entries(labels)
      .filter(([name]) => name !== '__name__' && !isAsked(name))
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`),
  ];
  return {
    selector: `${nameOf(selector)}{${matchers.join(',')}}`,
    timeMs: timeMs - (toMs(selector.offset) ?? 0),
    windowMs: rangeMs ?? stepMs,
  };
}
