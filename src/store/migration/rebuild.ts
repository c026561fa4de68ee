// A table in another order of its rows, which no ALTER can give. In: the connection and layout of the
// engine, and the order; the table stands in it afterwards, under its name and with all of its rows.
// Cut short anywhere and run again it is right, and goes on where it was: as long as the table stands in
// its old order, all rows are in it; once it stands in the new order, all rows are in the copy that has
// taken its place.
//
// Others may write to a server that is not ours alone, and what they write to the old table while it
// is copied would be lost: there only an empty table is ordered anew, and one with rows stays as it is.
// So does one that the disk cannot hold twice. Every query answers the same from both.
import type { Logger } from '#lib/log.ts';
import type { Connection } from '../driver/connection.ts';
import { type Driver, localTable, onCluster, type TableLayout } from '../driver/driver.ts';
import type { Rebuild } from './index.ts';

const doing = 'order the rows of a table anew';

/** Small blocks: a copy must fit beside all else. */
const copySettings = {
  max_threads: 1,
  max_insert_threads: 1,
  max_block_size: 8192,
  min_insert_block_size_rows: 131_072,
  min_insert_block_size_bytes: 64 << 20,
  max_partitions_per_insert_block: 0,
  optimize_on_insert: 0,
} as const;

/** Of the size of the table: the copy, and merges of it. */
const roomFactor = 1.5;

export async function rebuild(
  driver: Pick<Driver, 'kind' | 'layout'>,
  connection: Connection,
  order: Rebuild,
  logger: Logger,
): Promise<void> {
  const table = new OrderedTable(driver.layout, connection, order);
  if ((await table.primaryKeyOf(table.live)) === order.primaryKey) return table.dropCopy();
  const rows = await table.rows();
  if (rows > 0 && driver.kind === 'external') return table.dropCopy();
  if (rows > 0 && !(await table.hasRoom())) {
    logger.warn('spans stay in their old order: the disk cannot hold them twice', { rows });
    return table.dropCopy();
  }
  if (rows > 0) logger.info('spans are put into another order before the start', { rows });
  const left = await table.bucketsLeft();
  let copied = 0;
  for (const { bucket, count } of left) {
    await table.copyBucket(bucket);
    copied += count;
    logger.info('spans are put into another order', { bucket, copied, rows });
  }
  await table.exchange();
}

interface Bucket {
  readonly bucket: number;
  readonly count: number;
}

class OrderedTable {
  readonly live: string;
  readonly #copy: string;
  readonly #layout: TableLayout;
  readonly #connection: Connection;
  readonly #order: Rebuild;
  readonly #on: string;

  constructor(layout: TableLayout, connection: Connection, order: Rebuild) {
    this.live = localTable(order.name, layout);
    this.#copy = `${this.live}_in_order`;
    this.#layout = layout;
    this.#connection = connection;
    this.#order = order;
    this.#on = onCluster(layout);
  }

  /** Undefined when there is no such table. */
  async primaryKeyOf(table: string): Promise<string | undefined> {
    return (await this.#ask<string>('primary_key', this.#tables(table)))[0];
  }

  /** Of the whole cluster where the statements are for all of it, else of this shard. */
  async rows(): Promise<number> {
    const from = this.#layout.isOnCluster ? this.#order.name : this.live;
    return (await this.#ask<number>('toFloat64(count())', from))[0] ?? 0;
  }

  /** Whether the disk holds the rows once more. */
  async hasRoom(): Promise<boolean> {
    const [bytes = 0] = await this.#ask<number>('toFloat64(sum(bytes_on_disk))', this.#parts());
    const [free = 0] = await this.#ask<number>('toFloat64(min(unreserved_space))', 'system.disks');
    return bytes * roomFactor <= free;
  }

  dropCopy(): Promise<void> {
    return this.#run(`DROP TABLE IF EXISTS ${this.#copy}${this.#on} SYNC`);
  }

  /**
   * The buckets whose rows the copy has not yet, the newest first. There is a copy afterwards: that of
   * before, unless it has what the table has no more.
   */
  async bucketsLeft(): Promise<Bucket[]> {
    const wanted = await this.#buckets(this.live);
    if ((await this.primaryKeyOf(this.#copy)) === this.#order.primaryKey) {
      const done = await this.#buckets(this.#copy);
      const isPart = done.every(({ bucket }) => wanted.some((known) => known.bucket === bucket));
      const counts = new Map(done.map(({ bucket, count }) => [bucket, count]));
      if (isPart) return wanted.filter(({ bucket, count }) => counts.get(bucket) !== count);
    }
    await this.dropCopy();
    await this.#createCopy();
    return wanted;
  }

  /** A bucket at a time: the engine is given so long for a statement. Rows that were there are kept once. */
  async copyBucket(bucket: number): Promise<void> {
    const columns = await this.#ask<string>(
      'name',
      `system.columns WHERE database = '${this.#layout.database}' AND table = '${this.live}' ` +
        "AND default_kind = ''",
    );
    const list = columns.join(', ');
    await this.#run(
      `INSERT INTO ${this.#copy} (${list}) SELECT ${list} FROM ${this.live} WHERE bucket = ${bucket}`,
      copySettings,
    );
  }

  async exchange(): Promise<void> {
    await this.#run(`EXCHANGE TABLES ${this.live} AND ${this.#copy}${this.#on}`);
    await this.#run(`DROP TABLE ${this.#copy}${this.#on} SYNC`);
  }

  async #createCopy(): Promise<void> {
    const { primaryKey, orderBy, dropIndex, settings } = this.#order;
    const { isReplicated, database } = this.#layout;
    const [engine] = await this.#ask<string>('engine', this.#tables(this.live));
    const [partitionBy] = await this.#ask<string>('partition_key', this.#tables(this.live));
    const path = `'/clickhouse/tables/{shard}/${database}/${this.#copy}', '{replica}'`;
    await this.#run(
      `CREATE TABLE ${this.#copy}${this.#on} AS ${this.live} ` +
        `ENGINE = ${engine}${isReplicated ? `(${path})` : ''} PARTITION BY ${partitionBy} ` +
        `PRIMARY KEY (${primaryKey}) ORDER BY (${orderBy}) SETTINGS ${settings}`,
    );
    await this.#run(`ALTER TABLE ${this.#copy}${this.#on} DROP INDEX IF EXISTS ${dropIndex}`);
  }

  #buckets(table: string): Promise<Bucket[]> {
    return this.#connection.objects<Bucket>(
      `SELECT bucket, toFloat64(count()) AS count FROM ${table} GROUP BY bucket ORDER BY bucket DESC`,
      { doing },
    );
  }

  #tables(name: string): string {
    return `system.tables WHERE database = '${this.#layout.database}' AND name = '${name}'`;
  }

  #parts(): string {
    return `system.parts WHERE active AND database = '${this.#layout.database}' AND table = '${this.live}'`;
  }

  #run(sql: string, some = {}): Promise<void> {
    const settings = { distributed_ddl_task_timeout: 60, ...some };
    return this.#connection.command(sql, { doing, settings });
  }

  async #ask<T>(column: string, from: string): Promise<T[]> {
    const sql = `SELECT ${column} AS v FROM ${from}`;
    const rows = await this.#connection.objects<{ v: T }>(sql, { doing });
    return rows.map(({ v }) => v);
  }
}
