// GET|POST /loki/api/v1/detected_fields and /detected_field/<name>/values: what is found in the newest
// lines of a log query. No envelope, and nothing at all when there is nothing.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#detected-fields
import { InputError } from '#lib/errors.ts';
import { detectFields, fieldValues } from '#query/logql/detected-fields/detect.ts';
import type { LogEntry } from '#query/logql/eval/read-lines.ts';
import { type HttpRequest, jsonResponse, type Route } from '#server/route.ts';
import type { LokiApiDeps } from './deps.ts';
import { lokiRoute } from './error-response.ts';
import { parseLimit } from './parameters.ts';
import { rangeRequest } from './range-request.ts';

const fieldsDefault = 1000;

export const detectedFields = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/detected_fields', async (request) => {
    const form = await request.form();
    const limit = parseFieldLimit(form);
    const fields = detectFields(await newestLines(deps, request, form), limit);
    return jsonResponse(fields.length === 0 ? {} : { fields, limit });
  });

export const detectedFieldValues = (deps: LokiApiDeps): Route =>
  lokiRoute('/loki/api/v1/detected_field/:name/values', async (request) => {
    const form = await request.form();
    const limit = parseFieldLimit(form);
    const lines = await newestLines(deps, request, form);
    const values = fieldValues(lines, request.params.name ?? '', limit);
    return jsonResponse(values.length === 0 ? {} : { values, limit });
  });

function parseFieldLimit(form: URLSearchParams): number {
  const text = form.get('limit') || form.get('field_limit');
  return text ? parseLimit(new URLSearchParams({ limit: text })) : fieldsDefault;
}

async function newestLines(
  deps: LokiApiDeps,
  request: HttpRequest,
  form: URLSearchParams,
): Promise<readonly LogEntry[]> {
  const { asked, stepNano } = rangeRequest(deps, request, form);
  const lineLimit = parseLimit(new URLSearchParams({ limit: form.get('line_limit') ?? '' }));
  const result = await deps.engine.queryRange(form.get('query') ?? '', {
    tenant: asked.tenant,
    signal: request.signal,
    startNano: asked.fromNano,
    endNano: asked.toNano,
    stepNano,
    intervalNano: 0n,
    limit: lineLimit,
    direction: 'backward',
  });
  if (result.kind === 'streams') return result.entries;
  throw new InputError('logql_check', 'only log selector is supported');
}
