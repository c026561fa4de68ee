// What a source of log lines gets from the program.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { EntrySink, PositionStore } from '#pipeline/log/entry.ts';

/** Times of lines that say none themselves; shared by all sources of the process. */
export interface LineTimes {
  /** The first of `count` nanoseconds that nobody else gets: now, or a moment later. */
  take(count: number): bigint;
}

export interface SourceContext {
  readonly sink: EntrySink;
  readonly positions: PositionStore;
  readonly times: LineTimes;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
}
