// What the engine or the network to it threw, as one of our three kinds of error. The only place
// that knows the engine's error codes:
// https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
import { ClickHouseError } from '@clickhouse/client';
import { BugError, InputError, messageOf, OperationError } from '#lib/errors.ts';

export type Purpose = 'read' | 'write';

const timeout = new Set(['159', '160']);
const canceled = new Set(['394', '735']);
const tooManyRows = new Set(['158', '396', '307']);
const memory = '241';
const denied = new Set(['192', '193', '194', '497', '516']);
// The engine, a shard or its disk cannot answer now. By group: the connection broke, no connection
// can be had, shards or replicas are missing, too much is going on, no space, the Keeper is away,
// the operating system refuses files, threads or memory (a full disk comes as one of these, too).
const unavailable = new Set([
  ...['3', '32', '95', '96', '99', '100', '101', '102', '209', '210', '236'],
  ...['198', '203', '279', '297', '519', '749', '762', '904'],
  ...['254', '265', '285', '286', '319', '369', '415', '416'],
  ...['202', '252', '364', '574', '692', '745'],
  ...['243', '425', '225', '242', '244', '999'],
  ...['74', '75', '76', '77', '172', '173', '204', '439', '1001'],
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
  if (denied.has(code)) return deniedError(error, purpose, doing, message);
  if (code === memory) return memoryError(error, message, purpose, doing);
  if (purpose === 'write') {
    if (timeout.has(code) || canceled.has(code)) return unavailableError(error, doing);
    return new OperationError(
      'store_rejected',
      `cannot ${doing}: the engine refuses it: ${message}; sending the same again does not help`,
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

const deniedError = (
  cause: unknown,
  purpose: Purpose,
  doing: string,
  message: string,
): OperationError =>
  new OperationError(
    'store_denied',
    `cannot ${doing}: the engine denies it: ${message}; correct the user and password in storage`,
    // Senders keep their rows until somebody has corrected it.
    { retryable: purpose === 'write', cause },
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
