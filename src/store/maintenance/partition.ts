// The day partitions of our tables on one server, as the engine lists them.
import type { Signal } from '#model/batch.ts';
import { msPerDay } from '#model/unit.ts';
import { print } from '#sql/print.ts';
import {
  and,
  as,
  call,
  column,
  eq,
  isIn,
  literal,
  type Source,
  table,
  tableFunction,
} from '#sql/tree.ts';
import type { Connection } from '../driver/connection.ts';
import { localTable, type TableLayout } from '../driver/driver.ts';
import { tables } from '../table/index.ts';

export interface Partition {
  /** The table that holds the rows. */
  readonly table: string;
  readonly signal: Signal;
  readonly id: string;
  /** Days since 1970, cut towards zero as the column is. */
  readonly day: number;
  readonly bytes: number;
  readonly parts: number;
  /** The name of one of its parts; the only one, if there is one. */
  readonly part: string;
}

const doing = 'list the partitions of the store';

export async function listPartitions(
  connection: Connection,
  layout: TableLayout,
): Promise<Partition[]> {
  const byTable = new Map(tables.map((each) => [localTable(each.name, layout), each]));
  const rows = await connection.objects<Omit<Partition, 'signal'>>(
    print({
      columns: [
        { expr: column('table') },
        as(column('partition_id'), 'id'),
        as(call('toInt32', call('any', column('partition'))), 'day'),
        as(call('toFloat64', call('sum', column('bytes_on_disk'))), 'bytes'),
        as(call('toUInt32', call('count')), 'parts'),
        as(call('any', column('name')), 'part'),
      ],
      from: partsOf(layout),
      where: and(
        column('active'),
        eq(column('database'), literal(layout.database)),
        isIn(
          column('table'),
          [...byTable.keys()].map((name) => literal(name)),
        ),
      ),
      groupBy: [column('table'), column('partition_id')],
    }),
    { doing },
  );
  return rows.map((row) => ({ ...row, signal: byTable.get(row.table)?.signal ?? 'traces' }));
}

// A cluster that spreads schema changes itself is looked at as a whole.
function partsOf({ isOnCluster, cluster }: TableLayout): Source {
  if (!isOnCluster) return table('parts', { database: 'system' });
  return tableFunction('clusterAllReplicas', literal(cluster ?? ''), column('parts', 'system'));
}

/** The first millisecond after the day. */
export const endOfDayMs = (day: number): number => (day >= 0 ? day + 1 : day) * msPerDay;
