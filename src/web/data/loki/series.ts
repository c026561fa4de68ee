// GET /loki/api/v1/series → the streams that a selector finds in a range.

import type { Labels } from '../../frame/series.ts';
import type { ResolvedRange } from '../../frame/time-range.ts';
import { requestJson } from '../request.ts';
import { toNano } from './query-range.ts';

export async function queryStreams(
  selector: string,
  range: ResolvedRange,
  signal: AbortSignal,
): Promise<readonly Labels[]> {
  const answer = await requestJson<{ readonly data?: readonly Labels[] }>(
    'loki/api/v1/series',
    {
      'match[]': selector,
      start: String(toNano(range.fromMs)),
      end: String(toNano(range.toMs)),
    },
    { signal },
  );
  return answer.data ?? [];
}
