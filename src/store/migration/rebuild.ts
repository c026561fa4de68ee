// A table in another order of its rows, which no ALTER can give. In: the connection and layout of the
// engine, and the order; the table stands in it afterwards, under its name and with all of its rows.
// Cut short anywhere and run again it is right: as long as the table stands in its old order, all rows
// are in it; once it stands in the new order, all rows are in the copy that has taken its place.
//
// Others may write to a server that is not ours alone, and what they write to the old table while it
// is copied would be lost: there only an empty table is ordered anew, and one with rows stays as it is.
// Every query answers the same from both.
import type { Connection } from '../driver/connection.ts';
import { type Driver, localTable, onCluster } from '../driver/driver.ts';
import type { Rebuild } from './index.ts';

const doing = 'order the rows of a table anew';

/** Small blocks, day by day: a copy must fit beside all else, and the client waits 10 min at most. */
const copySettings = {
  max_threads: 1,
  max_insert_threads: 1,
  max_block_size: 8192,
  min_insert_block_size_rows: 131_072,
  min_insert_block_size_bytes: 64 << 20,
  max_partitions_per_insert_block: 0,
  optimize_on_insert: 0,
} as const;

export async function rebuild(
  driver: Pick<Driver, 'kind' | 'layout'>,
  connection: Connection,
  { name, orderBy, primaryKey, dropIndex, settings }: Rebuild,
): Promise<void> {
  const { layout } = driver;
  const { database } = layout;
  const live = localTable(name, layout);
  const copy = `${live}_in_order`;
  const on = onCluster(layout);
  const run = (sql: string, some = {}): Promise<void> =>
    connection.command(sql, { doing, settings: { distributed_ddl_task_timeout: 60, ...some } });
  const ask = async <T>(column: string, from: string): Promise<T[]> => {
    const rows = await connection.objects<{ v: T }>(`SELECT ${column} AS v FROM ${from}`, {
      doing,
    });
    return rows.map(({ v }) => v);
  };
  const found = (what: string): string =>
    `system.tables WHERE database = '${database}' AND name = '${live}' AND ${what}`;

  await run(`DROP TABLE IF EXISTS ${copy}${on} SYNC`);
  const [primary] = await ask<string>('primary_key', found('1'));
  if (primary === primaryKey) return;
  // Of the whole cluster where the statements are for all of it, else of this shard.
  const [rows = 0] = await ask<number>('toFloat64(count())', layout.isOnCluster ? name : live);
  if (rows > 0 && driver.kind === 'external') return;
  const [engine] = await ask<string>('engine', found('1'));
  const [partitionBy] = await ask<string>('partition_key', found('1'));
  const path = `'/clickhouse/tables/{shard}/${database}/${copy}', '{replica}'`;
  await run(
    `CREATE TABLE ${copy}${on} AS ${live} ENGINE = ${engine}${layout.isReplicated ? `(${path})` : ''} ` +
      `PARTITION BY ${partitionBy} PRIMARY KEY (${primaryKey}) ORDER BY (${orderBy}) SETTINGS ${settings}`,
  );
  await run(`ALTER TABLE ${copy}${on} DROP INDEX IF EXISTS ${dropIndex}`);
  const columns = await ask<string>(
    'name',
    `system.columns WHERE database = '${database}' AND table = '${live}' AND default_kind = ''`,
  );
  const parts = `system.parts WHERE active AND database = '${database}' AND table = '${live}'`;
  for (const day of await ask<string>('DISTINCT partition', `${parts} ORDER BY v DESC`)) {
    const list = columns.join(', ');
    await run(
      `INSERT INTO ${copy} (${list}) SELECT ${list} FROM ${live} WHERE ${partitionBy} = ${day}`,
      copySettings,
    );
  }
  await run(`EXCHANGE TABLES ${live} AND ${copy}${on}`);
  await run(`DROP TABLE ${copy}${on} SYNC`);
}
