// Deletes log records of given streams between two times, and the streams themselves on the days on which
// nothing of them is left. Resolves when the rows are gone.
import type { TableName } from '#model/batch.ts';
import { dayOfNano } from '#model/unit.ts';
import { print, printExpression } from '#sql/print.ts';
import { and, as, call, column, type Expr, isIn, literal, table, tuple } from '#sql/tree.ts';
import type { LogDeletion } from '../contract.ts';
import type { Connection } from '../driver/connection.ts';
import { type Driver, localTable, onCluster, type TableLayout } from '../driver/driver.ts';
import { logStreams, logStreamsBetween } from '../table/log-streams.ts';
import { logs, logsBetween } from '../table/logs.ts';

const doing = 'delete logs';
/** So many ids, or positions of records, fit into a statement. */
const idsPerStatement = 5000;
/** Streams whose days are looked at together. */
const streamsPerStep = 500;
/** The statement waits for its rows to be gone, on every replica. */
const settings = { mutations_sync: 2, alter_sync: 2, max_query_size: 4 << 20 } as const;

/** `settle` makes every batch from now on bring its streams, and resolves when those before it are stored. */
export async function deleteLogs(
  driver: Driver,
  deletion: LogDeletion,
  settle: () => Promise<void>,
): Promise<void> {
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
    const streams = { connection, layout: driver.layout, deletion };
    for (const ids of chunks(deletion.streams, streamsPerStep)) {
      const gone = await streamsWithoutRecords(streams, ids);
      for (const some of chunks(gone, idsPerStatement)) {
        await deleteStreams(streams, some, run, settle);
      }
    }
  }
}

type Run = (name: TableName, where: Expr) => Promise<void>;

const recordsOf = ({ tenant, fromNano, toNano }: LogDeletion): Expr =>
  logsBetween(tenant, fromNano, toNano);

/** One for each statement. */
function conditionsOf({ streams, conditions, records }: LogDeletion): Expr[] {
  if (records) {
    return chunks(records, idsPerStatement).map((some) =>
      isIn(
        tuple(column('stream_id'), column('time_unix_nano'), column('record_hash')),
        // Plain numbers are one element of the engine's syntax tree together, casts are many.
        some.map(({ streamId, timeNano, recordHash }) =>
          tuple(literal(streamId), literal(timeNano), literal(recordHash)),
        ),
      ),
    );
  }
  return chunks(streams, idsPerStatement).map((some) => and(ofStreams(some), ...conditions));
}

const ofStreams = (ids: readonly bigint[]): Expr => isIn(column('stream_id'), ids.map(literal));

function chunks<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < all.length; from += size) parts.push(all.slice(from, from + size));
  return parts;
}

interface StreamsStep {
  readonly connection: Connection;
  readonly layout: TableLayout;
  readonly deletion: LogDeletion;
}

/** A stream on a day. */
interface StreamDay {
  readonly day: number;
  readonly id: string;
}

const keyOf = ({ day, id }: StreamDay): string => `${day} ${id}`;

// Where one server speaks for all, it is asked for all.
const tableOf = (name: string, layout: TableLayout) =>
  layout.isOnCluster ? name : localTable(name, layout);

const idText = as(call('toString', column('stream_id')), 'id');

/** The days of the range on which a stream is known and no record names it any more. */
async function streamsWithoutRecords(
  { connection, layout, deletion }: StreamsStep,
  ids: readonly bigint[],
): Promise<StreamDay[]> {
  const { tenant, fromNano, toNano } = deletion;
  const known = print({
    columns: [as(column('day'), 'day'), idText],
    isDistinct: true,
    from: table(tableOf(logStreams.name, layout)),
    where: and(logStreamsBetween(tenant, fromNano, toNano - 1n), ofStreams(ids)),
  });
  const days = await connection.objects<StreamDay>(known, { doing });
  const left = await streamsWithRecords({ connection, layout, deletion }, ids);
  return days.filter((one) => !left.has(keyOf(one)));
}

/** On the days of the range, all of which count whole, and those beside them: days are cut towards 1970. */
async function streamsWithRecords(
  { connection, layout, deletion }: StreamsStep,
  ids: readonly bigint[],
): Promise<ReadonlySet<string>> {
  const { tenant, fromNano, toNano } = deletion;
  const [first, last] = [dayOfNano(fromNano), dayOfNano(toNano - 1n)];
  const day = call('intDiv', column('bucket'), literal(24));
  const select = print({
    columns: [as(day, 'day'), idText],
    isDistinct: true,
    from: table(tableOf(logs.name, layout)),
    where: and(logsBetween(tenant, startOfDay(first - 1), startOfDay(last + 2)), ofStreams(ids)),
  });
  return new Set((await connection.objects<StreamDay>(select, { doing })).map(keyOf));
}

/** Lines may come while their stream goes: then it comes back. */
async function deleteStreams(
  step: StreamsStep,
  gone: readonly StreamDay[],
  run: Run,
  settle: () => Promise<void>,
): Promise<void> {
  const { connection, layout, deletion } = step;
  const { tenant, fromNano, toNano } = deletion;
  const where = and(
    logStreamsBetween(tenant, fromNano, toNano - 1n),
    isIn(
      tuple(column('day'), column('stream_id')),
      gone.map(({ day, id }) => tuple(literal(Number(day)), literal(BigInt(id)))),
    ),
  );
  const names = Object.keys(logStreams.columns).filter((name) => name !== 'stream_id');
  const whole = print({
    columns: [...names.map((name) => ({ expr: column(name) })), idText],
    from: table(tableOf(logStreams.name, layout)),
    where,
  });
  const rows = await connection.objects<StreamDay>(whole, { doing });
  await run(logStreams.name, where);
  await settle();
  const again = await streamsWithRecords(step, [...new Set(gone.map(({ id }) => BigInt(id)))]);
  const back = rows.filter((row) => again.has(keyOf(row)));
  if (back.length === 0) return;
  const statement =
    `INSERT INTO ${tableOf(logStreams.name, layout)} ` +
    `(${[...names, 'stream_id'].join(', ')}) FORMAT JSONEachRow`;
  const lines = back.map(({ id, ...row }) => `${JSON.stringify({ ...row, stream_id: id })}\n`);
  await connection.insert(statement, [new TextEncoder().encode(lines.join(''))], {
    doing,
    settings: { distributed_foreground_insert: 1 },
  });
}

const nanoPerDay = 86_400_000_000_000n;
const startOfDay = (day: number): bigint => BigInt(day) * nanoPerDay;
