// GET /api/search/tags and /api/v2/search/tags: names of attributes, for completion.
import type { TagRequest, TraceqlEngine } from '#query/traceql/engine.ts';
import { type HttpRequest, jsonResponse, type Route } from '#server/route.ts';
import { tempoRoute } from './error-response.ts';
import { readCount, readRange, refused } from './params.ts';

const limits = { fallback: 5_000, max: 262_144 };
const scopes = ['resource', 'span', 'event', 'link', 'instrumentation', 'intrinsic', 'none', ''];

export function readTagRequest(request: HttpRequest): TagRequest {
  return {
    ...readRange(request),
    limit: readCount(request.query, 'limit', limits) || limits.fallback,
    filter: request.query.get('q') ?? undefined,
  };
}

function readScope({ query }: HttpRequest): string {
  const scope = query.get('scope') ?? '';
  if (!scopes.includes(scope)) throw refused(`invalid scope: ${scope}`);
  return scope;
}

/** Intrinsics only when they are asked for. */
export const searchTags = (engine: TraceqlEngine): Route =>
  tempoRoute(['GET'], '/api/search/tags', async (request) => {
    const scope = readScope(request);
    const named = await engine.tags({ ...readTagRequest(request), scope }, request.signal);
    const wanted = named.filter((each) => each.scope !== 'intrinsic' || scope === 'intrinsic');
    const tagNames = [...new Set(wanted.flatMap(({ tags }) => tags))].sort();
    return jsonResponse({ tagNames });
  });

export const searchTagsV2 = (engine: TraceqlEngine): Route =>
  tempoRoute(['GET'], '/api/v2/search/tags', async (request) => {
    const scope = readScope(request);
    const named = await engine.tags({ ...readTagRequest(request), scope }, request.signal);
    const present = named.filter(({ tags }) => tags.length > 0);
    return jsonResponse({ scopes: present.map(({ scope: name, tags }) => ({ name, tags })) });
  });
