// The suite on a cluster of two shards, and what only a cluster can get wrong: where rows lie, and
// what happens when a shard is lost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import type { Store } from '#store/contract.ts';
import { openExternal } from '#store/driver/external.ts';
import { createMaintenance } from '#store/maintenance/maintenance.ts';
import { openStore } from '#store/open-store.ts';
import type { StoreSettings } from '#store/settings.ts';
import { askShard, startTestCluster, type TestCluster } from '../lib/cluster.ts';
import { batchOf, tableRows } from '../lib/table-rows.ts';
import { caught, count, describeStore, fullSpan, logAt } from './store.ts';

const open = (cluster: TestCluster, settings: StoreSettings = {}): Promise<Store> =>
  openStore(
    { storageUrl: cluster.storageUrl, commitIntervalMs: 10, ...settings },
    { logger: silentLogger, meter: createMeter() },
  );

describeStore('a cluster of two shards', async () => {
  const cluster = await startTestCluster();
  const store = await open(cluster);
  return {
    store,
    ask: (sql) => askShard(cluster.shardUrls[0] as string, sql),
    stop: async () => {
      await store.stop();
      await cluster.stop();
    },
  };
});

describe('a cluster of two shards', () => {
  let cluster: TestCluster;
  let store: Store;
  beforeAll(async () => {
    cluster = await startTestCluster();
    store = await open(cluster, { writeDeadlineMs: 1500 });
  });
  afterAll(async () => {
    await store?.stop();
    await cluster?.stop();
  });

  const perShard = (sql: string): Promise<string[]> =>
    Promise.all(cluster.shardUrls.map((url) => askShard(url, sql)));

  it('spans lie by the minute on every shard', async () => {
    const sql = "SELECT primary_key FROM system.tables WHERE name = 'otel_spans_local'";
    const key = 'tenant, bucket, intDiv(start_unix_nano, 60000000000), trace_id';
    expect(await perShard(sql)).toEqual([key, key]);
  });

  const livesOnOneShard = (table: string, key: string): void => {
    it(`every ${key} lies on one shard, and both shards have some`, async () => {
      const counts = await perShard(`SELECT uniqExact(${key}) FROM ${table}_local`);
      const [all] = await perShard(`SELECT uniqExact(${key}) FROM ${table}`);
      expect(counts.every((n) => Number(n) > 0)).toBe(true);
      expect(counts.reduce((sum, n) => sum + Number(n), 0)).toBe(Number(all));
      expect(Number(all)).toBe(40);
    });
  };

  describe('rows', () => {
    beforeAll(async () => {
      const ids = Array.from({ length: 40 }, (_, i) => i + 1);
      const twice = ids.flatMap((i) => [i, i]);
      await store.writer.write(
        batchOf('traces', {
          rows: [
            tableRows(
              'otel_spans',
              twice.map((i, n) => fullSpan(i, n)),
            ),
          ],
        }),
      );
      await store.writer.write(
        batchOf('metrics', {
          rows: [
            tableRows(
              'otel_samples',
              twice.map((i, n) => ({
                bucket: n,
                name: 'up',
                series_id: BigInt(i) * 1_000_003n,
                time: [n * 3_600_000],
                value: [1],
                has_stale: 0,
              })),
            ),
          ],
        }),
      );
      await store.writer.write(
        batchOf('logs', {
          rows: [
            tableRows(
              'otel_logs',
              twice.map((i, n) => ({ ...logAt(n), stream_id: BigInt(i) })),
            ),
          ],
        }),
      );
    });
    livesOnOneShard('otel_spans', 'trace_id');
    livesOnOneShard('otel_samples', 'series_id');
    livesOnOneShard('otel_logs', 'stream_id');
  });

  it('opens again, with nothing left to do', async () => {
    const again = await open(cluster);
    expect(again.status()).toMatchObject({
      engine: 'external',
      cluster: 'test_cluster',
      schemaVersion: store.status().schemaVersion,
    });
    await again.stop();
    const done = String(store.status().schemaVersion);
    expect(await perShard('SELECT count() FROM sightline_migrations')).toEqual([done, done]);
  });

  it('refuses a cluster that nobody knows', async () => {
    const storageUrl = cluster.storageUrl.replace('test_cluster', 'no_such_cluster');
    const error = await caught(open(cluster, { storageUrl }), OperationError);
    expect(error).toMatchObject({ code: 'store_url', retryable: false });
    expect(error.message).toContain('no_such_cluster');
  });

  it('retention drops days on every shard', async () => {
    const day = 100;
    const old = Array.from({ length: 20 }, (_, i) => ({
      stream_id: BigInt(i),
      time_unix_nano: BigInt(day) * 86_400_000_000_000n,
      body: 'old',
    }));
    await store.writer.write(batchOf('logs', { rows: [tableRows('otel_logs', old)] }));
    const oldRows = () => perShard("SELECT count() > 0 FROM otel_logs_local WHERE body = 'old'");
    expect(await oldRows()).toEqual(['1', '1']);
    const driver = await openExternal(cluster.storageUrl);
    const maintenance = createMaintenance({
      driver,
      retention: { logsMs: 86_400_000 },
      meter: createMeter(),
      logger: silentLogger,
      clock: createManualClock((day + 2) * 86_400_000),
    });
    await maintenance.run();
    expect(await oldRows()).toEqual(['0', '0']);
    expect(await perShard('SELECT count() > 0 FROM otel_logs_local')).toEqual(['1', '1']);
    await driver.stop(1000);
  });

  it('a lost shard is an error that can be retried, and nothing is lost', async () => {
    const logsOf = (from: number, to: number) =>
      batchOf('logs', {
        tenant: 'lost',
        rows: [
          tableRows(
            'otel_logs',
            Array.from({ length: to - from }, (_, i) => logAt(from + i)),
          ),
        ],
      });
    await store.writer.write(logsOf(0, 50));
    await cluster.kill(1);
    const unavailable = { code: 'store_unavailable', retryable: true };
    expect(await caught(count(store.reader, 'lost'), OperationError)).toMatchObject(unavailable);
    expect(await caught(store.writer.write(logsOf(50, 100)), OperationError)).toMatchObject(
      unavailable,
    );
    await cluster.restart(1);
    expect(await count(store.reader, 'lost')).toBeGreaterThanOrEqual(50n);
    // What the sender does with a retryable error: the same again.
    await store.writer.write(logsOf(50, 100));
    expect(await count(store.reader, 'lost')).toBe(100n);
  });
});
