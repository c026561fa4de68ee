// The statements of a migration for one shape of engine. In: migration text in blocks that begin with
// one of these lines, and the layout; out: statements to run in order, each safe to run again.
//   -- table NAME shard KEY    CREATE TABLE {table} (…) ENGINE = {replacing} | {aggregating} …
//   -- alter NAME              ALTER TABLE {table} ADD COLUMN IF NOT EXISTS …
//   -- alter-rows NAME         the same for what only the table with the rows has: indexes, settings
// One server: NAME is the MergeTree table itself. Cluster: NAME_local on every server, and NAME is
// Distributed over it; with replicas and a Keeper the local tables are Replicated*.
import { BugError } from '#lib/errors.ts';
import { localTable, onCluster, type TableLayout } from '../driver/driver.ts';
import type { Migration } from './index.ts';

const marker = /^-- (table|alter|alter-rows) (\S+)(?: shard (.+))?$/m;

export function statementsOf(migration: Migration, layout: TableLayout): string[] {
  const blocks = migration.sql.split(/^(?=-- (?:table|alter|alter-rows) )/m);
  return blocks
    .filter((block) => block.trim() !== '')
    .flatMap((block) => blockStatements(block, layout));
}

function blockStatements(block: string, layout: TableLayout): string[] {
  const [, kind, name, shard] = marker.exec(block) ?? [];
  if (name === undefined || (kind === 'table') !== (shard !== undefined)) {
    throw new BugError(`BUG: a migration block begins with: ${block.slice(0, 80)}`);
  }
  const sql = block
    .replace(/^\s*--.*\n/gm, '')
    .trim()
    .replace(/;$/, '')
    .replaceAll('{replacing}', engine('ReplacingMergeTree', name, layout))
    .replaceAll('{aggregating}', engine('AggregatingMergeTree', name, layout));
  const local = localTable(name, layout);
  const on = (target: string): string => `${target}${onCluster(layout)}`;
  if (kind === 'table') {
    const create = sql.replaceAll('{table}', `IF NOT EXISTS ${on(local)}`);
    return shard === undefined || layout.cluster === undefined
      ? [create]
      : [create, distributed(name, shard, layout)];
  }
  const alter = (target: string): string => sql.replaceAll('{table}', on(target));
  const isBoth = kind === 'alter' && layout.cluster !== undefined;
  return isBoth ? [alter(local), alter(name)] : [alter(local)];
}

function distributed(name: string, shard: string, layout: TableLayout): string {
  const { cluster, database } = layout;
  const local = localTable(name, layout);
  return (
    `CREATE TABLE IF NOT EXISTS ${name}${onCluster(layout)} AS ${local}\n` +
    `ENGINE = Distributed(${cluster}, ${database}, ${local}, ${shard})`
  );
}

function engine(name: string, table: string, { isReplicated, database }: TableLayout): string {
  if (!isReplicated) return name;
  return `Replicated${name}('/clickhouse/tables/{shard}/${database}/${table}', '{replica}')`;
}
