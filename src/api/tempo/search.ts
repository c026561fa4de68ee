// GET /api/search: traces that a query finds, newest first.
//
// Beyond Tempo: `order` (start, -start, duration, -duration) and `after`, the place where the page before
// ended. An answer names that place in a header, because its JSON may have no field that Tempo's has not.
import type { Message } from '#codec/tempo/message.ts';
import { searchResponse } from '#codec/tempo/tempopb.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import { type SearchOrder, searchOrders } from '#query/traceql/search-cursor.ts';
import type { Route } from '#server/route.ts';
import { messageResponse } from './accept.ts';
import { tempoRoute } from './error-response.ts';
import { logfmtOf, toTraceql } from './legacy-tags.ts';
import { checkWholeRange, type Question, readCount, readRange, refused } from './params.ts';
import { searchJson, tracesJson } from './search-json.ts';

const limits = { fallback: 20, max: 262_144 };
const spansPerSpanset = { fallback: 3, max: 262_144 };
/** Tempo's `max_spans_per_span_set`. */
const tempoSpansMax = 100;

export interface SearchDeps {
  readonly engine: TraceqlEngine;
  /** Refuse what Tempo refuses. */
  readonly isStrict: boolean;
}

export const search = (deps: SearchDeps): Route =>
  // Tempo answers any method here; some clients post.
  tempoRoute(['GET', 'POST', 'DELETE'], '/api/search', async (request) => {
    const { message, next } = await askSearch(deps, request);
    const headers = next === undefined ? {} : { [nextHeader]: next };
    return messageResponse(request, searchResponse, message, headers);
  });

const nextHeader = 'x-sightline-next';

interface Found {
  /** A SearchResponse. */
  readonly message: Message;
  /** `after` of the next page; undefined when this was the last. */
  readonly next: string | undefined;
}

/** `onTraces` is told the first of the answer's traces while others are looked for. */
export async function askSearch(
  { engine, isStrict }: SearchDeps,
  question: Question,
  onTraces?: (traces: readonly Message[]) => void,
): Promise<Found> {
  const range = readRange(question);
  const spss = readCount(question.query, 'spss', spansPerSpanset);
  if (isStrict) {
    checkWholeRange(question);
    if (spss > tempoSpansMax) {
      throw refused(`spans per span set exceeds ${tempoSpansMax}. received ${spss}`);
    }
  }
  const { query, hasSpansets } = readQuery(question);
  const answer = await engine.search(
    {
      ...range,
      query,
      limit: readCount(question.query, 'limit', limits) || limits.fallback,
      // 0 is for all of them.
      spansPerSpanset: spss || spansPerSpanset.max,
      // Tempo does not know these parameters, and passes over what it does not know.
      ...(isStrict ? {} : readPage(question)),
      onTraces: onTraces && ((traces) => onTraces(tracesJson(traces, hasSpansets))),
    },
    question.signal,
  );
  return { message: searchJson(answer, hasSpansets), next: isStrict ? undefined : answer.next };
}

function readPage({ query }: Question): { orderBy?: SearchOrder; after?: string } {
  const order = query.get('order');
  const after = query.get('after');
  const orderBy = searchOrders.find((known) => known === order);
  if (order && orderBy === undefined) {
    throw refused(`invalid order: ${order}; it is one of ${searchOrders.join(', ')}`);
  }
  return { ...(orderBy && { orderBy }), ...(after && { after }) };
}

/** TraceQL in `q`, or the older parameters; neither asks for any trace. */
function readQuery({ query }: Question): { query: string; hasSpansets: boolean } {
  const text = query.get('q') ?? '';
  if (text.trim() !== '') {
    if (query.get('tags')) {
      throw refused("invalid request: can't specify tags and q in the same query");
    }
    toTraceql(query);
    return { query: text, hasSpansets: true };
  }
  return { query: toTraceql(withPlainTags(query)) ?? '{}', hasSpansets: false };
}

const known = ['q', 'tags', 'minDuration', 'maxDuration', 'limit', 'spss', 'start', 'end'];
const ownKnown = ['order', 'after'];

/** The oldest form: without any of the others a parameter that is not known is a tag. */
function withPlainTags(query: URLSearchParams): URLSearchParams {
  if (['tags', 'start', 'end'].some((name) => query.get(name))) return query;
  const tags = [...query].filter(
    ([name, value]) => value !== '' && ![...known, ...ownKnown].includes(name),
  );
  const all = new URLSearchParams(query);
  all.set('tags', logfmtOf(new Map(tags)));
  return all;
}
