// GET /api/search: traces that a query finds, newest first.
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import { type HttpRequest, jsonResponse, type Route } from '#server/route.ts';
import { tempoRoute } from './error-response.ts';
import { toTraceql } from './legacy-tags.ts';
import { readCount, readRange } from './params.ts';
import { searchJson } from './search-json.ts';

const limits = { fallback: 20, max: 262_144 };
const spansPerSpanset = { fallback: 3, max: 262_144 };

export const search = (engine: TraceqlEngine): Route =>
  // Tempo answers any method here; some clients post.
  tempoRoute(['GET', 'POST', 'DELETE'], '/api/search', async (request) => {
    const { query, hasSpansets } = readQuery(request);
    const answer = await engine.search(
      {
        ...readRange(request),
        query,
        limit: readCount(request.query, 'limit', limits) || limits.fallback,
        spansPerSpanset: readCount(request.query, 'spss', spansPerSpanset),
      },
      request.signal,
    );
    return jsonResponse(searchJson(answer, hasSpansets));
  });

/** TraceQL in `q`, or the older parameters; neither asks for any trace. */
function readQuery({ query }: HttpRequest): { query: string; hasSpansets: boolean } {
  const text = query.get('q') ?? '';
  if (text.trim() !== '') {
    toTraceql(query);
    return { query: text, hasSpansets: true };
  }
  return { query: toTraceql(query) ?? '{}', hasSpansets: false };
}
