// The service graph of a range, from the metrics that are made of traces.

import { type InstantValue, queryInstant } from '../../data/prometheus/query.ts';
import { type ServiceEdge, type ServiceGraph, toServiceGraph } from '../../frame/service-graph.ts';
import type { ResolvedRange } from '../../frame/time-range.ts';

const ends = 'client, server, connection_type';
export const requestsMetric = 'traces_service_graph_request_total';

const sumOfRate = (metric: string, window: string): string =>
  `sum by (${ends}) (rate(${metric}[${window}])) > 0`;

/** Histograms are classic, native or both, as the configuration has it. A metric without values is none. */
function p95Of(metric: string, window: string): string {
  const classic = `sum by (${ends}, le) (rate(${metric}_bucket[${window}]))`;
  const native = `sum by (${ends}) (rate(${metric}[${window}]))`;
  return [classic, native].map((sum) => `(histogram_quantile(0.95, ${sum}) > 0)`).join(' or ');
}

export async function askGraph(
  { fromMs, toMs }: ResolvedRange,
  signal: AbortSignal,
): Promise<ServiceGraph> {
  const window = `${Math.max(1, Math.round((toMs - fromMs) / 1000))}s`;
  const p95 = ['server', 'client', 'messaging_system']
    .map((side) => p95Of(`traces_service_graph_request_${side}_seconds`, window))
    .join(' or ');
  const [requests, failures, durations] = await Promise.all(
    [
      sumOfRate(requestsMetric, window),
      sumOfRate('traces_service_graph_request_failed_total', window),
      p95,
    ].map((query) => queryInstant(query, toMs, signal)),
  );
  return toServiceGraph(toEdges(requests ?? [], failures ?? [], durations ?? []));
}

export function toEdges(
  requests: readonly InstantValue[],
  failures: readonly InstantValue[],
  durations: readonly InstantValue[],
): ServiceEdge[] {
  const failed = byEnds(failures);
  const p95 = byEnds(durations);
  return requests.map(({ labels, value }) => {
    const key = keyOf(labels);
    return {
      client: labels['client'] ?? '',
      server: labels['server'] ?? '',
      connectionType: labels['connection_type'] ?? '',
      rate: value,
      errorShare: value === 0 ? 0 : Math.min(1, (failed.get(key) ?? 0) / value),
      p95: p95.get(key),
    };
  });
}

const keyOf = (labels: InstantValue['labels']): string =>
  JSON.stringify([labels['client'], labels['server'], labels['connection_type']]);

const byEnds = (values: readonly InstantValue[]): ReadonlyMap<string, number> =>
  new Map(values.map(({ labels, value }) => [keyOf(labels), value]));
