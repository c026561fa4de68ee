// /api/v3: the same questions with OTLP in the answers, as Jaeger's gRPC gateway gives them.
// https://github.com/jaegertracing/jaeger-idl/blob/main/proto/api_v3/query_service.proto
import { createTurns, runInPieces } from '#lib/turns.ts';
import type { FoundSpans } from '#query/traceql/engine.ts';
import { type HttpResponse, jsonResponse, type Route } from '#server/route.ts';
import { textJson } from '../answer.ts';
import type { JaegerSources } from '../api.ts';
import { gatewayRoute, traceNotFound } from '../error-response.ts';
import { adjustTrace } from '../model/adjust.ts';
import { withWarningsAttribute } from '../model/adjusted-span.ts';
import { namedOperations } from '../operations.ts';
import { readByIds, search } from '../read-traces.ts';
import { resourceSpansJson } from './otlp-json.ts';
import { readFlag, readText, readTime, readV3Search, requireRange } from './params.ts';
import { summarize, type TraceSummary } from './summary.ts';

export function v3Routes(sources: JaegerSources): Route[] {
  return [
    services(sources),
    operations(sources),
    traces(sources),
    trace(sources),
    traceSummaries(sources),
    dependencies(sources),
  ];
}

const services = ({ catalog }: JaegerSources): Route =>
  gatewayRoute(['GET'], '/api/v3/services', async ({ tenant, signal }) =>
    jsonResponse({ services: await catalog.services(tenant, signal) }),
  );

const operations = (sources: JaegerSources): Route =>
  gatewayRoute(['GET'], '/api/v3/operations', async (request) => {
    const service = readText(request.query, 'service');
    const kindName = readText(request.query, 'spanKind');
    const found =
      service === '' ? [] : await namedOperations(sources, request, { service, kindName });
    return jsonResponse({ operations: found.map(withKind) });
  });

/** Here a span without kind counts as internal. */
export const withKind = ({ name, spanKind }: { name: string; spanKind: string }) => ({
  name,
  spanKind: spanKind === '' ? 'internal' : spanKind,
});

const traces = (sources: JaegerSources): Route =>
  gatewayRoute(['GET', 'POST'], '/api/v3/traces', async (request) => {
    const { find, isRaw } = await readV3Search(request);
    const found = await search(sources, find, request.signal);
    return found.length === 0 ? notFound() : tracesJson(found, isRaw, sources);
  });

const trace = (sources: JaegerSources): Route =>
  gatewayRoute(['GET'], '/api/v3/traces/:id', async (request) => {
    const { query, params, tenant, signal } = request;
    readTime(query, 'startTime');
    readTime(query, 'endTime');
    const isRaw = readFlag(query, 'rawTraces');
    const [found] = await readByIds(sources, tenant, [params['id'] ?? ''], signal);
    if (found === undefined) throw traceNotFound();
    return tracesJson([found], isRaw, sources);
  });

const traceSummaries = (sources: JaegerSources): Route =>
  gatewayRoute(['GET', 'POST'], '/api/v3/trace-summaries', async (request) => {
    const { find } = await readV3Search(request);
    const found = await search(sources, find, request.signal);
    return jsonResponse({ summaries: found.map((each) => summaryJson(summarize(each))) });
  });

const dependencies = ({ catalog }: JaegerSources): Route =>
  gatewayRoute(['GET'], '/api/v3/dependencies', async ({ query, tenant, signal }) => {
    const range = requireRange(query, 'startTime', 'endTime');
    const found = await catalog.dependencies({ tenant, ...range }, signal);
    return jsonResponse({
      dependencies: found.map(({ parent, child, calls }) => ({
        parent,
        child,
        callCount: String(calls),
      })),
    });
  });

const spansPerPiece = 2_000;
const turns = createTurns();

/** In pieces, with turns for other requests between; each names its resources. */
async function tracesJson(
  found: readonly FoundSpans[],
  isRaw: boolean,
  { maxClockSkewMs }: JaegerSources,
): Promise<HttpResponse> {
  const texts: string[] = [];
  for (const { spans } of found) {
    const adjusted = adjustTrace(spans, { isRaw, maxClockSkewMs });
    const pieces = await runInPieces(turns, adjusted, spansPerPiece, (piece) =>
      resourceSpansJson(piece.map(withWarningsAttribute)).map((each) => JSON.stringify(each)),
    );
    texts.push(...pieces.flat());
  }
  return textJson(`{"result":{"resourceSpans":[${texts.join(',')}]}}`);
}

const notFound = (): HttpResponse =>
  jsonResponse({ error: { httpCode: 404, message: 'No traces found' } }, 404);

/** 64-bit numbers are text in the JSON of protobuf. */
const summaryJson = (summary: TraceSummary): object => ({
  ...summary,
  minStartTimeUnixNano: String(summary.minStartTimeUnixNano),
  maxEndTimeUnixNano: String(summary.maxEndTimeUnixNano),
});
