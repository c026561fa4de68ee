// GET /prometheus/api/v1/metadata → type, help and unit by metric family.

import { requestPrometheus } from './answer.ts';

export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

export interface MetricMetadata {
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}

export async function queryMetadata(
  signal: AbortSignal,
): Promise<Readonly<Record<string, MetricMetadata>>> {
  const { data } = await requestPrometheus<Record<string, readonly MetricMetadata[]>>(
    'metadata',
    {},
    signal,
  );
  return Object.fromEntries(
    Object.entries(data).flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])),
  );
}
