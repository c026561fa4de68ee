// Migrations on the real engine: step by step gives the same as all at once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { createLogger, silentLogger } from '#lib/log.ts';
import type { Driver } from '#store/driver/driver.ts';
import { openEmbedded } from '#store/driver/embedded.ts';
import { type Migration, migrations, type Rebuild } from '#store/migration/index.ts';
import { migrate } from '#store/migration/migrate.ts';
import { rebuild } from '#store/migration/rebuild.ts';

const next: Migration = {
  version: migrations.length + 1,
  name: 'test',
  sql: `
-- table otel_test shard id
CREATE TABLE {table} (id UInt64) ENGINE = {replacing} ORDER BY id;
-- alter otel_test
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS extra String DEFAULT 'x';
`,
};

let dataDir: string;
let driver: Driver;
const doing = 'test migrations';
const show = async (): Promise<unknown[]> => {
  const connection = await driver.connection();
  const sql =
    'SELECT name, create_table_query AS ddl FROM system.tables ' +
    "WHERE database = currentDatabase() AND name LIKE 'otel\\_%' ORDER BY name";
  return connection.objects(sql, { doing });
};
const dropAll = async (): Promise<void> => {
  const connection = await driver.connection();
  const sql = 'SELECT name FROM system.tables WHERE database = currentDatabase()';
  for (const { name } of await connection.objects<{ name: string }>(sql, { doing })) {
    await connection.command(`DROP TABLE ${name} SYNC`, { doing });
  }
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  driver = await openEmbedded({
    dataDir,
    memoryBytesMax: 1 << 30,
    logger: silentLogger,
    clock: systemClock,
  });
});
afterAll(async () => {
  await driver?.stop(5000);
  await rm(dataDir, { recursive: true, force: true });
});

it('step by step gives the same as all at once, and twice the same as once', async () => {
  const all = [...migrations, next];
  for (let count = 1; count <= all.length; count++) await migrate(driver, all.slice(0, count));
  const stepwise = await show();
  expect(stepwise).toHaveLength(13);
  expect(await migrate(driver, all)).toBe(next.version);
  expect(await show()).toEqual(stepwise);
  await dropAll();
  await migrate(driver, all);
  expect(await show()).toEqual(stepwise);
});

it('goes on where it was interrupted', async () => {
  await dropAll();
  const broken = {
    ...next,
    sql: `${next.sql}\n-- alter otel_test\nALTER TABLE {table} NONSENSE;\n`,
  };
  await expect(migrate(driver, [...migrations, broken])).rejects.toThrow(
    /cannot prepare the schema/,
  );
  expect(await migrate(driver, [...migrations, next])).toBe(next.version);
});

it('refuses data of a newer version', async () => {
  await expect(migrate(driver, migrations)).rejects.toMatchObject({ code: 'store_newer' });
});

it('keeps exponential histograms of before, with spans in place of offsets', async () => {
  await dropAll();
  await migrate(driver, migrations.slice(0, 1));
  const connection = await driver.connection();
  const columns =
    'name, time, count, sum, scale, zero_count, positive_offset, positive_counts, ' +
    'negative_offset, negative_counts, flags';
  const row = "('h', 1, 18446744073709551615, 1.5, 3, 2, -7, [1, 0, 2], 4, [], 1)";
  await connection.command(`INSERT INTO otel_histograms (${columns}) VALUES ${row}`, { doing });
  await migrate(driver, migrations.slice(0, 2));
  const found = await connection.objects(
    'SELECT count, zero_count, positive_spans, positive_counts, negative_spans, negative_counts, ' +
      'custom_bounds, counter_reset FROM otel_histograms FINAL',
    { doing },
  );
  expect(found).toEqual([
    {
      count: 2 ** 64,
      zero_count: 2,
      positive_spans: [-6, 3],
      positive_counts: [1, 0, 2],
      negative_spans: [],
      negative_counts: [],
      custom_bounds: [],
      counter_reset: 0,
    },
  ]);
});

describe('spans in the order of minutes', () => {
  const primaryKey = async (): Promise<string> => {
    const connection = await driver.connection();
    const sql =
      "SELECT primary_key AS k FROM system.tables WHERE name = 'otel_spans' AND database = currentDatabase()";
    return (await connection.objects<{ k: string }>(sql, { doing }))[0]?.k ?? '';
  };
  const minutes = 'tenant, bucket, intDiv(start_unix_nano, 60000000000), trace_id';
  const hour = 3_600_000_000_000n;
  const insert = async (): Promise<void> => {
    const connection = await driver.connection();
    const rows = [0n, 5n, 30n * 24n, -30n].map(
      (at) => `('acme', unhex('${'ab'.repeat(16)}'), ${at * hour}, map('key', 'value ${at}'))`,
    );
    const columns = 'tenant, trace_id, start_unix_nano, attributes';
    await connection.command(`INSERT INTO otel_spans (${columns}) VALUES ${rows.join(', ')}`, {
      doing,
      settings: { max_partitions_per_insert_block: 0 },
    });
  };
  const values = async (where: string): Promise<string[]> => {
    const connection = await driver.connection();
    const sql = `SELECT attributes['key'] AS v FROM otel_spans WHERE ${where} ORDER BY start_unix_nano`;
    return (await connection.objects<{ v: string }>(sql, { doing })).map(({ v }) => v);
  };
  const all = ['value -30', 'value 0', 'value 5', 'value 720'];

  it('keeps the spans of before', async () => {
    await dropAll();
    await migrate(driver, migrations.slice(0, 6));
    await insert();
    expect(await primaryKey()).not.toBe(minutes);
    await migrate(driver, migrations);
    expect(await primaryKey()).toBe(minutes);
    expect(await values("tenant = 'acme'")).toEqual(all);
    expect(await values(`bucket = 5 AND start_unix_nano >= ${5n * hour}`)).toEqual(['value 5']);
  });

  it('was cut short behind the exchange: what is left over goes, the rows stay', async () => {
    const connection = await driver.connection();
    await connection.command('CREATE TABLE otel_spans_in_order AS otel_spans', { doing });
    const rebuilt = migrations[6] as Migration;
    await rebuild(driver, connection, rebuilt.rebuild as Rebuild, silentLogger);
    expect(await values("tenant = 'acme'")).toEqual(all);
    expect(await connection.objects("SHOW TABLES LIKE 'otel_spans_in_order'", { doing })).toEqual(
      [],
    );
  });

  it('was cut short while it copied: it goes on, and old leftovers never come back', async () => {
    const rebuilt = (migrations[6] as Migration).rebuild as Rebuild;
    const lines: string[] = [];
    const logger = createLogger({ write: (line) => lines.push(line) });
    const again = async (...before: readonly string[]): Promise<number> => {
      await dropAll();
      await migrate(driver, migrations.slice(0, 6));
      await insert();
      const connection = await driver.connection();
      const keys = `PRIMARY KEY (${rebuilt.primaryKey}) ORDER BY (${rebuilt.orderBy})`;
      await connection.command(
        'CREATE TABLE otel_spans_in_order AS otel_spans ENGINE = ReplacingMergeTree ' +
          `PARTITION BY intDiv(bucket, 24) ${keys}`,
        { doing },
      );
      for (const sql of before) await connection.command(sql, { doing });
      lines.length = 0;
      await rebuild(driver, connection, rebuilt, logger);
      expect(await primaryKey()).toBe(minutes);
      expect(await values("tenant = 'acme'")).toEqual(all);
      return lines.filter((line) => line.includes('bucket')).length;
    };
    const columns = 'tenant, trace_id, start_unix_nano, attributes';
    const copied = `INSERT INTO otel_spans_in_order (${columns}) SELECT ${columns} FROM otel_spans`;
    const gone = `INSERT INTO otel_spans_in_order (${columns}) VALUES ('acme', '', ${9n * hour}, map())`;
    expect(await again()).toBe(4);
    expect(await again(`${copied} WHERE bucket < 6`)).toBe(1);
    expect(await again(copied, gone)).toBe(4);
  });

  it('leaves rows on a server that is not ours alone as they are', async () => {
    await dropAll();
    await migrate(driver, migrations.slice(0, 6));
    await insert();
    const connection = await driver.connection();
    const shared = { kind: 'external', layout: driver.layout } as const;
    const rebuilt = migrations[6] as Migration;
    await rebuild(shared, connection, rebuilt.rebuild as Rebuild, silentLogger);
    expect(await primaryKey()).not.toBe(minutes);
    await connection.command('TRUNCATE TABLE otel_spans', { doing });
    await rebuild(shared, connection, rebuilt.rebuild as Rebuild, silentLogger);
    expect(await primaryKey()).toBe(minutes);
  });
});
