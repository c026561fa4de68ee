// GET /api/metrics/summary: of server spans that a query finds, by attributes: how many, how many failed,
// and how long they took. Tempo had it until version 3; metrics queries say the same and more.
// https://grafana.com/docs/tempo/v2.8.x/api_docs/metrics-summary/
//
//   SpanMetricsSummary { spanCount, errorSpanCount, KeyValue series, p99, p95, p90, p50 }: all 64 bits
//   TraceQLStatic      { type, n, f, s, b, d, status, kind }, of which the one of the type is there
import { keyOf, type Value } from '#query/traceql/eval/value.ts';
import type { MetricsSeries } from '#query/traceql/metrics/answer.ts';
import { parse, parseTag } from '#query/traceql/syntax/parse.ts';
import { print } from '#query/traceql/syntax/print.ts';
import { jsonResponse, type Route } from '#server/route.ts';
import { tempoRoute } from './error-response.ts';
import { type Question, readCount, readRange, refused } from './params.ts';
import type { SearchDeps } from './search.ts';

const groupKeysMax = 5;
/** Tempo counts at most so many spans; here all are counted, and the parameter is only checked. */
const limits = { fallback: 0, max: Number.MAX_SAFE_INTEGER };

type Json = Record<string, unknown>;

export const metricsSummary = (deps: SearchDeps): Route =>
  tempoRoute(['GET'], '/api/metrics/summary', async (request) =>
    jsonResponse({ summaries: await askSummaries(deps, request) }),
  );

async function askSummaries({ engine, isStrict }: SearchDeps, question: Question): Promise<Json[]> {
  const keys = readGroupBy(question.query.get('groupBy') ?? '', isStrict);
  const spans = readSpans(question.query.get('q') ?? '', isStrict);
  readCount(question.query, 'limit', limits);
  const range = readRange(question);
  const ask = async (source: string, function_: string): Promise<readonly MetricsSeries[]> => {
    const query = `${source} | ${function_} by (${keys.join(', ')})`;
    return (await engine.metricsInstant({ ...range, query }, question.signal)).series;
  };
  const [counts, errors, durations] = await Promise.all([
    ask(spans, 'count_over_time()'),
    ask(`${spans} | { status = error }`, 'count_over_time()'),
    ask(spans, 'quantile_over_time(duration, .99, .95, .9, .5)'),
  ]);
  const groupOf = ({ labels }: MetricsSeries): string =>
    labels
      .slice(0, keys.length)
      .map(({ value }) => keyOf(value))
      .join('\n');
  const errorsOf = new Map(errors.map((series) => [groupOf(series), sampleOf(series)]));
  const quantilesOf = new Map<string, MetricsSeries[]>();
  for (const series of durations) {
    const group = groupOf(series);
    quantilesOf.set(group, [...(quantilesOf.get(group) ?? []), series]);
  }
  return counts
    .map((series) => ({ series, count: sampleOf(series) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ series, count }) => {
      const group = groupOf(series);
      const errorCount = errorsOf.get(group) ?? 0;
      return {
        spanCount: String(count),
        ...(errorCount === 0 ? {} : { errorSpanCount: String(errorCount) }),
        series: keys.map((key, i) => ({ key, value: staticJson(series.labels[i]?.value) })),
        ...quantilesJson(quantilesOf.get(group) ?? [], keys.length),
      };
    });
}

const sampleOf = ({ samples }: MetricsSeries): number => samples[0]?.value ?? 0;

/** The spans of the query that serve requests, as a query. */
function readSpans(text: string, isStrict: boolean): string {
  const { root } = parse(text, { isStrict });
  if (root.kind === 'metrics') throw refused('a query of spans is needed, not one of metrics');
  return `${print({ root, hints: [] })} | { kind = server }`;
}

/** Commas part the fields, but not inside of quoted names. */
function readGroupBy(text: string, isStrict: boolean): string[] {
  const keys = (text.match(/(?:"(?:[^"\\]|\\.)*"?|[^,"])+/gs) ?? []).map((key) => key.trim());
  if (keys.length === 0) throw refused('please provide groupBy');
  if (keys.length > groupKeysMax) throw refused(`groupBy has more than ${groupKeysMax} fields`);
  for (const key of keys) parseTag(key, { isStrict });
  return keys;
}

/** Durations are seconds in an answer, nanoseconds in a summary. */
function quantilesJson(series: readonly MetricsSeries[], keyCount: number): Json {
  const quantiles = series.map((each) => {
    const label = each.labels[keyCount]?.value;
    const quantile = label?.type === 'float' ? Math.round(label.value * 100) : 0;
    return [`p${quantile}`, String(Math.round(sampleOf(each) * 1e9))] as const;
  });
  return Object.fromEntries(quantiles);
}

const statuses = ['error', 'ok', 'unset'];
const kinds = ['unspecified', 'internal', 'client', 'server', 'producer', 'consumer'];

/** Types by Tempo's numbers; what is 0 or empty is left out. */
function staticJson(value: Value | undefined): Json {
  switch (value?.type) {
    case 'int':
      return { type: 3, ...unlessDefault('n', String(value.value), '0') };
    case 'float':
      return { type: 4, ...unlessDefault('f', value.value, 0) };
    case 'string':
      return { type: 5, ...unlessDefault('s', value.value, '') };
    case 'bool':
      return { type: 6, ...unlessDefault('b', value.value, false) };
    case 'duration':
      return { type: 7, ...unlessDefault('d', String(value.value), '0') };
    case 'status':
      return { type: 8, ...unlessDefault('status', statuses.indexOf(value.value), 0) };
    case 'kind':
      return { type: 9, ...unlessDefault('kind', kinds.indexOf(value.value), 0) };
    default:
      return {};
  }
}

const unlessDefault = (name: string, value: unknown, fallback: unknown): Json =>
  value === fallback ? {} : { [name]: value };
