// The contract between the stages of the write line.
import type { Batch, Rejection, Signal } from '#model/batch.ts';

export interface ConsumeResult {
  /** Items that are committed. */
  readonly accepted: number;
  /** Items that can never be taken, with the reason; undefined when there are none. */
  readonly rejected: Rejection | undefined;
}

/**
 * Accepts batches.
 * - consume must not change `batch`; it may keep references to it (batches are frozen once handed over).
 * - It resolves when the batch is committed by the engine, not merely received.
 * - Items it cannot take are counted in `rejected`; it throws OperationError only when nothing was
 *   taken. A retryable one means: send the same again later.
 * - It must settle soon after `signal` aborts and must be safe to call concurrently.
 */
export interface Consumer<S extends Signal = Signal> {
  consume(batch: Batch<S>, signal?: AbortSignal): Promise<ConsumeResult>;
}
