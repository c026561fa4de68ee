// Samples that were sent twice lie twice in the arrays of otel_samples: merges glue arrays, they do
// not look into them. Readers drop repeats; this gives the disk space back. Once a day is over, its
// partition is merged to one part, and rows in which a time repeats are rewritten with the first of
// each. A ledger remembers which part was looked at, so that every part is looked at once.
import type { Clock } from '#lib/clock.ts';
import { print, printExpression } from '#sql/print.ts';
import { and, as, call, column, type Expr, eq, lambda, literal, op, table } from '#sql/tree.ts';
import type { Connection } from '../driver/connection.ts';
import { localTable, type TableLayout } from '../driver/driver.ts';
import { endOfDayMs, listPartitions, type Partition } from './partition.ts';

const doing = 'merge repeated samples';
const ledger = 'sightline_merged_parts';
/** Late samples may still come for so long. */
const graceMs = 3_600_000;

/** Does at most one partition; true when there was one to do. */
export async function mergeDuplicates(
  connection: Connection,
  layout: TableLayout,
  clock: Clock,
): Promise<boolean> {
  await connection.command(
    `CREATE TABLE IF NOT EXISTS ${ledger} (part String, merged_at DateTime DEFAULT now()) ` +
      'ENGINE = MergeTree ORDER BY part TTL merged_at + INTERVAL 400 DAY',
    { doing },
  );
  const name = localTable('otel_samples', layout);
  const done = await connection.objects<{ part: string }>(
    print({ columns: [{ expr: column('part') }], from: table(ledger) }),
    { doing },
  );
  const isDone = ({ parts, part }: Partition): boolean =>
    parts === 1 && done.some((row) => row.part === part);
  const own = (partition: Partition): boolean => partition.table === name;
  const partitions = (await listPartitions(connection, layout)).filter(own);
  const isClosed = ({ day }: Partition): boolean => endOfDayMs(day) + graceMs < clock.nowMs();
  const next = partitions.find((partition) => isClosed(partition) && !isDone(partition));
  if (!next) return false;
  await rewrite(connection, name, next.id);
  const after = (await listPartitions(connection, layout)).find(
    (partition) => own(partition) && partition.id === next.id,
  );
  if (after?.parts === 1) {
    const part = printExpression(literal(after.part));
    await connection.command(`INSERT INTO ${ledger} (part) VALUES (${part})`, { doing });
  }
  return true;
}

async function rewrite(connection: Connection, name: string, id: string): Promise<void> {
  const partition = `PARTITION ID ${printExpression(literal(id))}`;
  const run = (sql: string): Promise<void> =>
    connection.command(sql, { doing, settings: { mutations_sync: 1, alter_sync: 1 } });
  await run(
    `OPTIMIZE TABLE ${name} ${partition} FINAL SETTINGS optimize_skip_merged_partitions = 1`,
  );
  const [repeated] = await connection.objects<{ n: number }>(
    print({
      columns: [as(call('toUInt32', call('count')), 'n')],
      from: table(name),
      where: and(eq(column('_partition_id'), literal(id)), hasRepeats),
    }),
    { doing },
  );
  if (!repeated?.n) return;
  const set = ['time', 'value'].map((each) => `${each} = ${printExpression(firstOfEach(each))}`);
  await run(
    `ALTER TABLE ${name} UPDATE ${set.join(', ')} IN ${partition} WHERE ${printExpression(hasRepeats)}`,
  );
}

const hasRepeats = op(call('length', column('time')), '>', call('arrayUniq', column('time')));

// The number of a time among its equals is 1 for the first.
const firstOfEach = (name: string): Expr =>
  call(
    'arrayFilter',
    lambda(['each', 'nth'], eq(column('nth'), literal(1))),
    column(name),
    call('arrayEnumerateUniq', column('time')),
  );
