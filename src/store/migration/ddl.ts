// The statements of a migration for one shape of engine. In: migration text with a line
// `-- table NAME shard KEY` before each CREATE TABLE, and the layout; out: statements to run in order.
// One server: NAME is the MergeTree table itself. Cluster: NAME_local on every server, and NAME is
// Distributed over it; with replicas and a Keeper the local tables are Replicated*.
import { BugError } from '#lib/errors.ts';
import { localTable, onCluster, type TableLayout } from '../driver/driver.ts';
import type { Migration } from './index.ts';

const marker = /^-- table (\S+) shard (.+)$/m;

export function statementsOf(migration: Migration, layout: TableLayout): string[] {
  const blocks = migration.sql.split(/^(?=-- table )/m).filter((block) => block.trim() !== '');
  return blocks.flatMap((block) => tableStatements(block, layout));
}

function tableStatements(block: string, layout: TableLayout): string[] {
  const [line, name, shard] = marker.exec(block) ?? [];
  if (line === undefined || name === undefined || shard === undefined) {
    throw new BugError(`BUG: no '-- table' line in: ${block.slice(0, 80)}`);
  }
  const { cluster, database } = layout;
  const local = localTable(name, layout);
  const sql = block
    .replace(/^\s*--.*\n/gm, '')
    .trim()
    .replace(/;$/, '')
    .replaceAll('{table}', `IF NOT EXISTS ${local}${onCluster(layout)}`)
    .replaceAll('{replacing}', engine('ReplacingMergeTree', name, layout))
    .replaceAll('{aggregating}', engine('AggregatingMergeTree', name, layout));
  if (cluster === undefined) return [sql];
  return [
    sql,
    `CREATE TABLE IF NOT EXISTS ${name}${onCluster(layout)} AS ${local}\n` +
      `ENGINE = Distributed(${cluster}, ${database}, ${local}, ${shard})`,
  ];
}

function engine(name: string, table: string, { isReplicated, database }: TableLayout): string {
  if (!isReplicated) return name;
  return `Replicated${name}('/clickhouse/tables/{shard}/${database}/${table}', '{replica}')`;
}
