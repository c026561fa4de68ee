// A store on an engine of its own in a temporary folder, for integration tests.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMeter } from '#internal-telemetry/meter.ts';
import { silentLogger } from '#lib/log.ts';
import type { Store } from '#store/contract.ts';
import { openStore, type StoreDeps } from '#store/open-store.ts';
import type { StoreSettings } from '#store/settings.ts';

export interface TestStoreOptions {
  readonly settings?: StoreSettings;
  readonly deps?: Partial<StoreDeps>;
  /** Use this folder and leave it when stopping. */
  readonly dataDir?: string;
}

export interface TestStore {
  readonly store: Store;
  readonly dataDir: string;
  stop(): Promise<void>;
}

const memoryBytesMax = 1 << 30;

export async function startTestStore(options: TestStoreOptions = {}): Promise<TestStore> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'sightline-test-')));
  const store = await openStore(
    { dataDir, memoryBytesMax, commitIntervalMs: 10, ...options.settings },
    { logger: silentLogger, meter: createMeter(), ...options.deps },
  );
  return {
    store,
    dataDir,
    stop: async () => {
      await store.stop();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The engine's answer to any statement: its port is in its command line, its password in its files. */
export async function askEngine(store: Store, dataDir: string, sql: string): Promise<string> {
  const arguments_ = await readFile(`/proc/${store.status().pid}/cmdline`, 'utf8');
  const port = /--http_port=(\d+)/.exec(arguments_)?.[1];
  const users = await readFile(join(dataDir, 'engine', 'users.xml'), 'utf8');
  const password = /<sightline><password>(\w+)/.exec(users)?.[1] ?? '';
  const response = await fetch(`http://127.0.0.1:${port}/?database=sightline`, {
    method: 'POST',
    body: sql,
    headers: { 'X-ClickHouse-User': 'sightline', 'X-ClickHouse-Key': password },
  });
  return (await response.text()).trim();
}
