// GET /prometheus/api/v1/label/<name>/values → values of a label in the range.

import type { ResolvedRange } from '../../frame/time-range.ts';
import { requestPrometheus } from './answer.ts';
import { rangeParams } from './labels.ts';

export interface LabelValuesQuery {
  readonly name: string;
  readonly range: ResolvedRange | undefined;
  /** A selector that the series must match. */
  readonly match?: string | undefined;
}

export async function queryLabelValues(
  { name, range, match }: LabelValuesQuery,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { data } = await requestPrometheus<readonly string[]>(
    `label/${encodeURIComponent(name)}/values`,
    { ...rangeParams(range), 'match[]': match },
    signal,
  );
  return data;
}
