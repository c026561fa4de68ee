// GET /api/deep-dependencies: the paths of calls that lead through a service, from the root of a trace to
// where it ends, each with a trace in which it is found. Made of the newest traces with that service.
import type { StoredSpan } from '#model/stored-span.ts';
import type { Route } from '#server/route.ts';
import { answerJson } from './answer.ts';
import type { JaegerSources } from './api.ts';
import { readLookback } from './dependencies.ts';
import { jaegerRoute, refused } from './error-response.ts';
import { hexOf } from './model/id.ts';
import { serviceOf } from './model/process.ts';
import { search } from './read-traces.ts';

interface Hop {
  readonly service: string;
  readonly operation: string;
}

const tracesRead = 200;
const pathsMax = 1_000;
const hopsMax = 100;
/** Spans from a leaf up: deeper than this a path is cut at its top. */
const depthMax = 10_000;

export const deepDependencies = (sources: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/deep-dependencies', async (request) => {
    const { tenant, signal, query } = request;
    const serviceName = query.get('service') ?? '';
    if (serviceName === '') throw refused("parameter 'service' is required");
    const operationName = query.get('operation') ?? '';
    const range = readLookback(query, sources.clock);
    const spanFilter = {
      serviceName,
      operationName,
      tags: new Map(),
      durationMinNano: undefined,
      durationMaxNano: undefined,
    };
    const asked = { tenant, ...range, ...spanFilter, limit: tracesRead };
    const found = await search(sources, asked, signal);
    const paths = new Map<string, { path: Hop[]; attributes: object[] }>();
    for (const { traceId, spans } of found) {
      for (const path of pathsThrough(spans, serviceName, operationName)) {
        const key = JSON.stringify(path);
        if (paths.has(key) || paths.size >= pathsMax) continue;
        paths.set(key, { path, attributes: [{ key: 'exemplar_trace_id', value: traceId }] });
      }
    }
    return answerJson(request, { dependencies: [...paths.values()] });
  });

/** Calls that enter another service, from the first to the last of each branch of the trace. */
function pathsThrough(spans: readonly StoredSpan[], service: string, operation: string): Hop[][] {
  const byId = new Map(spans.map((span) => [hexOf(span.spanId), span]));
  const parents = new Set(spans.map(({ parentSpanId }) => hexOf(parentSpanId)));
  const isFocal = (hop: Hop): boolean =>
    hop.service === service && (operation === '' || hop.operation === operation);
  return spans
    .filter(({ spanId }) => !parents.has(hexOf(spanId)))
    .map((leaf) => hopsTo(leaf, byId))
    .filter((path) => path.some(isFocal));
}

function hopsTo(leaf: StoredSpan, byId: ReadonlyMap<string, StoredSpan>): Hop[] {
  const hops: Hop[] = [];
  // Spans may form a cycle.
  const seen = new Set<StoredSpan>();
  for (let span: StoredSpan | undefined = leaf; span && !seen.has(span) && seen.size < depthMax; ) {
    seen.add(span);
    const hop = { service: serviceOf(span.origin.resourceAttributes), operation: span.name };
    // Of several spans of one service in a row the first names the operation.
    if (hops[0]?.service === hop.service) hops[0] = hop;
    else hops.unshift(hop);
    span = byId.get(hexOf(span.parentSpanId));
  }
  return hops.slice(0, hopsMax);
}
