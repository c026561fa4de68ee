// The read side of the store: a SQL tree in, blocks out, as they arrive. Limits are the engine's own
// where it has them; an abort of the caller closes the connection, which ends the query.
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { print } from '#sql/print.ts';
import type { Select } from '#sql/tree.ts';
import type { Block, ReadOptions, StoreReader } from './contract.ts';
import type { EngineSettings, NativeAnswer } from './driver/connection.ts';
import type { Driver } from './driver/driver.ts';
import { canceledError, rowsError, toStoreError, unavailableError } from './driver/engine-error.ts';
import { StreamTail } from './driver/stream-tail.ts';
import { NativeDecoder } from './native/decode.ts';
import { rowsOf } from './native/row.ts';
import type { QueryLimits } from './settings.ts';

export interface ReaderOptions {
  readonly driver: Driver;
  readonly limits: QueryLimits;
  readonly meter: Meter;
  readonly clock: Clock;
}

const doing = 'answer the query';
/** Of the embedded engine's cap: the rest is for inserts, merges and the engine itself. */
const memoryShareMax = 0.6;
/** Until the driver has seen that its engine died. */
const retryPauseMs = 100;

export function createReader(options: ReaderOptions): StoreReader {
  const { driver, meter, clock } = options;
  const limits = withinEngine(options.limits, driver);
  const seconds = meter.histogram('sightline_store_read_seconds', 'Duration of reads.');
  const failures = meter.counter('sightline_store_read_failures_total', 'Reads that failed.');

  async function* blocks(select: Select, read: ReadOptions = {}): AsyncGenerator<Block> {
    const startMs = clock.monotonicMs();
    const rowsMax = read.maxRows ?? limits.rowsMax;
    const sql = print(select);
    const settings = settingsOf(read, limits);
    let rows = 0;
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          for await (const block of readOnce(driver, sql, settings, read.signal)) {
            rows += block.rows;
            if (rows > rowsMax) throw rowsError(doing, rowsMax);
            yield block;
          }
          return;
        } catch (error) {
          // The embedded engine died and is being restarted: nobody has seen a row, so once more.
          const isLost = error instanceof OperationError && error.code === 'store_unavailable';
          if (!isLost || driver.kind !== 'embedded' || rows > 0 || attempt > 0) throw error;
          await sleep(retryPauseMs);
        }
      }
    } catch (error) {
      failures.add(1);
      throw error;
    } finally {
      seconds.record((clock.monotonicMs() - startMs) / 1000);
    }
  }
  return {
    blocks,
    rows: async <Row>(select: Select, read?: ReadOptions): Promise<Row[]> => {
      const all: unknown[] = [];
      for await (const block of blocks(select, read)) {
        for (const row of rowsOf(block)) all.push(row);
      }
      return all as Row[];
    },
  };
}

async function* readOnce(
  driver: Driver,
  sql: string,
  settings: EngineSettings,
  signal: AbortSignal | undefined,
): AsyncGenerator<Block> {
  const translate = (error: unknown): Error =>
    signal?.aborted ? canceledError(doing, error) : toStoreError(error, 'read', doing);
  if (signal?.aborted) throw canceledError(doing);
  const connection = await driver.connection();
  let answer: NativeAnswer;
  try {
    answer = await connection.select(sql, { doing, settings, ...(signal ? { signal } : {}) });
  } catch (error) {
    throw translate(error);
  }
  // The client forgets the signal once it has the response's head.
  const abort = (): void => void answer.stream.destroy(canceledError(doing));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    yield* decode(answer);
  } catch (error) {
    throw translate(error);
  } finally {
    signal?.removeEventListener('abort', abort);
    // Also when the caller stops early: the engine ends a query whose connection is closed.
    answer.stream.destroy();
  }
}

async function* decode({ stream, exceptionTag }: NativeAnswer): AsyncGenerator<Block> {
  const decoder = new NativeDecoder();
  const tail = new StreamTail(exceptionTag);
  let failure: unknown;
  try {
    for await (const piece of stream as Readable & AsyncIterable<Buffer>) {
      tail.push(piece);
      // After bytes that make no sense comes the text of an exception.
      if (failure !== undefined) continue;
      let blocks: Block[] = [];
      try {
        blocks = decoder.push(piece);
      } catch (error) {
        failure = error;
      }
      yield* blocks;
    }
  } catch (error) {
    throw tail.exception() ?? error;
  }
  const exception = tail.exception() ?? failure;
  if (exception !== undefined) throw exception;
  if (!decoder.isAtBlockEnd) throw unavailableError(new Error('the answer was cut short'), doing);
}

function withinEngine(limits: QueryLimits, driver: Driver): QueryLimits {
  if (driver.memoryBytesMax === undefined) return limits;
  const most = Math.round(driver.memoryBytesMax * memoryShareMax);
  return { ...limits, memoryBytesMax: Math.min(limits.memoryBytesMax, most) };
}

function settingsOf(read: ReadOptions, limits: QueryLimits): EngineSettings {
  return {
    ...readSettings,
    max_execution_time: (read.timeoutMs ?? limits.timeoutMs) / 1000,
    max_memory_usage: limits.memoryBytesMax,
    ...read.settings,
  };
}

const readSettings = {
  readonly: 2,
  cancel_http_readonly_queries_on_client_close: 1,
  // Errors within the first MiB come as such, and not inside an answer that began well.
  http_response_buffer_size: 1 << 20,
  allow_experimental_time_series_aggregate_functions: 1,
  // Duplicates are equal in every column, so filters may run before they are removed.
  optimize_move_to_prewhere_if_final: 1,
  use_skip_indexes_if_final: 1,
  use_skip_indexes_if_final_exact_mode: 0,
  // The identity holds the time, so that duplicates are in the same partition.
  do_not_merge_across_partitions_select_final: 1,
  // Never part of an answer for the whole.
  skip_unavailable_shards: 0,
  fallback_to_stale_replicas_for_distributed_queries: 0,
  // One granule is work enough for a thread; the engine's defaults are for rows of a few bytes.
  merge_tree_min_rows_for_concurrent_read: 2048,
  merge_tree_min_bytes_for_concurrent_read: 1 << 20,
  // By default a small engine uses one thread only: it wants 1 GiB free for each.
  max_threads_min_free_memory_per_thread: 64 << 20,
} as const;
