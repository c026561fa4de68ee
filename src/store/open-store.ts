// Settings in, a running store out: engine, schema, writer, reader. Nothing else of the folder is
// meant for outside but contract.ts, settings.ts, errors.ts and table/.
import type { Meter } from '#internal-telemetry/meter.ts';
import { type Clock, systemClock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { Store } from './contract.ts';
import type { Driver } from './driver/driver.ts';
import { openEmbedded } from './driver/embedded.ts';
import { openExternal } from './driver/external.ts';
import { deleteLogs } from './maintenance/delete-logs.ts';
import { deleteSeries } from './maintenance/delete-series.ts';
import { createMaintenance } from './maintenance/maintenance.ts';
import { takeSnapshot } from './maintenance/snapshot.ts';
import { migrate } from './migration/migrate.ts';
import { createReader } from './reader.ts';
import { defaultQueryLimits, type StoreSettings, writeDefaults } from './settings.ts';
import { CommitLog } from './writer/write-log.ts';
import { createWriter } from './writer/writer.ts';

export interface StoreDeps {
  readonly logger: Logger;
  readonly meter: Meter;
  readonly clock?: Clock;
  /** Called after the retention has deleted rows: who remembers what is stored must forget it. */
  readonly onDeleted?: () => void;
}

type AllDeps = StoreDeps & { readonly clock: Clock };

const stopDeadlineMs = 10_000;

export async function openStore(settings: StoreSettings, deps: StoreDeps): Promise<Store> {
  const all = { clock: systemClock, ...deps };
  const driver = await openDriver(settings, all);
  try {
    return await openOn(driver, settings, all);
  } catch (error) {
    await driver.stop(stopDeadlineMs);
    throw error;
  }
}

function openDriver(settings: StoreSettings, deps: AllDeps): Promise<Driver> {
  if (settings.storageUrl !== undefined) return openExternal(settings.storageUrl);
  return openEmbedded({
    dataDir: settings.dataDir ?? './data',
    memoryBytesMax: settings.memoryBytesMax,
    engineHostPath: settings.engineHostPath,
    ...deps,
  });
}

async function openOn(driver: Driver, settings: StoreSettings, deps: AllDeps): Promise<Store> {
  const schemaVersion = await migrate(driver, undefined, deps.logger);
  observeEngine(driver, deps.meter);
  const commits = new CommitLog(deps.clock);
  const onDeleted = (): void => {
    commits.clear();
    deps.onDeleted?.();
  };
  const writer = createWriter({
    driver,
    ...deps,
    commits,
    commitIntervalMs: Math.min(
      settings.commitIntervalMs ?? writeDefaults.commitIntervalMs,
      writeDefaults.commitIntervalMsMax,
    ),
    commitBytes: settings.commitBytes ?? writeDefaults.commitBytes,
    queueBytesMax: settings.queueBytesMax ?? writeDefaults.queueBytesMax,
    writeDeadlineMs: settings.writeDeadlineMs ?? writeDefaults.writeDeadlineMs,
  });
  const retention = settings.retention ?? {};
  const maintenance = createMaintenance({ driver, retention, ...deps, onDeleted });
  maintenance.start();
  const limits = { ...defaultQueryLimits, ...settings.query };
  return {
    writer,
    writes: driver.kind === 'embedded' ? commits : undefined,
    reader: createReader({ driver, limits, ...deps }),
    admin: {
      deleteSeries: async (deletion) => {
        await writer.flush();
        await deleteSeries(driver, deletion).finally(onDeleted);
      },
      deleteLogs: async (deletion) => {
        await writer.flush();
        await deleteLogs(driver, deletion, async () => {
          deps.onDeleted?.();
          await writer.flush();
        }).finally(() => deps.onDeleted?.());
      },
      snapshot: async (name) => {
        await writer.flush();
        await takeSnapshot(driver, name);
      },
    },
    status: () => ({
      engine: driver.kind,
      isReady: driver.isReady,
      version: driver.version,
      pid: driver.pid,
      restarts: driver.restarts,
      memoryBytesMax: driver.memoryBytesMax,
      cluster: driver.layout.cluster,
      schemaVersion,
    }),
    engineRssBytes: () => driver.rssBytes(),
    stop: async (deadlineMs = stopDeadlineMs) => {
      // Its statements end with the engine; nobody waits for them.
      void maintenance.stop();
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, deadlineMs).unref());
      await Promise.race([writer.flush(), timeout]);
      await driver.stop(deadlineMs);
    },
  };
}

function observeEngine(driver: Driver, meter: Meter): void {
  meter.observe('sightline_engine_up', 'Whether the engine answers.', () =>
    driver.isReady ? 1 : 0,
  );
  meter.observe(
    'sightline_engine_restarts',
    'Times that the embedded engine died.',
    () => driver.restarts,
  );
  meter.observe(
    'sightline_engine_resident_bytes',
    'Memory of the embedded engine.',
    () => driver.rssBytes() ?? 0,
  );
}
