// The read side of the store: a SQL tree in, blocks out, as they arrive. Limits are the engine's own
// where it has them; an abort of the caller closes the connection, which ends the query.
import type { Readable } from 'node:stream';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import { print } from '#sql/print.ts';
import type { Select } from '#sql/tree.ts';
import type { Block, ReadOptions, StoreReader } from './contract.ts';
import type { NativeAnswer, StatementOptions } from './driver/connection.ts';
import type { Driver } from './driver/driver.ts';
import { canceledError, rowsError, toStoreError, unavailableError } from './driver/engine-error.ts';
import { streamException } from './driver/stream-exception.ts';
import { NativeDecoder } from './native/decode.ts';
import { rowsOf } from './native/row.ts';
import type { QueryLimits } from './settings.ts';

export interface ReaderOptions {
  readonly driver: Driver;
  readonly limits: QueryLimits;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly clock: Clock;
}

const doing = 'answer the query';

export function createReader(options: ReaderOptions): StoreReader {
  const { driver, limits, meter, clock } = options;
  const seconds = meter.histogram('sightline_store_read_seconds', 'Duration of reads.');
  const failures = meter.counter('sightline_store_read_failures_total', 'Reads that failed.');

  async function* blocks(select: Select, read: ReadOptions = {}): AsyncGenerator<Block> {
    const startMs = clock.monotonicMs();
    const rowsMax = read.maxRows ?? limits.rowsMax;
    let rows = 0;
    try {
      for await (const block of attempt(driver, print(select), settingsOf(read, limits), read)) {
        rows += block.rows;
        if (rows > rowsMax) throw rowsError(doing, rowsMax);
        yield block;
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
      for await (const block of blocks(select, read))
        for (const row of rowsOf(block)) all.push(row);
      return all as Row[];
    },
  };
}

async function* attempt(
  driver: Driver,
  sql: string,
  settings: Readonly<Record<string, string | number>>,
  { signal }: ReadOptions,
): AsyncGenerator<Block> {
  if (signal?.aborted) throw canceledError(doing);
  const connection = await driver.connection();
  const statement: StatementOptions = { doing, settings, ...(signal ? { signal } : {}) };
  let answer: NativeAnswer;
  try {
    answer = await connection.select(sql, statement);
  } catch (error) {
    throw signal?.aborted ? canceledError(doing, error) : error;
  }
  try {
    yield* decode(answer);
  } catch (error) {
    throw signal?.aborted ? canceledError(doing, error) : toStoreError(error, 'read', doing);
  } finally {
    // Also when the caller stops early: the engine ends a query whose connection is closed.
    answer.stream.destroy();
  }
}

async function* decode({ stream, exceptionTag }: NativeAnswer): AsyncGenerator<Block> {
  const decoder = new NativeDecoder();
  let tail: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of stream as Readable & AsyncIterable<Buffer>) {
      tail = piece;
      yield* decoder.push(piece);
    }
  } catch (error) {
    throw streamException(tail, exceptionTag) ?? error;
  }
  const exception = streamException(tail, exceptionTag);
  if (exception) throw exception;
  if (!decoder.isAtBlockEnd) throw unavailableError(new Error('the answer was cut short'), doing);
}

function settingsOf(read: ReadOptions, limits: QueryLimits): Record<string, string | number> {
  return {
    max_execution_time: (read.timeoutMs ?? limits.timeoutMs) / 1000,
    max_memory_usage: limits.memoryBytesMax,
    ...readSettings,
    ...read.settings,
  };
}

// Errors within the first MiB come as such, and not inside an answer that began well.
const readSettings = {
  readonly: 2,
  wait_end_of_query: 0,
  http_response_buffer_size: 1 << 20,
  http_write_exception_in_output_format: 0,
  cancel_http_readonly_queries_on_client_close: 1,
  allow_experimental_time_series_aggregate_functions: 1,
  optimize_move_to_prewhere_if_final: 1,
  use_skip_indexes_if_final: 1,
  use_skip_indexes_if_final_exact_mode: 0,
  do_not_merge_across_partitions_select_final: 1,
  skip_unavailable_shards: 0,
  fallback_to_stale_replicas_for_distributed_queries: 0,
  output_format_native_use_flattened_dynamic_and_json_serialization: 1,
} as const;
