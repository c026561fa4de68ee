// GET|POST /loki/api/v1/detected_labels: the labels that tell streams apart. No envelope.
import { jsonResponse, type Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { rangeRequest } from './range-request.ts';

export const detectedLabels = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/detected_labels', async (request) => {
    const form = await request.form();
    form.delete('step');
    const { asked } = rangeRequest(deps, request, form);
    const found = await deps.catalog.detectedLabels(asked, form.get('query') ?? '');
    return jsonResponse(found.length === 0 ? {} : { detectedLabels: found });
  });
