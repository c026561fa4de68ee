// GET /api/v1/metadata.
// https://prometheus.io/docs/prometheus/latest/querying/api/#querying-metric-metadata
import type { MetricCatalog } from '#query/promql/catalog.ts';
import type { Route } from '#server/route.ts';
import { success } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { countParameter } from './parameters.ts';

export function metadata(catalog: MetricCatalog): Route {
  return prometheusRoute(['GET'], '/api/v1/metadata', async ({ query, tenant, signal }) => {
    const limit = countParameter(query, 'limit');
    const perMetric = countParameter(query, 'limit_per_metric') || undefined;
    const metric = query.get('metric');
    const byName = await catalog.metadata({ tenant, signal, ...(metric ? { metric } : {}) });
    const entries = [...byName]
      .slice(0, limit)
      .map(([name, list]) => [
        name,
        list.slice(0, perMetric).map(({ type, help, unit }) => ({ type, help, unit })),
      ]);
    return success(Object.fromEntries(entries));
  });
}
