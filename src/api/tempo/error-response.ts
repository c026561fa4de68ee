// Errors of this API: plain text with the status over HTTP, a status with its message over gRPC, as
// Tempo answers. The only place that translates.
import { InputError, OperationError } from '#lib/errors.ts';
import { failureOf } from '#server/failure.ts';
import { GrpcError } from '#server/grpc-status.ts';
import type { HttpHandler, HttpResponse, Route } from '#server/route.ts';
import { textResponse } from '#server/route.ts';

/** A route whose errors become answers; what is our own mistake goes on to the server. */
export function tempoRoute(methods: readonly string[], path: string, answer: HttpHandler): Route {
  return {
    methods,
    path,
    handle: async (request) => {
      try {
        return await answer(request);
      } catch (error) {
        return { ...toResponse(error), errorCode: failureOf(error).code };
      }
    },
  };
}

const queryCodes = new Set(['traceql_parse', 'traceql_type', 'traceql_unsupported']);
/** What Tempo has no words for: these say what helps. */
const ownCodes = new Set([
  'traceql_limit_traces',
  'traceql_limit_spans',
  'traceql_limit_series',
  'traceql_cursor',
]);

function textOf({ code, message, hint }: InputError): string {
  if (queryCodes.has(code)) return `invalid TraceQL query: ${message}`;
  return hint && ownCodes.has(code) ? `${message}. ${hint}` : message;
}

function toResponse(error: unknown): HttpResponse {
  if (error instanceof InputError) return textResponse(textOf(error), 400);
  if (!(error instanceof OperationError)) throw error;
  if (error.code === 'query_timeout') return textResponse(error.message, 504);
  if (error.code === 'query_canceled') return textResponse(error.message, 499);
  if (!error.retryable) return textResponse(error.message, 500);
  const seconds = Math.max(1, Math.ceil((error.retryAfterMs ?? 1000) / 1000));
  return textResponse(error.message, 503, { 'retry-after': String(seconds) });
}

const grpcStatuses = { query_timeout: 'DEADLINE_EXCEEDED', query_canceled: 'CANCELLED' } as const;

/** What a method throws for it; what has no status of its own here goes on to the server. */
export function toGrpcError(error: unknown): unknown {
  if (error instanceof InputError) {
    return new GrpcError('INVALID_ARGUMENT', textOf(error), { cause: error });
  }
  if (!(error instanceof OperationError) || !Object.hasOwn(grpcStatuses, error.code)) return error;
  const status = grpcStatuses[error.code as keyof typeof grpcStatuses];
  return new GrpcError(status, error.message, { cause: error });
}
