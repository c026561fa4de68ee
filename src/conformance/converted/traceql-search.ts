// TraceQL queries over one real trace, which lies beside the cases: whether it is found, and with which
// spansets. Cases of a request ask with times and old tags beside the query: the API's business.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredSpan } from '#model/stored-span.ts';
import { check as checkQuery } from '#query/traceql/check/check.ts';
import { evaluatePipeline } from '#query/traceql/eval/pipeline.ts';
import { hexOf, parentIdOf } from '#query/traceql/eval/span-rows.ts';
import { Trace, type TraceSpan } from '#query/traceql/eval/trace.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import { type ConvertedKind, casesOf, check, hasNames } from './kind.ts';
import { type JsonTraces, toStoredSpans } from './otlp-spans.ts';

interface SearchCase {
  readonly query: string;
  /** Times in seconds; what else it has is in the query, too. */
  readonly request?: { readonly start?: number; readonly end?: number };
  readonly matches?: boolean;
  readonly span_sets?: readonly { readonly matched: number }[];
}

export const traceqlSearch: ConvertedKind = {
  kind: 'traceql-search',
  recognise: (file) => file.name.startsWith('search') && hasNames(file, ['query']),
  run: (file) => {
    const text = readFileSync(join(file.folder, 'search_trace.otlp.json'), 'utf8');
    const spans = toStoredSpans(JSON.parse(text) as JsonTraces).map(toSpan);
    const trace = new Trace(spans[0]?.traceId ?? '', spans);
    return check(
      casesOf<SearchCase>(file),
      ({ query, request }, i) => `${i} ${query || JSON.stringify(request)}`,
      (one) => problemOf(one, trace),
    );
  },
};

function problemOf(one: SearchCase, trace: Trace): string | undefined {
  if (one.query === '') return 'a search by tags is not run';
  const { start, end } = one.request ?? {};
  const isInRange =
    (end === undefined || trace.startUnixNano <= toNano(end)) &&
    (start === undefined || trace.endUnixNano >= toNano(start));
  const found = !isInRange ? [] : evaluatePipeline(checkQuery(parse(one.query)).pipeline, trace);
  if (one.matches !== undefined && found.length > 0 !== one.matches) return `found ${!one.matches}`;
  if (!one.span_sets) return undefined;
  const sorted = (counts: readonly number[]): string => [...counts].sort().join();
  const given = sorted(found.map(({ spans }) => spans.length));
  const wanted = sorted(one.span_sets.map(({ matched }) => matched));
  return given === wanted ? undefined : `${given} spans for ${wanted}`;
}

const toNano = (seconds: number): bigint => BigInt(seconds) * 1_000_000_000n;

function toSpan(span: StoredSpan): TraceSpan {
  const spanId = hexOf(span.spanId);
  return {
    traceId: hexOf(span.traceId),
    spanId,
    parentSpanId: parentIdOf(hexOf(span.parentSpanId), spanId),
    startUnixNano: span.startUnixNano,
    durationNano: Number(span.durationNano),
    name: span.name,
    serviceName: span.origin.resourceAttributes.get('service.name') ?? '',
    kind: span.kind,
    statusCode: span.statusCode,
    statusMessage: span.statusMessage,
    origin: span.origin,
    attributes: span.attributes,
    events: span.events,
    links: span.links.map((link) => ({
      traceId: hexOf(link.traceId),
      spanId: hexOf(link.spanId),
      attributes: link.attributes,
    })),
  };
}
