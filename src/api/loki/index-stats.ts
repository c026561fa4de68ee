// GET|POST /loki/api/v1/index/stats: how much there is for a selector. No envelope.
import { jsonResponse, type Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { catalogRequest, selectorOf } from './labels.ts';

export const indexStats = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/index/stats', async (request) => {
    const form = await request.form();
    const asked = catalogRequest(deps, request, form);
    const { streams, entries, bytes } = await deps.catalog.volume(asked, selectorOf(form));
    // A stream and a partition (a day) are what comes closest to a chunk.
    return jsonResponse({ streams, chunks: streams, bytes, entries });
  });
