// The write side of the store: group commit. Batches of one signal wait together for a moment, then
// their rows go to the engine as one block per table, and all of them are answered at once.
// The queue is bounded in bytes over all signals.

import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { Batch, Signal } from '#model/batch.ts';
import type { StoreWriter } from '../contract.ts';
import type { Driver } from '../driver/driver.ts';
import { createInserter } from './insert.ts';
import { Lane, type LaneOptions } from './lane.ts';
import type { CommitLog } from './write-log.ts';

export interface WriterOptions {
  readonly driver: Driver;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly commitIntervalMs: number;
  readonly commitBytes: number;
  readonly queueBytesMax: number;
  readonly writeDeadlineMs: number;
  readonly commits: CommitLog;
}

/**
 * How groups of a signal are gathered. A part costs the engine as much as thousands of rows, and a log
 * line has twenty times the bytes of a sample: fewer lines than samples are in as many bytes.
 */
const gathering: Readonly<
  Record<Signal, Pick<LaneOptions, 'fullFactor' | 'quietMs' | 'patience'>>
> = {
  metrics: { fullFactor: 4, quietMs: 10 },
  traces: { fullFactor: 16, quietMs: 40, patience: 4 },
  logs: { fullFactor: 16, quietMs: 40, patience: 4 },
};

/** What a full queue says when to come back. */
const retryAfterMs = 1000;

export function createWriter(options: WriterOptions): StoreWriter {
  const { meter, queueBytesMax } = options;
  const refusals = meter.counter(
    'sightline_store_queue_refusals_total',
    'Batches refused because the queue was full.',
  );
  const inserter = createInserter(options);
  const lanes = new Map<Signal, Lane>();
  const queue = { bytes: 0, bytesMax: queueBytesMax, batches: 0 };
  meter.observe(
    'sightline_store_queue_bytes',
    'Bytes waiting or being inserted.',
    () => queue.bytes,
  );
  meter.observe('sightline_store_queue_limit_bytes', 'Most of them.', () => queueBytesMax);

  const laneOf = (signal: Signal): Lane => {
    const lane = lanes.get(signal) ?? new Lane({ ...options, ...gathering[signal] }, inserter);
    lanes.set(signal, lane);
    return lane;
  };
  return {
    queue,
    write: async (batch: Batch, signal?: AbortSignal): Promise<void> => {
      if (signal?.aborted) throw canceled();
      // One batch that is larger than the whole queue passes when it is alone.
      if (queue.bytes > 0 && queue.bytes + batch.byteLength > queueBytesMax) {
        refusals.add(1, { signal: batch.signal });
        throw queueFull(queue.bytes, queueBytesMax);
      }
      queue.bytes += batch.byteLength;
      queue.batches++;
      const settled = laneOf(batch.signal)
        .add(batch, signal)
        .finally(() => {
          queue.bytes -= batch.byteLength;
          queue.batches--;
        });
      await (signal ? orAborted(settled, signal) : settled);
    },
    flush: async () => {
      await Promise.all([...lanes.values()].map((lane) => lane.flush()));
    },
  };
}

/** The caller stops waiting; rows that are on their way may still be committed. */
function orAborted(settled: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(canceled());
    signal.addEventListener('abort', abort, { once: true });
    settled.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

const canceled = (): OperationError =>
  new OperationError(
    'write_canceled',
    'cannot write the batch: its sender went away; sending it again is safe',
    { retryable: true },
  );

const queueFull = (bytes: number, bytesMax: number): OperationError =>
  new OperationError(
    'store_queue_full',
    `cannot take the batch: ${bytes} of ${bytesMax} bytes are waiting to be written; ` +
      'send it again later, or raise memory.limit',
    { retryable: true, retryAfterMs },
  );
