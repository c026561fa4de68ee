// What only the embedded engine can get wrong: deaths, locks, full queues, data of the future.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import { star } from '#sql/tree.ts';
import { findEngineLibrary } from '#store/driver/engine-library.ts';
import { startEngine } from '#store/driver/engine-process.ts';
import { processStart } from '#store/driver/process-identity.ts';
import { openStore } from '#store/open-store.ts';
import type { StoreSettings } from '#store/settings.ts';
import { caught, count, logAt } from '../contract/store.ts';
import { askAt, askEngine, enginePort, usersFile } from '../lib/ask-engine.ts';
import { startTestStore, type TestStore, type TestStoreOptions } from '../lib/engine.ts';
import { batchOf, tableRows } from '../lib/table-rows.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(options: TestStoreOptions = {}): Promise<TestStore> {
  const started = await startTestStore(options);
  cleanups.push(() => started.stop());
  return started;
}

async function temporaryFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-test-'));
  cleanups.push(() => rm(dataDir, { recursive: true, force: true }));
  return dataDir;
}

const logBatch = (i: number) => batchOf('logs', { rows: [tableRows('otel_logs', [logAt(i)])] });

// A process that ended but was not waited for by its parent is not alive.
const isAlive = (pid: number): boolean => processStart(pid) !== undefined;

describe('an engine that dies', () => {
  it('loses nothing that was acknowledged; what waits is written after its restart', async () => {
    const { store } = await start();
    const acknowledged: number[] = [];
    const failed: unknown[] = [];
    let next = 0;
    const until = Date.now() + 3000;
    const sender = async (): Promise<void> => {
      while (Date.now() < until) {
        const i = next++;
        await store.writer.write(logBatch(i)).then(
          () => acknowledged.push(i),
          (error) => failed.push(error),
        );
      }
    };
    const senders = Array.from({ length: 20 }, sender);
    for (let kill = 1; kill <= 3; kill++) {
      await expect.poll(() => acknowledged.length, { timeout: 10_000 }).toBeGreaterThan(kill * 20);
      const pid = store.status().pid as number;
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => store.status().restarts, { timeout: 10_000 }).toBe(kill);
      await expect.poll(() => store.status().isReady, { timeout: 10_000 }).toBe(true);
    }
    await Promise.all(senders);
    expect(failed).toEqual([]);
    expect(await count(store.reader, '')).toBe(BigInt(acknowledged.length));
    expect(store.status().restarts).toBe(3);
  });

  it('reads wait for its restart', async () => {
    const { store } = await start();
    await store.writer.write(logBatch(1));
    process.kill(store.status().pid as number, 'SIGKILL');
    expect(await count(store.reader, '')).toBe(1n);
  });

  it('that hangs fails writes at their deadline, and they can be sent again', async () => {
    const { store } = await start({ settings: { writeDeadlineMs: 500 } });
    const pid = store.status().pid as number;
    process.kill(pid, 'SIGSTOP');
    cleanups.push(() => isAlive(pid) && process.kill(pid, 'SIGCONT'));
    const error = await caught(store.writer.write(logBatch(1)), OperationError);
    expect(error).toMatchObject({ code: 'store_unavailable', retryable: true });
    process.kill(pid, 'SIGCONT');
    await store.writer.write(logBatch(1));
    expect(await count(store.reader, '')).toBe(1n);
  });

  it('stops in order, and within the deadline when it hangs', async () => {
    const { store } = await start();
    const pid = store.status().pid as number;
    process.kill(pid, 'SIGSTOP');
    const startMs = performance.now();
    await store.stop(300);
    expect(performance.now() - startMs).toBeLessThan(3000);
    expect(isAlive(pid)).toBe(false);
  });
});

describe('a store that stops', () => {
  it('commits what waits', async () => {
    const { store, dataDir } = await start({ settings: { commitIntervalMs: 200 } });
    const write = store.writer.write(logBatch(1));
    await store.stop();
    await write;
    const again = await start({ dataDir });
    expect(await count(again.store.reader, '')).toBe(1n);
  });

  it('fails what it can no longer commit, so that it is sent again, and soon', async () => {
    const { store } = await start();
    const pid = store.status().pid as number;
    process.kill(pid, 'SIGSTOP');
    const write = caught(store.writer.write(logBatch(1)), OperationError);
    await store.stop(200);
    expect(await write).toMatchObject({ code: 'store_unavailable', retryable: true });
    const late = caught(store.writer.write(logBatch(2)), OperationError);
    expect(await late).toMatchObject({ code: 'store_unavailable', retryable: true });
    const read = caught(store.reader.rows({ columns: [{ expr: star }] }), OperationError);
    expect(await read).toMatchObject({ code: 'store_unavailable' });
  }, 15_000);
});

describe('a full queue', () => {
  it('refuses what does not fit, says when to come back, and takes it then', async () => {
    const settings: StoreSettings = { queueBytesMax: 2000, commitIntervalMs: 50 };
    const { store } = await start({ settings });
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => store.writer.write(logBatch(i))),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.reason).toMatchObject({
      code: 'store_queue_full',
      retryable: true,
      retryAfterMs: 1000,
    });
    expect(store.writer.queue).toMatchObject({ bytes: 0, batches: 0 });
    expect(await count(store.reader, '')).toBe(BigInt(100 - refused.length));
    await store.writer.write(logBatch(1000));
  });
});

describe('the data folder', () => {
  const open = (dataDir: string) =>
    openStore({ dataDir, memoryBytesMax: 1 << 30 }, { logger: silentLogger, meter: createMeter() });

  const startChild = async (
    dataDir: string,
  ): Promise<{ child: ChildProcess; enginePid: number }> => {
    const script = fileURLToPath(new URL('../lib/store-child.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => child.kill('SIGKILL'));
    const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data');
    return { child, enginePid: JSON.parse(String(line)).enginePid };
  };

  it('is named when it cannot be made', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    const error = await caught(open(join(file, 'data')), OperationError);
    expect(error).toMatchObject({ code: 'store_folder', retryable: false });
    expect(error.message).toContain(join(file, 'data'));
    expect(error.message).toContain('--data-dir');
  });

  it('is refused to a second store, in the same process and in another, with the pid', async () => {
    const dataDir = await temporaryFolder();
    const { child } = await startChild(dataDir);
    const error = await caught(open(dataDir), OperationError);
    expect(error).toMatchObject({ code: 'store_locked', retryable: false });
    expect(error.message).toContain(`process ${child.pid} `);
    const mine = await start();
    const again = await caught(open(mine.dataDir), OperationError);
    expect(again.message).toContain(`process ${process.pid} `);
  });

  it('is free again when the program was killed, and so is its engine gone', async () => {
    const dataDir = await temporaryFolder();
    const { child, enginePid } = await startChild(dataDir);
    expect(isAlive(enginePid)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect.poll(() => isAlive(enginePid), { timeout: 3000 }).toBe(false);
    const { store } = await start({ dataDir });
    expect(store.status().isReady).toBe(true);
  });

  it('is free again also when the engine of the killed program hangs', async () => {
    const dataDir = await temporaryFolder();
    const { child, enginePid } = await startChild(dataDir);
    process.kill(enginePid, 'SIGSTOP');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { store } = await start({ dataDir });
    expect(isAlive(enginePid)).toBe(false);
    expect(store.status().isReady).toBe(true);
  });

  it('takes over the lock of a process that is gone, or that has its pid by chance', async () => {
    for (const lock of [{ pid: process.ppid, start: 'before' }, { pid: 2 ** 22 + 1 }, 'rubbish']) {
      const dataDir = await temporaryFolder();
      await writeFile(join(dataDir, 'sightline.lock'), JSON.stringify(lock));
      const store = await open(dataDir);
      const named = JSON.parse(await readFile(join(dataDir, 'sightline.lock'), 'utf8'));
      expect(named).toMatchObject({ pid: process.pid, enginePid: store.status().pid });
      await store.stop();
      await expect(readFile(join(dataDir, 'sightline.lock'))).rejects.toThrow(/ENOENT/);
    }
  });

  it('is refused, and unharmed, when only the engine\u2019s own lock tells that it is in use', async () => {
    const { store, dataDir } = await start();
    const second = startEngine({
      dir: join(dataDir, 'engine'),
      libraryPath: findEngineLibrary(),
      memoryBytesMax: 1 << 30,
      database: 'sightline',
    });
    const error = await caught(second, OperationError);
    expect(error.message).toMatch(/cannot start the embedded engine: .*(lock|already running)/s);
    await store.writer.write(logBatch(1));
    expect(await count(store.reader, '')).toBe(1n);
    expect(store.status().restarts).toBe(0);
  });

  it('keeps its rows when the store is opened again', async () => {
    const dataDir = await temporaryFolder();
    const first = await open(dataDir);
    await first.writer.write(logBatch(1));
    await first.stop();
    const second = await open(dataDir);
    expect(await count(second.reader, '')).toBe(1n);
    await second.stop();
  });

  it('is refused when a newer version wrote it', async () => {
    const { store, dataDir } = await start();
    await askEngine(store, "INSERT INTO sightline_migrations VALUES (999, 'later', now())");
    await store.stop();
    const error = await caught(open(dataDir), OperationError);
    expect(error).toMatchObject({ code: 'store_newer', retryable: false });
    expect(error.message).toContain('schema version 999');
  });

  it('shows the engine\u2019s password to its owner only', async () => {
    const { store } = await start();
    const { mode } = await stat(await usersFile(store));
    expect(mode & 0o777).toBe(0o600);
  });
});

describe('the engine\u2019s own session', () => {
  it('may do nothing but wait: without the password nothing can be read', async () => {
    const { store } = await start();
    const port = await enginePort(store);
    const ask = (sql: string): Promise<string> =>
      askAt({ port, user: 'default', password: '', database: 'default' }, sql);
    expect(await ask('SELECT count() FROM sightline.otel_spans')).toContain('ACCESS_DENIED');
    expect(await ask('CREATE DATABASE x')).toContain('ACCESS_DENIED');
    expect(await askEngine(store, 'SELECT 1')).toBe('1');
  });

  it('keeps no log tables', async () => {
    const { store } = await start();
    await store.writer.write(logBatch(1));
    const sql =
      "SELECT count() FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'";
    expect(await askEngine(store, sql)).toBe('0');
  });
});
