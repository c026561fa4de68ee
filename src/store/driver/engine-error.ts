// What the engine or the network to it threw, as one of our three kinds of error. The only place
// that knows the engine's error codes:
// https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
import { ClickHouseError } from '@clickhouse/client';
import { BugError, InputError, messageOf, OperationError } from '#lib/errors.ts';

export type Purpose = 'read' | 'write';

const timeout = new Set(['159', '160']);
const canceled = new Set(['394', '734']);
const tooManyRows = new Set(['158', '396', '307']);
const memory = '241';
// The engine, a shard or a disk cannot answer now: network, lost shards, overload, no space.
const unavailable = new Set([
  ...['32', '3', '95', '96', '99', '100', '101', '102', '198', '202', '203', '209', '210', '212'],
  ...['225', '236', '242', '243', '252', '279', '286', '319', '335', '364', '425', '519', '521'],
  ...['533', '555', '574', '577', '590', '692', '745', '999'],
]);

/** `doing` completes "cannot …". Errors of ours pass unchanged. */
export function toStoreError(error: unknown, purpose: Purpose, doing: string): Error {
  if (error instanceof OperationError || error instanceof InputError || error instanceof BugError) {
    return error;
  }
  if (!(error instanceof ClickHouseError)) return unavailableError(error, doing);
  const { code } = error;
  const message = firstLine(error.message);
  if (unavailable.has(code)) return unavailableError(error, doing);
  if (code === memory) return memoryError(error, message, purpose, doing);
  if (purpose === 'write') {
    if (timeout.has(code) || canceled.has(code)) return unavailableError(error, doing);
    return new OperationError(
      'store_rejected',
      `cannot ${doing}: the engine refused the rows: ${message}; sending them again does not help`,
      { retryable: false, cause: error },
    );
  }
  if (timeout.has(code)) return timeoutError(doing, error);
  if (canceled.has(code)) return canceledError(doing, error);
  if (tooManyRows.has(code)) {
    return new InputError('limit_rows', `cannot ${doing}: ${message}; ${rowsHint}`, {
      hint: rowsHint,
      cause: error,
    });
  }
  return new BugError(`BUG: the engine refused a query of ours (code ${code}): ${error.message}`, {
    cause: error,
  });
}

const rowsHint = 'ask for less time or fewer series, or raise query.max_rows';

export const rowsError = (doing: string, rowsMax: number): InputError =>
  new InputError(
    'limit_rows',
    `cannot ${doing}: the answer has more than ${rowsMax} rows; ${rowsHint}`,
    { hint: rowsHint },
  );

export const unavailableError = (error: unknown, doing: string): OperationError =>
  new OperationError(
    'store_unavailable',
    `cannot ${doing}: the engine or a shard of it does not answer: ${firstLine(messageOf(error))}; ` +
      'try again, it is being restarted if it is the embedded one (storage names another)',
    { retryable: true, retryAfterMs: 1000, cause: error },
  );

export const timeoutError = (doing: string, cause?: unknown): OperationError =>
  new OperationError(
    'query_timeout',
    `cannot ${doing}: it ran longer than allowed; ask for less time or fewer series, ` +
      'or raise query.timeout',
    { retryable: false, cause },
  );

export const canceledError = (doing: string, cause?: unknown): OperationError =>
  new OperationError(
    'query_canceled',
    `cannot ${doing}: it was cancelled; send it again if that was not meant`,
    { retryable: false, cause },
  );

function memoryError(cause: unknown, message: string, purpose: Purpose, doing: string): Error {
  const isTotal = /\(total\)|server memory/i.test(message);
  if (purpose === 'read' && !isTotal) {
    const hint = 'ask for less time or fewer series, or raise query.max_memory';
    return new InputError(
      'limit_memory',
      `cannot ${doing}: it needs more memory than allowed; ${hint}`,
      { hint, cause },
    );
  }
  return new OperationError(
    'store_busy',
    `cannot ${doing}: the engine is at its memory limit; try again later or raise memory.engine`,
    { retryable: true, retryAfterMs: 2000, cause },
  );
}

const firstLine = (text: string): string => (text.split('\n', 1)[0] as string).slice(0, 500);
