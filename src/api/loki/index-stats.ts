// GET|POST /loki/api/v1/index/stats: how much there is for a selector. No envelope.
import { jsonResponse, type Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { rangeRequest } from './range-request.ts';

export const indexStats = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/index/stats', async (request) => {
    const form = await request.form();
    const { asked } = rangeRequest(deps, request, form);
    return jsonResponse(await deps.catalog.stats(asked, form.get('query') ?? ''));
  });
