// What a source of log lines gets from the program.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { EntrySink, PositionStore } from '#pipeline/log/entry.ts';
import type { ReadTimes } from '../log-file/read-times.ts';

export interface SourceContext {
  readonly sink: EntrySink;
  readonly positions: PositionStore;
  /** Shared by all sources of the process. */
  readonly times: ReadTimes;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
}
