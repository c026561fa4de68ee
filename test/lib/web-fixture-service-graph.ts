// The service graph of the fixture: a dozen services; 200 for a day or more.

import { chance } from './web-fixture-random.ts';

interface InstantSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** What a PromQL query over traces_service_graph_* answers; empty for others. */
export function serviceGraphAnswer(
  query: string,
  params: URLSearchParams,
): readonly InstantSeries[] {
  const metric = /traces_service_graph_request_(\w+?)(?:_bucket)?\[(\d+)s\]/.exec(query);
  if (metric === null) return [];
  const count = Number(metric[2]) >= 86_400 ? 200 : 12;
  const at = Number(params.get('time'));
  return edgesOf(count).flatMap((ends, index) => {
    const value = measured(metric[1] ?? '', index);
    return value === undefined ? [] : [{ metric: ends, value: [at, String(value)] as const }];
  });
}

function measured(metric: string, index: number): number | undefined {
  const rate = 0.5 + 40 * chance('rate', index) ** 3;
  if (metric === 'total') return rate;
  if (metric === 'failed_total') return index % 4 === 0 ? rate * 0.08 : undefined;
  return 0.02 + chance('p95', index);
}

/** Each service asks two of those behind it; every fifth a database. */
function edgesOf(count: number): Readonly<Record<string, string>>[] {
  const edges: Record<string, string>[] = [
    { client: 'user', server: 'service-0', connection_type: 'virtual_node' },
  ];
  for (let i = 0; i < count; i++) {
    const client = `service-${i}`;
    for (const next of [2 * i + 1, 2 * i + 2]) {
      if (next < count) edges.push({ client, server: `service-${next}` });
    }
    if (i % 5 === 0) edges.push({ client, server: `db-${i}`, connection_type: 'database' });
  }
  return edges;
}
