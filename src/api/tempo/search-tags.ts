// GET /api/search/tags and /api/v2/search/tags: names of attributes, for completion. `maxStaleValues`
// is taken and not needed: it lets Tempo stop early, and answers here are complete.
import type { Message } from '#codec/tempo/message.ts';
import { searchTagsResponse, searchTagsV2Response } from '#codec/tempo/tempopb.ts';
import type { TagRequest } from '#query/traceql/engine.ts';
import type { Route } from '#server/route.ts';
import { messageResponse } from './accept.ts';
import { tempoRoute } from './error-response.ts';
import { type Question, readCount, readTagRange, refused } from './params.ts';
import type { SearchDeps } from './search.ts';

const limits = { fallback: 5_000, max: 262_144 };
const scopes = ['resource', 'span', 'event', 'link', 'instrumentation', 'intrinsic', 'none', ''];

/** The cost of an answer; one job that reads everything. */
export const metadataMetrics: Message = { totalJobs: 1, completedJobs: 1 };

export function readTagRequest({ isStrict }: SearchDeps, question: Question): TagRequest {
  return {
    ...readTagRange(question, isStrict),
    limit: readCount(question.query, 'limit', limits) || limits.fallback,
    filter: question.query.get('q') ?? undefined,
  };
}

function readScope({ query }: Question): string {
  const scope = query.get('scope') ?? '';
  if (!scopes.includes(scope)) throw refused(`invalid scope: ${scope}`);
  return scope;
}

export const searchTags = (deps: SearchDeps): Route =>
  tempoRoute(['GET'], '/api/search/tags', async (request) =>
    messageResponse(request, searchTagsResponse, await askTags(deps, request)),
  );

export const searchTagsV2 = (deps: SearchDeps): Route =>
  tempoRoute(['GET'], '/api/v2/search/tags', async (request) =>
    messageResponse(request, searchTagsV2Response, await askTagsV2(deps, request)),
  );

/** A SearchTagsResponse; intrinsics only when they are asked for. */
export async function askTags(deps: SearchDeps, question: Question): Promise<Message> {
  const scope = readScope(question);
  const request = { ...readTagRequest(deps, question), scope };
  const named = await deps.engine.tags(request, question.signal);
  const wanted = named.filter((each) => each.scope !== 'intrinsic' || scope === 'intrinsic');
  const tagNames = [...new Set(wanted.flatMap(({ tags }) => tags))].sort();
  return { tagNames, metrics: metadataMetrics };
}

/** A SearchTagsV2Response. */
export async function askTagsV2(deps: SearchDeps, question: Question): Promise<Message> {
  const scope = readScope(question);
  const request = { ...readTagRequest(deps, question), scope };
  const named = await deps.engine.tags(request, question.signal);
  const present = named.filter(({ tags }) => tags.length > 0);
  return {
    scopes: present.map(({ scope: name, tags }) => ({ name, tags })),
    metrics: metadataMetrics,
  };
}
