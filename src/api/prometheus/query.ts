// GET|POST /api/v1/query and /api/v1/query_range.
// https://prometheus.io/docs/prometheus/latest/querying/api/#expression-queries
import type { Clock } from '#lib/clock.ts';
import type { PromqlEngine } from '#query/promql/engine.ts';
import type { HttpRequest, Route } from '#server/route.ts';
import { encodeInstant, encodeRange } from './encode.ts';
import { prometheusRoute } from './error-response.ts';
import {
  durationParameter,
  limitParameter,
  parameterError,
  required,
  timeParameter,
} from './parameters.ts';

const methods = ['GET', 'POST'];

export function query(engine: PromqlEngine, clock: Clock): Route {
  return prometheusRoute(methods, '/api/v1/query', async (request) => {
    const form = await request.form();
    const limit = limitParameter(form);
    const timeMs = timeParameter(form, 'time') ?? clock.nowMs();
    const text = required(form, 'query');
    const result = await engine.instant({ query: text, timeMs, ...scopeOf(request, form) });
    return encodeInstant(result, limit);
  });
}

export function queryRange(engine: PromqlEngine): Route {
  return prometheusRoute(methods, '/api/v1/query_range', async (request) => {
    const form = await request.form();
    const limit = limitParameter(form);
    const startMs = timeParameter(form, 'start');
    const endMs = timeParameter(form, 'end');
    const stepMs = durationParameter(form, 'step');
    if (startMs === undefined)
      throw parameterError('start', 'cannot parse "" to a valid timestamp');
    if (endMs === undefined) throw parameterError('end', 'cannot parse "" to a valid timestamp');
    if (stepMs === undefined) throw parameterError('step', 'cannot parse "" to a valid duration');
    if (endMs < startMs) {
      throw parameterError('end', 'end timestamp must not be before start time');
    }
    if (stepMs <= 0) {
      throw parameterError(
        'step',
        'zero or negative query resolution step widths are not accepted. Try a positive integer',
      );
    }
    const text = required(form, 'query');
    const scope = scopeOf(request, form);
    const result = await engine.range({ query: text, startMs, endMs, stepMs, ...scope });
    return encodeRange(result, limit);
  });
}

function scopeOf({ tenant, signal }: HttpRequest, form: URLSearchParams) {
  const timeoutMs = durationParameter(form, 'timeout');
  const lookbackMs = durationParameter(form, 'lookback_delta');
  return {
    tenant,
    signal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackMs === undefined ? {} : { lookbackMs }),
  };
}
