// A group of batches into the engine: identities first, then the rows of all tables side by side.
// A failure of unknown outcome is tried again with the same bytes until the deadline: rows are
// idempotent by their identity. A group that the engine refuses is tried batch by batch, so that
// one bad batch does not fail its neighbours.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { jitter } from '#lib/random.ts';
import type { Batch, TableName, TableRows } from '#model/batch.ts';
import { rowCount } from '#model/batch.ts';
import type { EngineSettings } from '../driver/connection.ts';
import type { Driver } from '../driver/driver.ts';
import { toStoreError } from '../driver/engine-error.ts';
import { encodeBlock, shapeOf, type TenantRows } from '../native/encode.ts';
import type { CommitLog } from './write-log.ts';

export interface Inserter {
  /** Never throws: per batch undefined when it is committed, else what it failed with. */
  insert(batches: readonly Batch[]): Promise<(Error | undefined)[]>;
}

export interface InserterOptions {
  readonly driver: Driver;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly writeDeadlineMs: number;
  readonly commits: CommitLog;
}

const doing = 'write the batch';
const pauseMs = { first: 50, max: 2000 } as const;

export function createInserter(options: InserterOptions): Inserter {
  const { driver, meter, logger, clock } = options;
  const insertedRows = meter.counter('sightline_store_inserted_rows_total', 'Rows committed.');
  const insertedBytes = meter.counter('sightline_store_inserted_bytes_total', 'Bytes committed.');
  const insertedBlocks = meter.counter('sightline_store_inserted_blocks_total', 'Inserts done.');
  const retries = meter.counter('sightline_store_insert_retries_total', 'Inserts tried again.');
  const seconds = meter.histogram('sightline_store_insert_seconds', 'Duration of one insert.');

  const insertBlock = async (parts: readonly TenantRows[], deadlineMs: number): Promise<void> => {
    const { table, columns } = (parts[0] as TenantRows).rows;
    const statement = `INSERT INTO ${table} (${['tenant', ...Object.keys(columns)].join(', ')}) FORMAT Native`;
    const block = encodeBlock(parts);
    for (let attempt = 0; ; attempt++) {
      const startMs = clock.monotonicMs();
      try {
        const connection = await driver.connection(Math.max(0, deadlineMs - startMs));
        const signal = AbortSignal.timeout(
          Math.max(1, Math.ceil(deadlineMs - clock.monotonicMs())),
        );
        await connection.insert(statement, block.chunks, {
          doing,
          settings: settingsOf(table),
          signal,
        });
        seconds.record((clock.monotonicMs() - startMs) / 1000, { table });
        insertedRows.add(block.rows, { table });
        insertedBytes.add(block.byteLength, { table });
        insertedBlocks.add(1, { table });
        return;
      } catch (cause) {
        const error = toStoreError(cause, 'write', doing);
        const pause = Math.min(pauseMs.first * 2 ** attempt, pauseMs.max) * jitter(0.5);
        const isTooLate = driver.isStopping || clock.monotonicMs() + pause >= deadlineMs;
        if (!(error instanceof OperationError) || !error.retryable || isTooLate) throw error;
        retries.add(1, { table });
        await sleep(pause);
      }
    }
  };

  const insertTables = async (
    batches: readonly Batch[],
    part: 'identities' | 'rows',
    deadlineMs: number,
  ): Promise<void> => {
    const groups = groupByShape(batches, part);
    const results = await Promise.allSettled(groups.map((parts) => insertBlock(parts, deadlineMs)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };

  const insertAll = async (batches: readonly Batch[], deadlineMs: number): Promise<void> => {
    await insertTables(batches, 'identities', deadlineMs);
    await insertTables(batches, 'rows', deadlineMs);
    for (const batch of batches) {
      try {
        batch.committed?.();
      } catch (error) {
        // The rows are stored whatever their owner makes of it.
        logger.error('a batch failed after its commit', { error: messageOf(error) });
      }
    }
  };

  return {
    insert: async (batches) => {
      const deadlineMs = clock.monotonicMs() + options.writeDeadlineMs;
      const outcomeOf = async (some: readonly Batch[]): Promise<Error | undefined> => {
        const failure: unknown = await insertAll(some, deadlineMs).catch((error) => error);
        options.commits.record(some, failure);
        if (failure === undefined || failure instanceof Error) return failure;
        return new Error(messageOf(failure));
      };
      const outcome = await outcomeOf(batches);
      if (outcome === undefined) return batches.map(() => undefined);
      if (batches.length === 1 || (outcome instanceof OperationError && outcome.retryable)) {
        logger.warn('cannot write', { batches: batches.length, error: outcome.message });
        return batches.map(() => outcome);
      }
      logger.warn('the engine refused a group, now batch by batch', { error: outcome.message });
      const outcomes: (Error | undefined)[] = [];
      for (const batch of batches) outcomes.push(await outcomeOf([batch]));
      return outcomes;
    },
  };
}

function groupByShape(batches: readonly Batch[], part: 'identities' | 'rows'): TenantRows[][] {
  const groups = new Map<string, TenantRows[]>();
  for (const batch of batches) {
    for (const rows of batch[part] as readonly TableRows[]) {
      if (rowCount(rows) === 0) continue;
      const shape = shapeOf(rows);
      const group = groups.get(shape);
      const entry = { tenant: batch.tenant, rows };
      if (group) group.push(entry);
      else groups.set(shape, [entry]);
    }
  }
  return [...groups.values()];
}

const settingsOf = (table: TableName): EngineSettings =>
  table === 'otel_logs' ? logInsertSettings : insertSettings;

const insertSettings = {
  async_insert: 0,
  distributed_foreground_insert: 1,
  input_format_native_allow_types_conversion: 1,
  max_insert_threads: 1,
  // One body may hold times of more than 100 days when retention is long or off; that must not fail
  // it, and with it the batches that it is committed with.
  max_partitions_per_insert_block: 0,
  // Repeats within one block are merged later like all others and skipped by FINAL until then:
  // looking for them on insert costs as much as the rest of it (8 of 16 µs of a span).
  optimize_on_insert: 0,
} as const;

/** The first merge makes the indexes of lines; to make them for every small part costs a fifth more. */
const logInsertSettings = { ...insertSettings, materialize_skip_indexes_on_insert: 0 } as const;
