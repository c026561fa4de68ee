// Whole traces for the endpoints: by id, as people and programs write ids, and by search.
import type { FindRequest } from '#query/trace/find.ts';
import type { FoundSpans } from '#query/traceql/engine.ts';
import { parseTraceId } from '#query/traceql/trace-id.ts';
import { type JaegerSources, spansMax } from './api.ts';
import { refused } from './error-response.ts';

/** Ids of one read: more would make its statement long. */
const idsPerRead = 200;

/** By the ids in the order of `texts`; undefined for one that is not there. */
export async function readByIds(
  { engine, isStrict }: JaegerSources,
  tenant: string,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<(FoundSpans | undefined)[]> {
  // Digits alone may be hexadecimal or decimal: what is there decides.
  const meant = texts.map((text) => parseTraceId(text, isStrict));
  const found = await readAll(engine, tenant, [...new Set(meant.flat())], signal);
  const byId = new Map(found.map((trace) => [trace.traceId, trace]));
  return meant.map((ids) => ids.map((id) => byId.get(id)).find((trace) => trace !== undefined));
}

/** Newest first. */
export async function search(
  { engine, catalog }: JaegerSources,
  request: FindRequest,
  signal?: AbortSignal,
): Promise<FoundSpans[]> {
  const ids = await catalog.find(request, signal);
  return readAll(engine, request.tenant, ids, signal);
}

async function readAll(
  engine: JaegerSources['engine'],
  tenant: string,
  traceIds: readonly string[],
  signal: AbortSignal | undefined,
): Promise<FoundSpans[]> {
  const found: FoundSpans[] = [];
  let spans = 0;
  for (let at = 0; at < traceIds.length; at += idsPerRead) {
    const some = { tenant, traceIds: traceIds.slice(at, at + idsPerRead) };
    for (const trace of await engine.traces(some, signal)) {
      found.push(trace);
      spans += trace.spans.length;
    }
    // One trace is answered however large it is.
    if (found.length > 1 && spans > spansMax) {
      throw refused(`cannot answer: the traces have more than ${spansMax} spans; lower the limit`);
    }
  }
  return found;
}
