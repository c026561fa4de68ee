// What all sources of collected lines share: the way into the store, the positions, and the times of
// lines that say none. Made when the first source needs it.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '#config/options.ts';
import { EntryWriter } from '#exporter/log-entry/entry-writer.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { PositionStore } from '#pipeline/log/entry.ts';
import { createReadTimes, type ReadTimes } from '#receiver/log-file/read-times.ts';
import { DiskPositions } from '#receiver/positions/disk-positions.ts';
import { ageLimitsOf } from './settings.ts';

export interface LogIntakeDeps {
  readonly consumer: Consumer<'logs'>;
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

export interface LogIntake {
  readonly writer: EntryWriter;
  readonly positions: PositionStore;
  readonly times: ReadTimes;
  /** To be called when all sources and nodes have stopped. */
  stop(): Promise<void>;
}

/** Lines that are on their way when the program stops get this long to be committed. */
const stopDeadlineMs = 3000;

/** Throws OperationError when the positions in `data_dir` cannot be read. */
export function createLogIntake(config: Config, deps: LogIntakeDeps): LogIntake {
  const { clock, logger } = deps;
  const path = join(config.data_dir, 'log-positions', 'positions.jsonl');
  const positions = new DiskPositions({ path, logger });
  const limits = ageLimitsOf(config);
  const writer = new EntryWriter(
    {
      bufferBytesMax: config['logs.buffer_bytes'],
      ageMsMax: limits.ageMsMax.logs,
      futureMsMax: limits.futureMsMax,
      lineBytesMax: config['ingest.max_attribute_bytes'],
      tenancyEnabled: config['tenancy.enabled'],
    },
    { ...deps, sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}) },
  );
  return {
    writer,
    positions,
    times: createReadTimes(clock),
    stop: async () => {
      await writer.stop(stopDeadlineMs);
      await positions.stop();
    },
  };
}
