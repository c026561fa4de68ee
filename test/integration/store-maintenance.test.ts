// Retention and the merging of repeated samples, on the real engine with a clock that is moved.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock, systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import { as, call, column, eq, literal } from '#sql/tree.ts';
import type { StoreReader, StoreWriter } from '#store/contract.ts';
import type { Driver } from '#store/driver/driver.ts';
import { openEmbedded } from '#store/driver/embedded.ts';
import { createMaintenance } from '#store/maintenance/maintenance.ts';
import { migrate } from '#store/migration/migrate.ts';
import { createReader } from '#store/reader.ts';
import { defaultQueryLimits, type RetentionSettings, writeDefaults } from '#store/settings.ts';
import { logs } from '#store/table/logs.ts';
import { source } from '#store/table/table.ts';
import { CommitLog } from '#store/writer/write-log.ts';
import { createWriter } from '#store/writer/writer.ts';
import { batchOf, tableRows } from '../lib/table-rows.ts';

const dayMs = 86_400_000;
const deps = { meter: createMeter(), logger: silentLogger, clock: systemClock };

let dataDir: string;
let driver: Driver;
let writer: StoreWriter;
let reader: StoreReader;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  driver = await openEmbedded({ dataDir, memoryBytesMax: 1 << 30, ...deps });
  await migrate(driver);
  const commits = new CommitLog(deps.clock);
  writer = createWriter({ driver, ...deps, ...writeDefaults, commits, commitIntervalMs: 1 });
  reader = createReader({ driver, limits: defaultQueryLimits, ...deps });
});
afterAll(async () => {
  await driver?.stop(5000);
  await rm(dataDir, { recursive: true, force: true });
});

let deletions = 0;
const round = (retention: RetentionSettings, nowMs: number): Promise<void> =>
  createMaintenance({
    driver,
    retention,
    ...deps,
    clock: createManualClock(nowMs),
    onDeleted: () => deletions++,
  }).run();

const writeLog = (tenant: string, day: number): Promise<void> =>
  writer.write(
    batchOf('logs', {
      tenant,
      identities: [tableRows('otel_log_streams', [{ day, stream_id: 1n }])],
      rows: [
        tableRows('otel_logs', [
          { stream_id: 1n, time_unix_nano: BigInt(day) * 86_400_000_000_000n, body: tenant },
        ]),
      ],
    }),
  );

describe('retention', () => {
  it('drops days and rows of tenants when their time has come', async () => {
    for (const day of [-2, 100, 101]) {
      for (const tenant of ['', 'long']) await writeLog(tenant, day);
    }
    const kept = async (): Promise<unknown[]> => {
      const rows = await reader.rows<{ where: string }>({
        columns: [
          as(
            call('concat', column('tenant'), literal('@'), call('toString', column('day'))),
            'where',
          ),
        ],
        from: {
          kind: 'select',
          select: {
            columns: [
              { expr: column('tenant') },
              as(call('intDiv', column('bucket'), literal(24)), 'day'),
            ],
            from: source(logs),
          },
        },
        orderBy: [{ expr: column('where') }],
      });
      return rows.map((row) => row.where);
    };
    const settings = { logsMs: dayMs, tenants: { long: { logsMs: 10 * dayMs } } };
    await round(settings, 101 * dayMs - 1);
    const before = deletions;
    await round(settings, 102 * dayMs);
    expect(deletions).toBeGreaterThan(before);
    // The rows of a tenant go in the background.
    await expect.poll(kept).toEqual(['@101', 'long@100', 'long@101']);
    await round(settings, 103 * dayMs);
    await expect.poll(kept).toEqual(['long@100', 'long@101']);
    await round(settings, 111 * dayMs);
    expect(await kept()).toEqual(['long@101']);
    const streams = await reader.rows({
      columns: [{ expr: column('day') }],
      from: { kind: 'table', name: 'otel_log_streams' },
    });
    expect(streams).toEqual([{ day: 101 }]);
  });
});

describe('mergeDuplicates', () => {
  const writeSamples = (time: number[], value: number[]): Promise<void> =>
    writer.write(
      batchOf('metrics', {
        rows: [
          tableRows('otel_samples', [
            { bucket: 2400, name: 'up', series_id: 1n, time, value, has_stale: 0 },
          ]),
        ],
      }),
    );
  const stored = (): Promise<{ time: bigint[]; value: number[] }[]> =>
    reader.rows({
      columns: [{ expr: column('time') }, { expr: column('value') }],
      from: { kind: 'table', name: 'otel_samples' },
      where: eq(column('name'), literal('up')),
    });

  it('rewrites a closed day once, with one sample per time', async () => {
    const at = 2400 * 3_600_000;
    await writeSamples([at, at + 1], [1, 2]);
    await writeSamples([at + 1, at + 2], [2, 3]);
    await round({}, 100.5 * dayMs);
    // The day is not over: merged by chance at most.
    expect((await stored()).flatMap(({ time }) => time)).toHaveLength(4);
    await round({}, 102 * dayMs);
    const once = [{ time: [at, at + 1, at + 2].map(BigInt), value: [1, 2, 3] }];
    expect(await stored()).toEqual(once);
    const parts = async (): Promise<unknown> => {
      const connection = await driver.connection();
      const sql = "SELECT name FROM system.parts WHERE active AND table = 'otel_samples'";
      return connection.objects(sql, { doing: 'look at the parts' });
    };
    const before = await parts();
    await round({}, 102 * dayMs);
    expect(await parts()).toEqual(before);
    // What comes late is merged in the next round.
    await writeSamples([at + 2, at + 3], [3, 4]);
    await round({}, 102 * dayMs);
    expect(await stored()).toEqual([
      { time: [at, at + 1, at + 2, at + 3].map(BigInt), value: [1, 2, 3, 4] },
    ]);
  });
});
