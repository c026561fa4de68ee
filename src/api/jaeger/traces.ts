// GET /api/traces and /api/traces/ID: whole traces, by search or by id.
import { createTurns } from '#lib/turns.ts';
import type { FoundSpans } from '#query/traceql/engine.ts';
import type { HttpRequest, HttpResponse, Route } from '#server/route.ts';
import { answerJson, isPretty, textJson } from './answer.ts';
import { idsMax, type JaegerSources } from './api.ts';
import {
  jaegerRoute,
  refused,
  type StructuredError,
  structured,
  traceNotFound,
} from './error-response.ts';
import { adjustTrace } from './model/adjust.ts';
import { uiTrace, uiTraceText } from './model/ui-trace.ts';
import { readByIds, search } from './read-traces.ts';
import { checkTimes, readBoolean, readSearch } from './search-params.ts';

export const traces = (sources: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/traces', async (request) => {
    const { query, tenant, signal } = request;
    readBoolean(query, 'raw');
    const ids = query.getAll('traceID');
    if (ids.length === 0) {
      const found = await search(sources, readSearch(request, sources.clock.nowNano()), signal);
      return answerTraces(sources, request, found);
    }
    if (ids.length > idsMax) throw refused(`cannot take more than ${idsMax} times traceID`);
    checkTimes(query);
    const found = await readByIds(sources, tenant, ids, signal);
    const errors = ids
      .filter((_, i) => found[i] === undefined)
      .map((traceID): StructuredError => ({ msg: 'trace not found', traceID }));
    return answerTraces(sources, request, distinct(found), errors);
  });

export const trace = (sources: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/traces/:id', async (request) =>
    answerTraces(sources, request, [await readOne(sources, request)]),
  );

/** The trace in the path. */
export async function readOne(sources: JaegerSources, request: HttpRequest): Promise<FoundSpans> {
  checkTimes(request.query);
  readBoolean(request.query, 'raw');
  const id = request.params['id'] ?? '';
  const [found] = await readByIds(sources, request.tenant, [id], request.signal);
  if (found === undefined) throw traceNotFound();
  return found;
}

const turns = createTurns();

/** Traces can have a hundred thousand spans: other requests have their turns while the text is made. */
async function answerTraces(
  { maxClockSkewMs }: JaegerSources,
  request: HttpRequest,
  found: readonly FoundSpans[],
  errors: readonly StructuredError[] = [],
): Promise<HttpResponse> {
  const isRaw = readBoolean(request.query, 'raw');
  const adjust = ({ spans }: FoundSpans) => adjustTrace(spans, { isRaw, maxClockSkewMs });
  const envelope = (data: readonly object[]): object =>
    structured({ data, ...(errors.length > 0 ? { errors } : {}) });
  if (isPretty(request)) {
    return answerJson(request, envelope(found.map((each) => uiTrace(adjust(each)))));
  }
  const texts: string[] = [];
  for (const each of found) texts.push(await uiTraceText(adjust(each), turns));
  // Nothing stands before it.
  const text = JSON.stringify(envelope([])).replace(
    '"data":[]',
    () => `"data":[${texts.join(',')}]`,
  );
  return textJson(text);
}

/** Each trace once, though two spellings of its id were given. */
const distinct = (found: readonly (FoundSpans | undefined)[]): FoundSpans[] => [
  ...new Set(found.filter((trace) => trace !== undefined)),
];
