// GET /tempo/api/v2/search/tags and …/tag/<tag>/values → attributes that spans have, for completion
// and for the search form.

import type { ResolvedRange } from '../../frame/time-range.ts';
import { requestJson } from '../request.ts';

const seconds = (range: ResolvedRange) => ({
  start: Math.floor(range.fromMs / 1000),
  end: Math.ceil(range.toMs / 1000),
});

/** As TraceQL writes them: `resource.service.name`, `span.http.route`, `name`. */
export async function queryTags(
  range: ResolvedRange,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const answer = await requestJson<{
    readonly scopes?: readonly { readonly name: string; readonly tags?: readonly string[] }[];
  }>('tempo/api/v2/search/tags', seconds(range), { signal });
  return (answer.scopes ?? []).flatMap(({ name, tags }) =>
    (tags ?? []).map((tag) => (name === 'intrinsic' ? tag : `${name}.${tag}`)),
  );
}

export interface TagValue {
  readonly type: string;
  readonly value: string;
}

export async function queryTagValues(
  { tag, range, query }: { tag: string; range: ResolvedRange; query?: string | undefined },
  signal: AbortSignal,
): Promise<readonly TagValue[]> {
  const answer = await requestJson<{ readonly tagValues?: readonly TagValue[] }>(
    `tempo/api/v2/search/tag/${encodeURIComponent(tag)}/values`,
    { ...seconds(range), q: query },
    { signal },
  );
  return answer.tagValues ?? [];
}
