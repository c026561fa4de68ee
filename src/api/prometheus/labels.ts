// GET|POST /api/v1/labels, GET /api/v1/label/<name>/values, GET|POST /api/v1/series.
// https://prometheus.io/docs/prometheus/latest/querying/api/#querying-metadata
import { InputError } from '#lib/errors.ts';
import type { CatalogQuery, Listed, MetricCatalog } from '#query/promql/catalog.ts';
import { type HttpRequest, type HttpResponse, type Route, textResponse } from '#server/route.ts';
import { success, successSeries, truncationWarning } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import { boundsOf, labelOfPath, limitParameter } from './parameters.ts';

const methods = ['GET', 'POST'];

export function labels(catalog: MetricCatalog): Route {
  return prometheusRoute(methods, '/api/v1/labels', async (request) =>
    answer(await catalog.labelNames(await queryOf(request))),
  );
}

export function labelValues(catalog: MetricCatalog): Route {
  return prometheusRoute(['GET'], '/api/v1/label/:name/values', async (request) => {
    const raw = request.params.name ?? '';
    // Prometheus decodes a path before it looks for its parts, so that this one is none of it.
    if (raw.includes('/')) return textResponse('404 page not found\n', 404);
    const label = labelOfPath(raw);
    if (label === '') throw new InputError('prometheus_parameter', 'invalid label name: ""');
    return answer(await catalog.labelValues(label, await queryOf(request)));
  });
}

export function series(catalog: MetricCatalog): Route {
  const of = async (request: HttpRequest): Promise<HttpResponse> => {
    const query = await queryOf(request);
    requireMatch(query.match);
    const { items, isTruncated } = await catalog.series(query);
    return successSeries(items, notesOf(isTruncated));
  };
  return prometheusRoute(methods, '/api/v1/series', of, 'match[]');
}

export function requireMatch(match: readonly string[] | undefined): void {
  if (match?.length) return;
  throw new InputError('prometheus_parameter', 'no match[] parameter provided');
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

const answer = ({ items, isTruncated }: Listed<string>): HttpResponse =>
  success(items, notesOf(isTruncated));

const notesOf = (isTruncated: boolean) => (isTruncated ? { warnings: [truncationWarning] } : {});
