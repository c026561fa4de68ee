// Tempo's search cases over one real trace, read where the shared folder exists. They ask whether the
// trace is found; evaluation answers, as it does for every candidate of a search.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoredSpan } from '#model/stored-span.ts';
import { check } from '#query/traceql/check/check.ts';
import { evaluatePipeline } from '#query/traceql/eval/pipeline.ts';
import { hexOf } from '#query/traceql/eval/span-rows.ts';
import { Trace, type TraceSpan } from '#query/traceql/eval/trace.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import { type JsonTraces, toStoredSpans } from '../../lib/span-json.ts';

interface SearchCase {
  readonly query: string;
  readonly request?: object;
  readonly matches?: boolean;
  readonly span_sets?: readonly { readonly matched: number }[];
}

const folder = new URL('../../../../shared/conformance/traceql/converted/', import.meta.url);

function toSpan(span: StoredSpan): TraceSpan {
  const parentSpanId = hexOf(span.parentSpanId);
  return {
    traceId: hexOf(span.traceId),
    spanId: hexOf(span.spanId),
    parentSpanId: /^0*$/.test(parentSpanId) ? '' : parentSpanId,
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

describe.skipIf(!existsSync(folder))('search cases of Tempo', () => {
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

  it('find the trace or do not', () => {
    const spans = toStoredSpans(read('search_trace.otlp.json') as JsonTraces).map(toSpan);
    const trace = new Trace(spans[0]?.traceId ?? '', spans);
    const { cases } = read('search_cases.json') as { cases: SearchCase[] };
    // Those of a request ask with times and old tags beside the query: the API's business.
    const asked = cases.filter((each) => each.matches !== undefined && !each.request);
    const failures = asked.flatMap((each) => {
      const matched = evaluatePipeline(check(parse(each.query)).pipeline, trace);
      const counts = matched
        .map((spanset) => spanset.spans.length)
        .sort()
        .join();
      const wanted = each.span_sets
        ?.map((spanset) => spanset.matched)
        .sort()
        .join();
      const agrees =
        matched.length > 0 === each.matches && (wanted === undefined || wanted === counts);
      return agrees ? [] : [`${each.query} → ${counts}, expected ${wanted ?? each.matches}`];
    });
    console.log(`TraceQL search: ${asked.length - failures.length}/${asked.length}`, failures);
    // Three ask for nested sets of a span whose id is all zeros, which receivers refuse.
    expect(asked.length - failures.length).toBeGreaterThanOrEqual(187);
  });
});
