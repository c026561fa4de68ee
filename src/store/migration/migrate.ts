// Brings the schema to this version: every migration once, in order, written down in
// sightline_migrations when it is done. Statements are IF NOT EXISTS, so that a migration that was
// cut short is simply run again.
import { OperationError } from '#lib/errors.ts';
import type { Connection } from '../driver/connection.ts';
import { statementsOf, type TableLayout } from './ddl.ts';
import { migrations as allMigrations, type Migration } from './index.ts';

const ledger = 'sightline_migrations';

/** Returns the version of the schema afterwards. */
export async function migrate(
  connection: Connection,
  layout: TableLayout,
  migrations: readonly Migration[] = allMigrations,
): Promise<number> {
  const doing = 'prepare the schema';
  const run = (sql: string): Promise<void> =>
    connection.command(sql, { doing, settings: ddlSettings });
  const onCluster = layout.cluster === undefined ? '' : ` ON CLUSTER ${layout.cluster}`;
  await run(
    `CREATE TABLE IF NOT EXISTS ${ledger}${onCluster} (version UInt32, name String, ` +
      'applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY version',
  );
  const known = migrations.at(-1)?.version ?? 0;
  const rows = await connection.objects<{ v: number }>(`SELECT max(version) AS v FROM ${ledger}`, {
    doing,
  });
  const applied = rows[0]?.v ?? 0;
  if (applied > known) throw newerError(applied, known);
  for (const migration of migrations) {
    if (migration.version <= applied) continue;
    for (const statement of statementsOf(migration, layout)) await run(statement);
    await run(
      `INSERT INTO ${ledger} (version, name) VALUES (${migration.version}, '${migration.name}')`,
    );
  }
  return known;
}

const ddlSettings = { distributed_ddl_task_timeout: 60 } as const;

const newerError = (found: number, known: number): OperationError =>
  new OperationError(
    'store_newer',
    `cannot use the stored data: it has schema version ${found}, this program knows up to ${known}; ` +
      'start a newer Sightline, or choose another folder with --data-dir',
    { retryable: false },
  );
