// Keeps the files of all metrics as they are now: the engine links them into shadow/<name> below its
// data folder, where neither merges nor retention touch them.
// https://clickhouse.com/docs/sql-reference/statements/alter/partition#freeze-partition
import { printExpression } from '#sql/print.ts';
import { literal } from '#sql/tree.ts';
import { type Driver, localTable, onCluster } from '../driver/driver.ts';
import { tables } from '../table/index.ts';

const doing = 'take a snapshot';

export async function takeSnapshot(driver: Driver, name: string): Promise<void> {
  const { layout } = driver;
  const metrics = tables.filter(({ signal }) => signal === 'metrics');
  for (const connection of await driver.schemaConnections()) {
    for (const table of metrics) {
      const alter = `ALTER TABLE ${localTable(table.name, layout)}${onCluster(layout)}`;
      const as = printExpression(literal(name));
      await connection.command(`${alter} FREEZE WITH NAME ${as}`, { doing });
    }
  }
}
