// `query.timeout` is for the whole of a query, which may be many reads.
import type { Clock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { ReadOptions, StoreReader } from '#store/contract.ts';

/** For one query that begins now: each read has the time that is left, and without any it fails. */
export function timedReader(reader: StoreReader, clock: Clock, timeoutMs: number): StoreReader {
  const endMs = clock.monotonicMs() + timeoutMs;
  const timed = (options: ReadOptions = {}): ReadOptions => {
    const leftMs = endMs - clock.monotonicMs();
    if (leftMs <= 0) {
      throw new OperationError(
        'query_timeout',
        `query timed out after ${timeoutMs} ms; query.timeout allows more`,
        { retryable: false },
      );
    }
    return { ...options, timeoutMs: Math.min(leftMs, options.timeoutMs ?? leftMs) };
  };
  return {
    blocks: (select, options) => reader.blocks(select, timed(options)),
    rows: async (select, options) => reader.rows(select, timed(options)),
  };
}
