// Errors of this API, in the two shapes that Jaeger has: of its own JSON API (`errors` beside `data`)
// and of its gRPC gateway (`error`). The only place that translates.
import { InputError, OperationError } from '#lib/errors.ts';
import { failureHeaders, failureOf } from '#server/failure.ts';
import { type HttpHandler, type HttpResponse, jsonResponse, type Route } from '#server/route.ts';

/** A trace that is not there: 404 in both shapes. */
export const traceNotFound = (): InputError =>
  new InputError('jaeger_trace_not_found', 'trace not found');

export const refused = (message: string): InputError => new InputError('jaeger_parameter', message);

/** A route of the JSON API; what is our own mistake goes on to the server. */
export const jaegerRoute = (methods: readonly string[], path: string, answer: HttpHandler): Route =>
  translated(methods, path, answer, (code, msg) => structured({ errors: [{ code, msg }] }));

/** A route below /api/v3. */
export const gatewayRoute = (
  methods: readonly string[],
  path: string,
  answer: HttpHandler,
): Route =>
  translated(methods, path, answer, (httpCode, message) => ({ error: { httpCode, message } }));

export interface StructuredError {
  readonly code?: number;
  readonly msg: string;
  readonly traceID?: string;
}

/** The envelope of every answer of the JSON API, in the order in which Jaeger writes it. */
export const structured = (answer: {
  readonly data?: unknown;
  readonly total?: number;
  readonly errors?: readonly StructuredError[];
}): object => ({
  data: answer.data ?? null,
  total: answer.total ?? 0,
  limit: 0,
  offset: 0,
  errors: answer.errors ?? null,
});

function translated(
  methods: readonly string[],
  path: string,
  answer: HttpHandler,
  toBody: (status: number, message: string) => object,
): Route {
  return {
    methods,
    path,
    handle: async (request) => {
      try {
        return await answer(request);
      } catch (error) {
        return toResponse(error, toBody);
      }
    },
  };
}

function toResponse(
  error: unknown,
  toBody: (status: number, message: string) => object,
): HttpResponse {
  if (!(error instanceof InputError || error instanceof OperationError)) throw error;
  const failure = failureOf(error);
  const status = statusOf(error, failure.httpStatus);
  const body = jsonResponse(toBody(status, error.message), status, failureHeaders(failure));
  return { ...body, errorCode: failure.code };
}

function statusOf({ code }: InputError | OperationError, status: number): number {
  switch (code) {
    case 'jaeger_trace_not_found':
      return 404;
    case 'jaeger_no_archive':
      return 501;
    case 'query_timeout':
      return 504;
    case 'query_canceled':
      return 499;
    default:
      return status;
  }
}
