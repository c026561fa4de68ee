// Anything thrown → what the two protocols say about it. The one place where an error becomes a
// status; endpoints with an error format of their own take the status from here.
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import { GrpcError, type GrpcStatusCode } from './grpc-status.ts';
import type { HttpResponse } from './route.ts';

export interface Failure {
  readonly httpStatus: number;
  readonly grpcStatus: GrpcStatusCode;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** Set exactly when sending the same again later can help. */
  readonly retryAfterMs: number | undefined;
  /** Ours or the world's fault rather than the sender's: belongs in the log. */
  readonly isUnexpected: boolean;
}

/** [HTTP, gRPC] of the codes that are not simply "bad request". */
const statusOfCode: Readonly<Record<string, readonly [number, GrpcStatusCode]>> = {
  http_body_too_large: [413, 'RESOURCE_EXHAUSTED'],
  http_body_aborted: [400, 'CANCELLED'],
  http_body_timeout: [408, 'DEADLINE_EXCEEDED'],
  http_unsupported_encoding: [415, 'UNIMPLEMENTED'],
  http_unsupported_content_type: [415, 'INVALID_ARGUMENT'],
  http_not_found: [404, 'UNIMPLEMENTED'],
  trace_not_found: [404, 'NOT_FOUND'],
  http_method_not_allowed: [405, 'UNIMPLEMENTED'],
  unauthenticated: [401, 'UNAUTHENTICATED'],
  websocket_origin: [403, 'PERMISSION_DENIED'],
  request_timeout: [504, 'DEADLINE_EXCEEDED'],
  request_canceled: [503, 'CANCELLED'],
};

const retryAfterMsDefault = 1000;

export function failureOf(error: unknown): Failure {
  if (error instanceof GrpcError) return failureOfGrpc(error);
  if (error instanceof InputError) {
    const [httpStatus, grpcStatus] = statusOfCode[error.code] ?? [400, 'INVALID_ARGUMENT'];
    const { code, message, hint } = error;
    const retryAfterMs = undefined;
    return { httpStatus, grpcStatus, code, message, hint, retryAfterMs, isUnexpected: false };
  }
  if (error instanceof OperationError) return failureOfOperation(error);
  return {
    httpStatus: 500,
    grpcStatus: 'INTERNAL',
    code: 'internal',
    message: 'internal error; the log of the server has the details',
    hint: undefined,
    retryAfterMs: undefined,
    isUnexpected: true,
  };
}

function failureOfOperation(error: OperationError): Failure {
  const { code, message, retryable } = error;
  const known = statusOfCode[code];
  const [httpStatus, grpcStatus] = known ?? statusOfOperation(code, retryable);
  return {
    httpStatus,
    grpcStatus,
    code,
    message,
    hint: undefined,
    retryAfterMs: retryable ? (error.retryAfterMs ?? retryAfterMsDefault) : undefined,
    isUnexpected: !retryable && known === undefined,
  };
}

/** "Full" is 429, "down" is 503; what no retry can mend is 500. */
function statusOfOperation(code: string, retryable: boolean): readonly [number, GrpcStatusCode] {
  if (!retryable) return [500, 'INTERNAL'];
  const isFull = code === 'server_overloaded' || code.endsWith('_queue_full');
  return isFull ? [429, 'RESOURCE_EXHAUSTED'] : [503, 'UNAVAILABLE'];
}

const failureOfGrpc = (error: GrpcError): Failure => ({
  httpStatus: 500,
  grpcStatus: error.status,
  code: 'grpc',
  message: error.message,
  hint: undefined,
  retryAfterMs: error.retryAfterMs,
  isUnexpected: error.status === 'INTERNAL' || error.status === 'UNKNOWN',
});

/** Headers that go with a failed answer whatever its body is. */
export function failureHeaders(failure: Failure): Record<string, string> {
  const headers: Record<string, string> = {};
  if (failure.retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.max(1, Math.ceil(failure.retryAfterMs / 1000)));
  }
  if (failure.httpStatus === 401) headers['www-authenticate'] = 'Basic realm="sightline"';
  return headers;
}

/** The answer of endpoints that have no error format of their own. */
export function failureResponse(failure: Failure): HttpResponse {
  const { code, message, hint } = failure;
  return {
    status: failure.httpStatus,
    headers: { 'content-type': 'application/json', ...failureHeaders(failure) },
    body: JSON.stringify({ status: 'error', code, error: message, hint }),
  };
}

/** What the log says of an unexpected failure. */
export const describeUnexpected = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
