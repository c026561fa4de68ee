// What the readers of all files of one source share.
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { FileSource } from '#pipeline/log/collection-config.ts';
import type { EntrySink, PositionStore } from '#pipeline/log/entry.ts';
import type { ReadTimes } from '#pipeline/log/read-times.ts';
import type { FileInstruments } from './instruments.ts';

export interface TailContext {
  readonly config: FileSource;
  readonly sink: EntrySink;
  readonly positions: PositionStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly instruments: FileInstruments;
  readonly times: ReadTimes;
  /** A last line without an end counts as a line when nothing was added for this long. */
  readonly partialLineWaitMs: number;
  /** A file that was renamed or deleted is left when nothing was added for this long. */
  readonly leaveAfterMs: number;
  readonly signal: AbortSignal;
}

/** `more`: there is more to read at once; `done`: there is never going to be. */
export type Progress = 'idle' | 'some' | 'more' | 'done';
