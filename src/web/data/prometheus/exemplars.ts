// GET /prometheus/api/v1/query_exemplars → points with the trace they came from.

import type { Exemplar, Labels } from '../../frame/series.ts';
import type { ResolvedRange } from '../../frame/time-range.ts';
import { requestPrometheus, toSeconds } from './answer.ts';

interface ExemplarSeries {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly {
    readonly labels: Labels;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

export async function queryExemplars(
  query: string,
  range: ResolvedRange,
  signal: AbortSignal,
): Promise<readonly Exemplar[]> {
  const { data } = await requestPrometheus<readonly ExemplarSeries[]>(
    'query_exemplars',
    { query, start: toSeconds(range.fromMs), end: toSeconds(range.toMs) },
    signal,
  );
  return data.flatMap(({ seriesLabels, exemplars }) =>
    exemplars.map(({ labels, value, timestamp }) => ({
      timeMs: timestamp * 1000,
      value: Number(value),
      traceId: labels['trace_id'] ?? labels['traceID'] ?? labels['traceId'],
      spanId: labels['span_id'] ?? labels['spanID'] ?? labels['spanId'],
      labels,
      seriesLabels,
    })),
  );
}
