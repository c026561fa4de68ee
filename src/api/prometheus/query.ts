// GET|POST /api/v1/query and /api/v1/query_range.
// https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import type { Pushed } from '#query/promql/observed-source.ts';
import type { HttpRequest, HttpResponse, Route } from '#server/route.ts';
import { encodeInstant, encodeRange } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import {
  durationParameter,
  limitParameter,
  parameterError,
  queryParameter,
  requiredDuration,
  requiredTime,
  timeParameter,
} from './parameters.ts';

const methods = ['GET', 'POST'];

export function query(engine: PromqlEngine, clock: Clock): Route {
  const path = '/api/v1/query';
  const answer = async (request: HttpRequest): Promise<HttpResponse> => {
    const form = await request.form();
    const limit = limitParameter(form);
    const timeMs = timeParameter(form, 'time') ?? clock.nowMs();
    const scope = scopeOf(request, form);
    const result = await engine.instant({ query: queryParameter(form), timeMs, ...scope });
    return explained(request, encodeInstant(result, limit), result.pushed);
  };
  return prometheusRoute(methods, path, answer, 'query');
}

export function queryRange(engine: PromqlEngine): Route {
  const path = '/api/v1/query_range';
  const answer = async (request: HttpRequest): Promise<HttpResponse> => {
    const form = await request.form();
    const limit = limitParameter(form);
    const startMs = requiredTime(form, 'start');
    const endMs = requiredTime(form, 'end');
    if (endMs < startMs) {
      throw parameterError('end', 'end timestamp must not be before start time');
    }
    const stepMs = requiredDuration(form, 'step');
    if (stepMs <= 0) {
      throw parameterError(
        'step',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    }
    const scope = scopeOf(request, form);
    const times = { startMs, endMs, stepMs };
    const result = await engine.range({ query: queryParameter(form), ...times, ...scope });
    return explained(request, encodeRange(result, limit), result.pushed);
  };
  return prometheusRoute(methods, path, answer, 'query');
}

function scopeOf({ tenant, signal }: HttpRequest, form: URLSearchParams) {
  const timeoutMs = durationParameter(form, 'timeout');
  const lookbackMs = lookbackOf(form);
  return {
    tenant,
    signal,
    wantsStats: (form.get('stats') ?? '') !== '',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackMs === undefined ? {} : { lookbackMs }),
  };
}

/** Undefined for the default, which a lookback of 0 or less means too. */
function lookbackOf(form: URLSearchParams): number | undefined {
  const name = 'lookback_delta';
  const text = form.get(name) ?? '';
  try {
    const lookbackMs = durationParameter(form, name);
    return lookbackMs === undefined || lookbackMs <= 0 ? undefined : lookbackMs;
  } catch (cause) {
    throw new InputError(
      'prometheus_parameter',
      `error parsing lookback delta duration: cannot parse "${text}" to a valid duration`,
      { cause },
    );
  }
}

/** Who sends `X-Sightline-Explain: 1` is told how much of the query ran in the engine. */
function explained(request: HttpRequest, response: HttpResponse, pushed: Pushed): HttpResponse {
  if (request.headers['x-sightline-explain'] !== '1') return response;
  return { ...response, headers: { ...response.headers, 'x-sightline-pushed': pushed } };
}
