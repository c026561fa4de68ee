// Deletes log records of given streams between two times, and the streams themselves on the days on which
// nothing of them is left. Resolves when the rows are gone.
import type { TableName } from '#model/batch.ts';
import { dayOfNano } from '#model/unit.ts';
import { print, printExpression } from '#sql/print.ts';
import {
  and,
  as,
  call,
  column,
  type Expr,
  isIn,
  literal,
  not,
  table,
  tuple,
  typed,
} from '#sql/tree.ts';
import type { LogDeletion } from '../contract.ts';
import type { Connection } from '../driver/connection.ts';
import { type Driver, localTable, onCluster, type TableLayout } from '../driver/driver.ts';
import { logStreams, logStreamsBetween } from '../table/log-streams.ts';
import { logs, logsBetween } from '../table/logs.ts';

const doing = 'delete logs';
/** So many ids, or positions of records, fit into a statement. */
const idsPerStatement = 5000;
/** The statement waits for its rows to be gone, on every replica. */
const settings = { mutations_sync: 2, alter_sync: 2, max_query_size: 4 << 20 } as const;

export async function deleteLogs(driver: Driver, deletion: LogDeletion): Promise<void> {
  for (const connection of await driver.schemaConnections()) {
    const run: Run = (name, where) =>
      connection.command(
        `ALTER TABLE ${localTable(name, driver.layout)}${onCluster(driver.layout)} ` +
          `DELETE WHERE ${printExpression(where)}`,
        { doing, settings },
      );
    for (const condition of conditionsOf(deletion)) {
      await run(logs.name, and(recordsOf(deletion), condition));
    }
    await deleteStreams(connection, driver.layout, deletion, run);
  }
}

type Run = (name: TableName, where: Expr) => Promise<void>;

const recordsOf = ({ tenant, fromNano, toNano }: LogDeletion): Expr =>
  logsBetween(tenant, fromNano, toNano);

/** One for each statement. */
function conditionsOf({ streams, conditions, records }: LogDeletion): Expr[] {
  if (records) {
    return chunks(records).map((some) =>
      isIn(
        tuple(column('stream_id'), column('time_unix_nano'), column('record_hash')),
        some.map(({ streamId, timeNano, recordHash }) =>
          tuple(typed(streamId, 'UInt64'), typed(timeNano, 'Int64'), typed(recordHash, 'UInt64')),
        ),
      ),
    );
  }
  return chunks(streams).map((some) => and(ofStreams(some), ...conditions));
}

const ofStreams = (ids: readonly bigint[]): Expr =>
  isIn(
    column('stream_id'),
    ids.map((id) => typed(id, 'UInt64')),
  );

function chunks<T>(all: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < all.length; from += idsPerStatement) {
    parts.push(all.slice(from, from + idsPerStatement));
  }
  return parts;
}

/** A stream goes from a day of the range when no record of that day names it any more. */
async function deleteStreams(
  connection: Connection,
  layout: TableLayout,
  deletion: LogDeletion,
  run: Run,
): Promise<void> {
  const { tenant, fromNano, toNano } = deletion;
  const days = [dayOfNano(fromNano), dayOfNano(toNano - 1n)] as const;
  const wholeDays = logsBetween(tenant, startOfDay(days[0]), startOfDay(days[1] + 1));
  const day = call('intDiv', column('bucket'), literal(24));
  // Where one server speaks for all, it is asked for all.
  const from = table(layout.isOnCluster ? logs.name : localTable(logs.name, layout));
  for (const ids of chunks(deletion.streams)) {
    const left = await connection.objects<{ day: number; id: string }>(
      print({
        columns: [as(day, 'day'), as(call('toString', column('stream_id')), 'id')],
        isDistinct: true,
        from,
        where: and(wholeDays, ofStreams(ids)),
      }),
      { doing },
    );
    const pairs = left.map((one) =>
      tuple(literal(Number(one.day)), typed(BigInt(one.id), 'UInt64')),
    );
    const gone = and(
      logStreamsBetween(tenant, fromNano, toNano - 1n),
      ofStreams(ids),
      pairs.length === 0 ? undefined : not(isIn(tuple(column('day'), column('stream_id')), pairs)),
    );
    await run(logStreams.name, gone);
  }
}

const nanoPerDay = 86_400_000_000_000n;
const startOfDay = (day: number): bigint => BigInt(day) * nanoPerDay;
