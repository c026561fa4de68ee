// GET /api/traces and /api/traces/ID: whole traces, by search or by id.
import type { FoundSpans } from '#query/traceql/engine.ts';
import type { HttpRequest, Route } from '#server/route.ts';
import { answerJson } from './answer.ts';
import { idsMax, type JaegerSources } from './api.ts';
import {
  jaegerRoute,
  refused,
  type StructuredError,
  structured,
  traceNotFound,
} from './error-response.ts';
import { adjustTrace } from './model/adjust.ts';
import { uiTrace } from './model/ui-trace.ts';
import { readByIds, search } from './read-traces.ts';
import { checkTimes, readBoolean, readSearch } from './search-params.ts';

export const traces = (sources: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/traces', async (request) => {
    const { query, tenant, signal } = request;
    const isRaw = readBoolean(query, 'raw');
    const ids = query.getAll('traceID');
    if (ids.length === 0) {
      const found = await search(sources, readSearch(request, sources.clock.nowNano()), signal);
      return answerJson(request, structured({ data: toData(found, isRaw, sources) }));
    }
    if (ids.length > idsMax) throw refused(`cannot take more than ${idsMax} times traceID`);
    checkTimes(query);
    const found = await readByIds(sources, tenant, ids, signal);
    const errors = ids
      .filter((_, i) => found[i] === undefined)
      .map((traceID): StructuredError => ({ msg: 'trace not found', traceID }));
    const data = toData(distinct(found), isRaw, sources);
    return answerJson(request, structured({ data, ...(errors.length > 0 ? { errors } : {}) }));
  });

export const trace = (sources: JaegerSources): Route =>
  jaegerRoute(['GET'], '/api/traces/:id', async (request) => {
    const found = await readOne(sources, request);
    const isRaw = readBoolean(request.query, 'raw');
    return answerJson(request, structured({ data: toData([found], isRaw, sources) }));
  });

/** The trace in the path. */
export async function readOne(sources: JaegerSources, request: HttpRequest): Promise<FoundSpans> {
  checkTimes(request.query);
  readBoolean(request.query, 'raw');
  const id = request.params['id'] ?? '';
  const [found] = await readByIds(sources, request.tenant, [id], request.signal);
  if (found === undefined) throw traceNotFound();
  return found;
}

function toData(found: readonly FoundSpans[], isRaw: boolean, options: JaegerSources): object[] {
  const { maxClockSkewMs } = options;
  return found.map(({ spans }) => uiTrace(adjustTrace(spans, { isRaw, maxClockSkewMs })));
}

/** Each trace once, though two spellings of its id were given. */
const distinct = (found: readonly (FoundSpans | undefined)[]): FoundSpans[] => [
  ...new Set(found.filter((trace) => trace !== undefined)),
];
