// The envelope of the Prometheus API. Spec: https://prometheus.io/docs/prometheus/latest/querying/api/

import { type Params, requestJson } from '../request.ts';

interface Answer<T> {
  readonly status: 'success' | 'error';
  readonly data: T;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export async function requestPrometheus<T>(
  path: string,
  params: Params,
  signal: AbortSignal,
): Promise<{ data: T; notes: readonly string[] }> {
  const answer = await requestJson<Answer<T>>(`prometheus/api/v1/${path}`, params, { signal });
  return { data: answer.data, notes: [...(answer.warnings ?? []), ...(answer.infos ?? [])] };
}

/** Seconds with milliseconds, as the API takes times. */
export const toSeconds = (timeMs: number): string => (timeMs / 1000).toFixed(3);
