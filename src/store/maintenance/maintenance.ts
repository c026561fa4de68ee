// The work that the store does by itself from time to time: retention, and merging of repeated
// samples. Failures are logged and tried again at the next round; reads and writes never wait for it.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { print, printExpression } from '#sql/print.ts';
import { as, call, literal, table } from '#sql/tree.ts';
import type { Connection } from '../driver/connection.ts';
import { type Driver, onCluster } from '../driver/driver.ts';
import type { RetentionSettings } from '../settings.ts';
import { mergeDuplicates } from './merge-duplicates.ts';
import { listPartitions } from './partition.ts';
import { type Deletion, planRetention, rowsOfDeletion } from './retention.ts';

export interface MaintenanceOptions {
  readonly driver: Driver;
  readonly retention: RetentionSettings;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Called after rows were deleted: caches of what is stored are no longer right. */
  readonly onDeleted?: (() => void) | undefined;
}

export interface Maintenance {
  /** One round of everything, now. */
  run(): Promise<void>;
  /** Rounds from time to time, until `stop`. */
  start(): void;
  stop(): Promise<void>;
}

const checkIntervalMsDefault = 600_000;
const firstRoundMs = 20_000;
const doing = 'apply the retention';
// Without these the engine refuses to drop what is larger than 50 GB.
const dropSettings = { max_partition_size_to_drop: 0, max_table_size_to_drop: 0 } as const;

export function createMaintenance(options: MaintenanceOptions): Maintenance {
  const { driver, retention, logger, clock } = options;
  const intervalMs = retention.checkIntervalMs ?? checkIntervalMsDefault;
  const dropped = options.meter.counter(
    'sightline_store_dropped_partitions_total',
    'Days of tables that were dropped.',
  );
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let isStopped = false;

  const applyDeletion = async (connection: Connection, deletion: Deletion): Promise<void> => {
    const { partition } = deletion;
    const id = `PARTITION ID ${printExpression(literal(partition.id))}`;
    const alter = `ALTER TABLE ${partition.table}${onCluster(driver.layout)}`;
    if (deletion.kind === 'drop') {
      await connection.command(`${alter} DROP ${id}`, { doing, settings: dropSettings });
      options.onDeleted?.();
      dropped.add(1, { table: partition.table, reason: deletion.reason });
      const { table: name, day } = partition;
      logger.info('dropped a day of a table', { table: name, day, reason: deletion.reason });
      return;
    }
    const [found] = await connection.objects<{ n: number }>(
      print({
        columns: [as(call('toUInt32', call('count')), 'n')],
        from: table(partition.table),
        where: rowsOfDeletion(partition, deletion.where),
      }),
      { doing },
    );
    if (!found?.n) return;
    const where = printExpression(deletion.where);
    // Until the rows are gone: who is told of it then reads without them.
    const settings = { mutations_sync: 2 };
    const statement = `${alter} DELETE IN ${id} WHERE ${where}`;
    await connection.command(statement, { doing, settings }).finally(options.onDeleted);
  };

  const run = async (): Promise<void> => {
    for (const connection of await driver.schemaConnections()) {
      const partitions = await listPartitions(connection, driver.layout);
      for (const deletion of planRetention(partitions, retention, clock.nowMs())) {
        await applyDeletion(connection, deletion);
      }
      // Replicas merge among themselves; there repeats stay on disk until their day is dropped.
      if (!driver.layout.isOnCluster) await mergeDuplicates(connection, driver.layout, clock);
    }
  };
  const schedule = (delayMs: number): void => {
    timer = setTimeout(() => {
      round = run()
        .catch((error) => {
          if (!isStopped) logger.warn('the store could not tidy up', { error: messageOf(error) });
        })
        .finally(() => {
          if (!isStopped) schedule(intervalMs);
        });
    }, delayMs);
    timer.unref();
  };
  return {
    run,
    start: () => schedule(Math.min(firstRoundMs, intervalMs)),
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await round;
    },
  };
}
