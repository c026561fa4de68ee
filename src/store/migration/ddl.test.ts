import { describe, expect, it } from 'vitest';
import type { TableLayout } from '../driver/driver.ts';
import { statementsOf } from './ddl.ts';
import { migrations } from './index.ts';

const embedded: TableLayout = {
  database: 'sightline',
  cluster: undefined,
  isReplicated: false,
  isOnCluster: false,
};
const shards: TableLayout = { ...embedded, cluster: 'main' };
const keeper: TableLayout = { ...shards, isOnCluster: true };
const replicated: TableLayout = { ...keeper, isReplicated: true };

describe('statementsOf', () => {
  const golden = (name: string, layout: TableLayout) =>
    it(name, async () => {
      const statements = migrations.flatMap((migration) => statementsOf(migration, layout));
      await expect(`${statements.join(';\n\n')};\n`).toMatchFileSnapshot(`golden/${name}.sql`);
    });
  golden('embedded', embedded);
  golden('shards', shards);
  golden('replicated', replicated);

  const alter = {
    version: 2,
    name: 'test',
    sql: `
-- alter otel_logs
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS extra String;

-- alter-rows otel_logs
ALTER TABLE {table} ADD INDEX IF NOT EXISTS extra_index extra TYPE minmax;
`,
  };
  it('alters the one table of one server', () => {
    expect(statementsOf(alter, embedded)).toEqual([
      'ALTER TABLE otel_logs ADD COLUMN IF NOT EXISTS extra String',
      'ALTER TABLE otel_logs ADD INDEX IF NOT EXISTS extra_index extra TYPE minmax',
    ]);
  });
  it('alters columns of both tables of a cluster, and indexes of the one with the rows', () => {
    expect(statementsOf(alter, keeper)).toEqual([
      'ALTER TABLE otel_logs_local ON CLUSTER main ADD COLUMN IF NOT EXISTS extra String',
      'ALTER TABLE otel_logs ON CLUSTER main ADD COLUMN IF NOT EXISTS extra String',
      'ALTER TABLE otel_logs_local ON CLUSTER main ADD INDEX IF NOT EXISTS extra_index extra TYPE minmax',
    ]);
  });
  it('finds a block that says neither', () => {
    const sql = '-- table otel_logs\nCREATE TABLE {table} (a Int8) ENGINE = {replacing};\n';
    expect(() => statementsOf({ ...alter, sql }, embedded)).toThrow(/BUG: a migration block/);
  });
  it('numbers migrations without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
  });
});
