// Brings the schema to this version: every migration once, in order, written down in
// sightline_migrations when it is done. Statements are IF NOT EXISTS, so that a migration that was
// cut short is simply run again.
import { OperationError } from '#lib/errors.ts';
import { type Logger, silentLogger } from '#lib/log.ts';
import type { Connection } from '../driver/connection.ts';
import { type Driver, onCluster, type TableLayout } from '../driver/driver.ts';
import { statementsOf } from './ddl.ts';
import { migrations as allMigrations, type Migration } from './index.ts';
import { rebuild } from './rebuild.ts';

const ledger = 'sightline_migrations';
const doing = 'prepare the schema';

/** Returns the version of the schema afterwards. */
export async function migrate(
  driver: Driver,
  migrations: readonly Migration[] = allMigrations,
  logger: Logger = silentLogger,
): Promise<number> {
  const { layout } = driver;
  const connections = await driver.schemaConnections();
  const known = migrations.at(-1)?.version ?? 0;
  for (const connection of connections) {
    const run = (sql: string): Promise<void> =>
      connection.command(sql, { doing, settings: ddlSettings });
    await run(ledgerDdl(layout));
    const applied = await appliedVersion(connection, layout);
    if (applied > known) throw newerError(applied, known);
    for (const migration of migrations) {
      if (migration.version <= applied) continue;
      for (const statement of statementsOf(migration, layout)) await run(statement);
      if (migration.rebuild) await rebuild(driver, connection, migration.rebuild, logger);
      const { version, name } = migration;
      await run(`INSERT INTO ${ledger} (version, name) VALUES (${version}, '${name}')`);
    }
  }
  return known;
}

/** Whichever server of a cluster wrote it down. */
async function appliedVersion(connection: Connection, layout: TableLayout): Promise<number> {
  const from = layout.isOnCluster
    ? `clusterAllReplicas(${layout.cluster}, ${layout.database}, ${ledger})`
    : ledger;
  const rows = await connection.objects<{ v: number }>(`SELECT max(version) AS v FROM ${from}`, {
    doing,
  });
  return rows[0]?.v ?? 0;
}

const ledgerDdl = (layout: TableLayout): string =>
  `CREATE TABLE IF NOT EXISTS ${ledger}${onCluster(layout)} (version UInt32, name String, ` +
  'applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version';

const ddlSettings = { distributed_ddl_task_timeout: 60 } as const;

const newerError = (found: number, known: number): OperationError =>
  new OperationError(
    'store_newer',
    `cannot use the stored data: it has schema version ${found}, this program knows up to ${known}; ` +
      'start a newer Sightline, or choose another folder with --data-dir',
    { retryable: false },
  );
