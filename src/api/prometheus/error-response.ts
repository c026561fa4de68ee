// Errors of this API: the JSON envelope with errorType and status as Prometheus gives them. The only
// place that translates. https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
import { InputError, OperationError } from '#lib/errors.ts';
import { failureOf } from '#server/failure.ts';
import { type HttpHandler, type HttpResponse, jsonResponse, type Route } from '#server/route.ts';

/**
 * A route whose errors become answers; what is our own mistake goes on to the server. `expression` is
 * the parameter that holds PromQL: what is wrong with its text says so. Undefined: it does not.
 */
export function prometheusRoute(
  methods: readonly string[],
  path: string,
  answer: HttpHandler,
  expression: string | undefined = undefined,
): Route {
  return {
    methods,
    path,
    handle: async (request) => {
      try {
        return await answer(request);
      } catch (error) {
        return { ...toResponse(error, expression), errorCode: failureOf(error).code };
      }
    },
  };
}

type ErrorType = 'bad_data' | 'execution' | 'timeout' | 'canceled' | 'unavailable' | 'internal';

const statusOf: Record<ErrorType, number> = {
  bad_data: 400,
  execution: 422,
  timeout: 503,
  canceled: 499,
  unavailable: 503,
  internal: 500,
};

/** Errors that the query text or a parameter has by itself; others come up while it runs. */
const badData =
  /^(?:prometheus_parameter|promql_(?:parse|type|selector|unknown_function|unsupported_\w+|regex|duration)|limit_points|http_\w+)$/;

function toResponse(error: unknown, expression: string | undefined): HttpResponse {
  if (error instanceof InputError) {
    if (!badData.test(error.code)) return errorResponse('execution', messageOf(error));
    const isText = expression !== undefined && error.code.startsWith('promql_');
    const message = messageOf(error);
    const text = isText ? `invalid parameter "${expression}": ${message}` : message;
    return errorResponse('bad_data', text);
  }
  if (!(error instanceof OperationError)) throw error;
  if (error.code === 'query_timeout') return errorResponse('timeout', error.message);
  if (error.code === 'query_canceled') return errorResponse('canceled', error.message);
  if (!error.retryable) return errorResponse('internal', error.message);
  const seconds = Math.max(1, Math.ceil((error.retryAfterMs ?? 1000) / 1000));
  return errorResponse('unavailable', error.message, { 'retry-after': String(seconds) });
}

export function messageOf({ message, hint }: InputError): string {
  return hint === undefined || message.includes(hint) ? message : `${message}. ${hint}`;
}

function errorResponse(
  errorType: ErrorType,
  error: string,
  headers: Record<string, string> = {},
): HttpResponse {
  return jsonResponse({ status: 'error', errorType, error }, statusOf[errorType], headers);
}
