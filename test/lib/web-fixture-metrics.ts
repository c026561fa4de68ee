// The Prometheus API of the fixture: a few metrics of three services.

import type { FixtureAnswer } from './web-fixture.ts';
import { chance } from './web-fixture-random.ts';
import { serviceGraphAnswer } from './web-fixture-service-graph.ts';
import { traceIdAt } from './web-fixture-traces.ts';

const jobs = ['inventory-service', 'order-service', 'user-service'];
const routes = ['/orders', '/orders/:id', '/users/:id', '/stock/:sku'];

const metadata: Record<string, { type: string; help: string; unit: string }[]> = Object.fromEntries(
  [
    ['http_server_request_duration_seconds', 'histogram', 'Duration of HTTP server requests.', 's'],
    ['http_client_request_duration_seconds', 'histogram', 'Duration of HTTP client requests.', 's'],
    ['orders_created_total', 'counter', 'Orders that were accepted.', ''],
    ['orders_failed_total', 'counter', 'Orders that could not be placed.', ''],
    ['db_client_operation_duration_seconds', 'histogram', 'Duration of database calls.', 's'],
    ['nodejs_eventloop_utilization_ratio', 'gauge', 'Event loop utilization.', '1'],
    ['nodejs_eventloop_delay_p99_seconds', 'gauge', 'Event loop 99th percentile delay.', 's'],
    ['v8js_memory_heap_used_bytes', 'gauge', 'Heap memory in use.', 'By'],
    ['process_cpu_time_seconds_total', 'counter', 'CPU seconds by state.', 's'],
    ['inventory_stock_items', 'gauge', 'Items in stock.', ''],
    ['queue_depth', 'gauge', 'Messages that wait.', ''],
    ['otelcol_receiver_accepted_spans_total', 'counter', 'Spans accepted.', ''],
    ['target_info', 'gauge', 'Resource of the target.', ''],
  ].map(([name = '', type = '', help = '', unit = '']) => [name, [{ type, help, unit }]]),
);

const names = Object.entries(metadata).flatMap(([name, [first]]) =>
  first?.type === 'histogram' ? ['_bucket', '_count', '_sum'].map((part) => name + part) : [name],
);

const success = (data: unknown): FixtureAnswer => ({ body: { status: 'success', data } });

export function metricAnswer(path: string, params: URLSearchParams): FixtureAnswer | undefined {
  const query = params.get('query') ?? '';
  if (path === 'metadata') return success(metadata);
  if (path === 'label/__name__/values') return success(names);
  if (path === 'label/job/values') return success(jobs);
  if (path === 'labels') {
    return success(['__name__', 'http_request_method', 'http_route', 'instance', 'job', 'le']);
  }
  if (path.startsWith('label/'))
    return success(path.includes('http_route') ? routes : ['GET', 'POST']);
  if (path === 'query_exemplars') return success(exemplars(params));
  if (path === 'query') {
    return success({ resultType: 'vector', result: serviceGraphAnswer(query, params) });
  }
  if (path === 'query_range') {
    const fault = /[)\]}]\s*[)]\s*$|\bsumm\b/.exec(query);
    if (fault !== null && /\bsumm\b/.test(query)) {
      const error = `invalid parameter "query": 1:${query.indexOf('summ') + 1}: parse error: unknown function with name "summ"`;
      return { status: 400, body: { status: 'error', errorType: 'bad_data', error } };
    }
    return success({ resultType: 'matrix', result: matrix(query, params) });
  }
  return undefined;
}

function matrix(query: string, params: URLSearchParams): unknown[] {
  if (!names.some((name) => query.includes(name)) || query.includes('nowhere')) return [];
  const grouping =
    /by \(([^)]*)\)/
      .exec(query)?.[1]
      ?.split(/, */)
      .filter((l) => l !== 'le') ?? [];
  const start = Number(params.get('start'));
  const end = Number(params.get('end'));
  const step = Number(params.get('step'));
  return labelSets(grouping, /^\w+$/.test(query) ? query : undefined).map((metric, index) => {
    const scale = /histogram_quantile/.test(query) ? 0.05 : /_bytes/.test(query) ? 4e7 : 3;
    const values: [number, string][] = [];
    for (let at = start; at <= end; at += step) {
      const wave =
        1 + 0.4 * Math.sin(at / 700 + index) + 0.3 * chance(query, index, Math.floor(at));
      const burst = Math.sin(at / 420) > 0.92 ? 2.6 : 1;
      if (chance('gap', query, Math.floor(at / 900)) > 0.04) {
        values.push([at, String(scale * wave * burst * (1 + index / 3))]);
      }
    }
    return { metric, values };
  });
}

function labelSets(
  grouping: readonly string[],
  bare: string | undefined,
): Record<string, string>[] {
  if (bare !== undefined) {
    return jobs.map((job) => ({ __name__: bare, job, instance: `${job}-1`, pool: 'default' }));
  }
  if (grouping.length === 0) return [{}];
  const values = grouping.includes('http_route') ? routes : jobs;
  return values.map((value) => Object.fromEntries(grouping.map((label) => [label, value])));
}

function exemplars(params: URLSearchParams): unknown[] {
  const start = Number(params.get('start'));
  const end = Number(params.get('end'));
  if (!/duration/.test(params.get('query') ?? '')) return [];
  const every = Math.max(10, Math.floor((end - start) / 60));
  const points: unknown[] = [];
  for (let at = Math.ceil(start / every) * every; at < end; at += every) {
    const trace_id = traceIdAt(at * 1000);
    const value = String(0.004 + 0.3 * chance('exemplar', at) ** 4);
    points.push({
      labels: { trace_id, span_id: trace_id.slice(0, 16) },
      value,
      timestamp: at + 0.5,
    });
  }
  const seriesLabels = {
    __name__: 'http_server_request_duration_seconds_bucket',
    job: 'order-service',
    http_route: '/orders',
    le: '0.1',
  };
  return [{ seriesLabels, exemplars: points }];
}
