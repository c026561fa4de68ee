// GET /loki/api/v1/labels and /loki/api/v1/label/<name>/values → the stream labels of a range.

import type { ResolvedRange } from '../../frame/time-range.ts';
import { requestJson } from '../request.ts';
import { toNano } from './query-range.ts';

interface Answer {
  readonly data?: readonly string[];
}

const rangeParams = (range: ResolvedRange) => ({
  start: String(toNano(range.fromMs)),
  end: String(toNano(range.toMs)),
});

export async function queryLogLabels(
  range: ResolvedRange,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const answer = await requestJson<Answer>('loki/api/v1/labels', rangeParams(range), { signal });
  return answer.data ?? [];
}

export async function queryLogLabelValues(
  { name, range, query }: { name: string; range: ResolvedRange; query?: string | undefined },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const path = `loki/api/v1/label/${encodeURIComponent(name)}/values`;
  const answer = await requestJson<Answer>(path, { ...rangeParams(range), query }, { signal });
  return answer.data ?? [];
}
