// GET /prometheus/api/v1/query → one value per series at one moment.

import type { Labels } from '../../frame/series.ts';
import { requestPrometheus, toSeconds } from './answer.ts';

export interface InstantValue {
  readonly labels: Labels;
  readonly value: number;
}

export async function queryInstant(
  query: string,
  timeMs: number,
  signal: AbortSignal,
): Promise<readonly InstantValue[]> {
  const { data } = await requestPrometheus<{
    readonly result: readonly { readonly metric: Labels; readonly value?: [number, string] }[];
  }>('query', { query, time: toSeconds(timeMs) }, signal);
  return data.result.map(({ metric, value }) => ({
    labels: metric,
    value: Number(value?.[1] ?? Number.NaN),
  }));
}
