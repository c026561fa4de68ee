// GET /prometheus/api/v1/labels → names of labels in the range, of all series or those that match.

import type { ResolvedRange } from '../../frame/time-range.ts';
import { requestPrometheus, toSeconds } from './answer.ts';

export async function queryLabels(
  range: ResolvedRange | undefined,
  match: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { data } = await requestPrometheus<readonly string[]>(
    'labels',
    { ...rangeParams(range), 'match[]': match },
    signal,
  );
  return data;
}

/** Without a range the API answers for all that is stored. */
export const rangeParams = (range: ResolvedRange | undefined): { start?: string; end?: string } =>
  range === undefined ? {} : { start: toSeconds(range.fromMs), end: toSeconds(range.toMs) };
