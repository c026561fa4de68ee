// GET|POST /api/v1/query_exemplars.
// https://prometheus.io/docs/prometheus/latest/querying/api/#querying-exemplars
import type { MetricCatalog } from '#query/promql/catalog.ts';
import { printNumber } from '#query/promql/syntax/number.ts';
import type { Route } from '#server/route.ts';
import { noContent, success } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { orderedBoundsOf, queryParameter } from './parameters.ts';

export function queryExemplars(catalog: MetricCatalog): Route {
  return prometheusRoute(['GET', 'POST'], '/api/v1/query_exemplars', async (request) => {
    const form = await request.form();
    const { tenant, signal } = request;
    const bounds = orderedBoundsOf(form);
    const found = await catalog.exemplars({
      query: queryParameter(form),
      tenant,
      signal,
      ...bounds,
    });
    if (!found) return noContent;
    return success(
      found.map(({ series, exemplars }) => ({
        seriesLabels: series,
        exemplars: exemplars.map(({ labels, value, timeMs }) => ({
          labels,
          value: printNumber(value),
          timestamp: timeMs / 1000,
        })),
      })),
    );
  });
}
