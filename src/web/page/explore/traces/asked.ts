// What a TraceQL query asks for: traces, series over time, or what tells spans apart. The query in the
// address is the truth; views are ways to write it, so that all of them keep the spans it is about.

import type { FieldExpr, MetricsQuery } from '#query/traceql/syntax/ast.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import { type Format, plainFormat } from '../../../chart/format.ts';

interface AboutSpans {
  /** The part that finds spans: a query of its own. */
  readonly spans: string;
  /** What follows it; '' where nothing does. */
  readonly rest: string;
}

export interface AskedSeries extends AboutSpans {
  readonly kind: 'series';
  readonly format: Format;
  /** Exemplars have the unit of the series. */
  readonly exemplarsByValue: boolean;
  /** Buckets are seconds. */
  readonly isOfTimes: boolean;
}

export interface AskedComparison extends AboutSpans {
  readonly kind: 'comparison';
  readonly selection: string;
  readonly valuesMax: number;
}

export type Asked = (AboutSpans & { readonly kind: 'traces' }) | AskedSeries | AskedComparison;

const valuesDefault = 10;

/** A query that cannot be read asks for traces: the answer says what is wrong with it. */
export function whatIsAsked(query: string): Asked {
  const traces = { kind: 'traces', spans: query, rest: '' } as const;
  const root = rootOf(query);
  if (root?.kind !== 'metrics') return traces;
  if (root.source.kind === 'operation') {
    return { ...traces, ...seriesOf(root), spans: '{}', rest: '' };
  }
  const { pipeline, first } = root.source;
  // The pipeline's own span goes as far as the next stage.
  const end = pipeline.stages.at(-1)?.span.to ?? pipeline.span.to;
  const spans = query.slice(pipeline.span.from, end).trim();
  const rest = query.slice(end);
  const { filter, numbers } = first;
  if (first.name !== 'compare' || filter === undefined || numbers.length > 1) {
    return { ...seriesOf(root), spans, rest };
  }
  const selection = query.slice(filter.span.from, filter.span.to);
  return {
    kind: 'comparison',
    spans,
    rest,
    selection,
    valuesMax: Number(numbers[0] ?? valuesDefault),
  };
}

function rootOf(query: string) {
  try {
    return parse(query).root;
  } catch {
    return undefined;
  }
}

function seriesOf(root: MetricsQuery): Omit<AskedSeries, 'spans' | 'rest'> {
  const first = root.source.kind === 'function' ? root.source.first : undefined;
  const isOfTimes = isTime(first?.field);
  const isHistogram = first?.name === 'histogram_over_time';
  return {
    kind: 'series',
    format:
      first?.name === 'rate'
        ? { unit: 'number', perSecond: true }
        : isOfTimes && !isHistogram
          ? { unit: 'seconds', perSecond: false }
          : plainFormat,
    exemplarsByValue: !isHistogram,
    isOfTimes,
  };
}

const isTime = (field: FieldExpr | undefined): boolean =>
  field?.kind === 'intrinsic' &&
  /^(?:duration|traceDuration|eventTimeSinceStart)$/.test(field.name);

export const errorSelection = '{ status = error }';

export const compareQuery = (spans: string, selection: string): string =>
  `${spans} | compare(${selection})`;

/** The spans of `query` that have this value, too. `type` is that of TraceQL; `nil`: have none. */
export function narrowTo(
  query: string,
  { attribute, type, value }: { attribute: string; type: string; value: string },
): string {
  const isText = type === 'string' || type === 'array';
  const condition = `${attribute} = ${isText ? JSON.stringify(value) : type === 'nil' ? 'nil' : value}`;
  const root = rootOf(query);
  const only = root?.kind === 'pipeline' && root.stages.length === 1 ? root.stages[0] : undefined;
  if (only?.kind !== 'filter') return `${query} | { ${condition} }`;
  if (only.condition === undefined) return `{ ${condition} }`;
  const inner = query.slice(only.span.from, only.span.to).trim().slice(1, -1).trim();
  const isOr = only.condition.kind === 'binary' && only.condition.operator === '||';
  return `{ ${isOr ? `(${inner})` : inner} && ${condition} }`;
}
