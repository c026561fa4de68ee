// GET|POST /loki/api/v1/query and /query_range
import type { LogqlResult } from '#query/logql/engine.ts';
import type { HttpRequest, HttpResponse, Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { encodeBody } from './encode.ts';
import { lokiRoute } from './error-response.ts';
import {
  checkOrder,
  parseDirection,
  parseInterval,
  parseLimit,
  parseStep,
  parseTime,
  parseTimeRange,
} from './parameters.ts';

export const query = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/query', async (request) => {
    const form = await request.form();
    const time = form.get('time');
    return answer(deps, request, () =>
      deps.engine.query(form.get('query') ?? '', {
        ...asker(request),
        limit: parseLimit(form),
        timeNano: time ? parseTime(time) : deps.clock.nowNano(),
        direction: parseDirection(form),
        cursor: form.get('cursor') ?? undefined,
      }),
    );
  });

export const queryRange = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/query_range', async (request) => {
    const form = await request.form();
    const range = parseTimeRange(form, deps.clock.nowNano());
    checkOrder(range);
    return answer(deps, request, () =>
      deps.engine.queryRange(form.get('query') ?? '', {
        ...asker(request),
        ...range,
        limit: parseLimit(form),
        direction: parseDirection(form),
        stepNano: parseStep(form, range),
        intervalNano: parseInterval(form),
        cursor: form.get('cursor') ?? undefined,
      }),
    );
  });

const asker = ({ tenant, signal }: HttpRequest) => ({ tenant, signal });

async function answer(
  { clock }: LokiApiDeps,
  request: HttpRequest,
  run: () => Promise<LogqlResult>,
): Promise<HttpResponse> {
  const startMs = clock.monotonicMs();
  const result = await run();
  const execSeconds = (clock.monotonicMs() - startMs) / 1000;
  const flags = request.headers['x-loki-response-encoding-flags'] ?? '';
  const categorizesLabels = flags.split(',').some((flag) => flag.trim() === 'categorize-labels');
  const body = encodeBody(result, { categorizesLabels, execSeconds });
  const explained =
    request.headers['x-sightline-explain'] === '1'
      ? { 'x-sightline-pushed': pushedOf(result) }
      : {};
  return { status: 200, headers: { 'content-type': 'application/json', ...explained }, body };
}

/** Which of its scans the engine answered alone. */
function pushedOf({ stats: { scans, scansPushedDown } }: LogqlResult): string {
  if (scansPushedDown === 0) return 'none';
  return scansPushedDown === scans ? 'all' : 'some';
}
