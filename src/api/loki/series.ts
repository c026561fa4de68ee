// GET|POST /loki/api/v1/series and its older form /api/prom/series: the streams that match.
import { jsonResponse, type Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { catalogRequest } from './labels.ts';

export const series = (deps: LokiApiDeps): Route[] =>
  ['/loki/api/v1/series', '/api/prom/series'].map((path) =>
    lokiRoute(path, async (request) => {
      const form = await request.form();
      const selectors = [...form.getAll('match[]'), ...form.getAll('match')];
      const found = await deps.catalog.series(catalogRequest(deps, request, form), selectors);
      return jsonResponse({ status: 'success', data: found });
    }),
  );
