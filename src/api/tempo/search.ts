// GET /api/search: traces that a query finds, newest first.
import type { Message } from '#codec/tempo/message.ts';
import { searchResponse } from '#codec/tempo/tempopb.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import type { Route } from '#server/route.ts';
import { messageResponse } from './accept.ts';
import { tempoRoute } from './error-response.ts';
import { toTraceql } from './legacy-tags.ts';
import { checkWholeRange, type Question, readCount, readRange, refused } from './params.ts';
import { searchJson } from './search-json.ts';

const limits = { fallback: 20, max: 262_144 };
const spansPerSpanset = { fallback: 3, max: 262_144 };

export interface SearchDeps {
  readonly engine: TraceqlEngine;
  /** Refuse what Tempo refuses. */
  readonly isStrict: boolean;
}

export const search = (deps: SearchDeps): Route =>
  // Tempo answers any method here; some clients post.
  tempoRoute(['GET', 'POST', 'DELETE'], '/api/search', async (request) =>
    messageResponse(request, searchResponse, await askSearch(deps, request)),
  );

/** The message is a SearchResponse. */
export async function askSearch(
  { engine, isStrict }: SearchDeps,
  question: Question,
): Promise<Message> {
  const range = readRange(question);
  if (isStrict) checkWholeRange(question);
  const { query, hasSpansets } = readQuery(question);
  const answer = await engine.search(
    {
      ...range,
      query,
      limit: readCount(question.query, 'limit', limits) || limits.fallback,
      spansPerSpanset: readCount(question.query, 'spss', spansPerSpanset),
    },
    question.signal,
  );
  return searchJson(answer, hasSpansets);
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
  return { query: toTraceql(query) ?? '{}', hasSpansets: false };
}
