// GET|POST /loki/api/v1/patterns: what the lines of a selector say, by Drain.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#patterns-detection
import { jsonResponse, type Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { rangeRequest } from './range-request.ts';

const nanoPerSecond = 1_000_000_000n;
/** Loki counts patterns in chunks of ten seconds. */
const stepNanoMin = 10n * nanoPerSecond;
/** Of more patterns the most frequent are given. */
const patternsMax = 300;

export const patterns = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/patterns', async (request) => {
    const form = await request.form();
    const { asked, stepNano } = rangeRequest(deps, request, form);
    const whole = stepNano - (stepNano % nanoPerSecond);
    const step = whole < stepNanoMin ? stepNanoMin : whole;
    const found = await deps.catalog.patterns(asked, form.get('query') ?? '', step);
    const stepSeconds = Number(step / nanoPerSecond);
    const data = found.slice(0, patternsMax).map(({ pattern, level, samples }) => ({
      pattern,
      level,
      samples: samples.map(([slot, count]) => [slot * stepSeconds, count]),
    }));
    return jsonResponse({ status: 'success', data });
  });
