// A metrics query from its text to series.
import type { StoreReader } from '#store/contract.ts';
import { unsupported } from '../check/check.ts';
import type { OriginReader } from '../origins.ts';
import { parse } from '../syntax/parse.ts';
import type { MetricsAnswer, MetricsRequest } from './answer.ts';

export interface MetricsSettings {
  readonly reader: StoreReader;
  readonly origins: OriginReader;
  readonly isStrict: boolean;
  readonly pushDown: 'auto' | 'always' | 'never';
  /** Now, where the request has no end. */
  readonly nowNano: bigint;
  readonly traceSpreadNano: bigint;
  readonly tracesMax: number;
  readonly signal: AbortSignal | undefined;
}

export async function runMetrics(
  kind: 'range' | 'instant',
  request: MetricsRequest,
  { isStrict }: MetricsSettings,
): Promise<MetricsAnswer> {
  const { query } = request;
  parse(query, { isStrict });
  throw unsupported(`a metrics query (${kind})`, { from: 0, to: query.length });
}
