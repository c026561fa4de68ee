import { describe, expect, it } from 'vitest';
import { BugError, InputError, OperationError } from '#lib/errors.ts';
import { failureHeaders, failureOf, failureResponse } from './failure.ts';
import { GrpcError } from './grpc-status.ts';

const operation = (code: string, retryable: boolean, retryAfterMs?: number) =>
  new OperationError(code, 'm', { retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) });

describe('failureOf', () => {
  const maps = (
    name: string,
    error: unknown,
    http: number,
    grpc: string,
    retryAfterMs?: number,
    isUnexpected = false,
  ) =>
    it(name, () =>
      expect(failureOf(error)).toMatchObject({
        httpStatus: http,
        grpcStatus: grpc,
        retryAfterMs,
        isUnexpected,
      }),
    );
  maps('any input error', new InputError('promql_parse', 'm'), 400, 'INVALID_ARGUMENT');
  maps('too large', new InputError('http_body_too_large', 'm'), 413, 'RESOURCE_EXHAUSTED');
  maps(
    'content type',
    new InputError('http_unsupported_content_type', 'm'),
    415,
    'INVALID_ARGUMENT',
  );
  maps('credentials', new InputError('unauthenticated', 'm'), 401, 'UNAUTHENTICATED');
  maps('a full queue', operation('store_queue_full', true), 429, 'RESOURCE_EXHAUSTED', 1000);
  maps('no room', operation('server_overloaded', true, 50), 429, 'RESOURCE_EXHAUSTED', 50);
  maps(
    'an engine that is down',
    operation('store_unavailable', true, 700),
    503,
    'UNAVAILABLE',
    700,
  );
  maps('a timeout', operation('request_timeout', true), 504, 'DEADLINE_EXCEEDED', 1000);
  maps(
    'rows that the engine refuses',
    operation('store_rejected', false),
    500,
    'INTERNAL',
    undefined,
    true,
  );
  maps('a status of its own', new GrpcError('NOT_FOUND', 'm'), 500, 'NOT_FOUND');
  maps('a bug', new BugError('BUG: x'), 500, 'INTERNAL', undefined, true);
  maps('anything', 'thrown text', 500, 'INTERNAL', undefined, true);
});

describe('answers', () => {
  it('hide what a bug says', () =>
    expect(failureResponse(failureOf(new Error('password=1'))).body).not.toContain('password'));
  it('round the wait up to seconds', () =>
    expect(failureHeaders(failureOf(operation('x', true, 1001)))).toEqual({ 'retry-after': '2' }));
  it('ask for credentials', () =>
    expect(failureHeaders(failureOf(new InputError('unauthenticated', 'm')))).toHaveProperty(
      'www-authenticate',
    ));
});
