// GET|POST /api/v1/labels, GET /api/v1/label/<name>/values, GET|POST /api/v1/series.
// https://prometheus.io/docs/prometheus/latest/querying/api/#querying-metadata
import type { CatalogQuery, Listed, MetricCatalog } from '#query/promql/catalog.ts';
import type { HttpRequest, HttpResponse, Route } from '#server/route.ts';
import { success, truncationWarning } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { boundsOf, labelOfPath, limitParameter, parameterError } from './parameters.ts';

const methods = ['GET', 'POST'];

export function labels(catalog: MetricCatalog): Route {
  return prometheusRoute(methods, '/api/v1/labels', async (request) =>
    answer(await catalog.labelNames(await queryOf(request))),
  );
}

export function labelValues(catalog: MetricCatalog): Route {
  return prometheusRoute(['GET'], '/api/v1/label/:name/values', async (request) => {
    const label = labelOfPath(request.params.name ?? '');
    if (label === '') throw parameterError('name', 'invalid label name: ""');
    return answer(await catalog.labelValues(label, await queryOf(request)));
  });
}

export function series(catalog: MetricCatalog): Route {
  return prometheusRoute(methods, '/api/v1/series', async (request) => {
    const query = await queryOf(request);
    if (!query.match?.length) throw parameterError('match[]', 'no match[] parameter provided');
    return answer(await catalog.series(query));
  });
}

async function queryOf(request: HttpRequest): Promise<CatalogQuery> {
  const form = await request.form();
  const limit = limitParameter(form);
  return {
    tenant: request.tenant,
    signal: request.signal,
    match: form.getAll('match[]'),
    ...boundsOf(form),
    ...(limit === undefined ? {} : { limit }),
  };
}

function answer({ items, isTruncated }: Listed<unknown>): HttpResponse {
  return success(items, isTruncated ? { warnings: [truncationWarning] } : {});
}
