import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { BugError, InputError, OperationError } from '#lib/errors.ts';
import { type Purpose, toStoreError } from './engine-error.ts';

const engineError = (code: string, message = 'why'): ClickHouseError =>
  new ClickHouseError({ code, type: 'TYPE', message });

describe('toStoreError', () => {
  const to = (
    text: string,
    error: unknown,
    purpose: Purpose,
    type: new (...args: never[]) => Error,
    expected: object,
  ) =>
    it(text, () => {
      const made = toStoreError(error, purpose, 'do it');
      expect(made).toBeInstanceOf(type);
      expect(made).toMatchObject(expected);
      if (type !== BugError) expect(made.message).toMatch(/^cannot do it: .+; .+/s);
      expect(made.cause).toBe(error);
    });
  const unavailable = { code: 'store_unavailable', retryable: true, retryAfterMs: 1000 };
  to('no connection', new Error('connect ECONNREFUSED'), 'read', OperationError, unavailable);
  to('a lost shard (read)', engineError('279'), 'read', OperationError, unavailable);
  to('a lost shard (write)', engineError('279'), 'write', OperationError, unavailable);
  to('stale replicas', engineError('369'), 'read', OperationError, unavailable);
  to('too many parts', engineError('252'), 'write', OperationError, unavailable);
  to('a full disk', engineError('243'), 'write', OperationError, unavailable);
  to('a file that cannot be written', engineError('75'), 'write', OperationError, unavailable);
  to('no more open files', engineError('76'), 'write', OperationError, unavailable);
  to('no more threads', engineError('439'), 'write', OperationError, unavailable);
  to('an error of the file system', engineError('1001'), 'write', OperationError, unavailable);
  to('a slow insert', engineError('159'), 'write', OperationError, unavailable);
  to('a slow query', engineError('159'), 'read', OperationError, {
    code: 'query_timeout',
    retryable: false,
  });
  to('a killed query', engineError('394'), 'read', OperationError, { code: 'query_canceled' });
  to('too many rows', engineError('158'), 'read', InputError, { code: 'limit_rows' });
  to(
    'a query that needs too much memory',
    engineError('241', 'Query memory limit exceeded: would use 2 GiB'),
    'read',
    InputError,
    { code: 'limit_memory' },
  );
  const busy = { code: 'store_busy', retryable: true };
  to(
    'an engine that has none left',
    engineError('241', '(total) memory limit exceeded'),
    'read',
    OperationError,
    busy,
  );
  to(
    'an insert that needs too much',
    engineError('241', 'Query memory'),
    'write',
    OperationError,
    busy,
  );
  to('rows of a wrong type', engineError('53'), 'write', OperationError, {
    code: 'store_rejected',
    retryable: false,
  });
  to('a wrong password', engineError('516'), 'read', OperationError, {
    code: 'store_denied',
    retryable: false,
  });
  to('a password that became wrong', engineError('516'), 'write', OperationError, {
    code: 'store_denied',
    retryable: true,
  });
  to('a query that makes no sense', engineError('47'), 'read', BugError, {});

  it('passes errors of ours unchanged', () => {
    const ours = new InputError('limit_rows', 'x');
    expect(toStoreError(ours, 'read', 'do it')).toBe(ours);
  });
});
