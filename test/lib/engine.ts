// A store on an engine of its own in a temporary folder, for integration tests.
import { mkdtemp, rm } from 'node:fs/promises';
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
