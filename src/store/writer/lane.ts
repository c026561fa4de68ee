// The waiting batches of one signal. A group leaves when its oldest batch has waited long enough, when
// enough bytes are there and no more come for a moment, or when many are there, as soon as one of the
// two places on the way is free. Fewer and larger groups cost the engine less per row.

import type { Clock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { Batch } from '#model/batch.ts';
import type { Inserter } from './insert.ts';

export interface LaneOptions {
  readonly clock: Clock;
  readonly commitIntervalMs: number;
  readonly commitBytes: number;
  /** This many times `commitBytes` leave at once. */
  readonly fullFactor: number;
  /** Senders that wait for their answers send nothing more: after this the group is all there is. */
  readonly quietMs: number;
  /**
   * Whether what comes waits for the group on the way, up to this many intervals, and then for what the
   * senders of that group send next.
   */
  readonly patience?: number;
}

interface Entry {
  readonly batch: Batch;
  readonly addedMs: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const groupsInFlightMax = 2;
/** A group takes at most this many times `commitBytes`: bounds the memory of one insert. */
const groupFactor = 16;

export class Lane {
  readonly #options: LaneOptions;
  readonly #inserter: Inserter;
  #waiting: Entry[] = [];
  #waitingBytes = 0;
  readonly #unsettled = new Set<Promise<void>>();
  #inFlight = 0;
  #committedMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #flushUntil: Entry | undefined;

  constructor(options: LaneOptions, inserter: Inserter) {
    this.#options = options;
    this.#inserter = inserter;
  }

  /** Settles when the batch is committed or has failed; an abort takes it back while it waits. */
  add(batch: Batch, signal?: AbortSignal): Promise<void> {
    let takeBack = (): void => {};
    const settled = new Promise<void>((resolve, reject) => {
      const entry = { batch, addedMs: this.#options.clock.monotonicMs(), resolve, reject };
      this.#waiting.push(entry);
      this.#waitingBytes += batch.byteLength;
      takeBack = () => this.#takeBack(entry);
    });
    signal?.addEventListener('abort', takeBack, { once: true });
    this.#unsettled.add(settled);
    const forget = (): void => {
      this.#unsettled.delete(settled);
      signal?.removeEventListener('abort', takeBack);
    };
    settled.then(forget, forget);
    this.#advance();
    return settled;
  }

  async flush(): Promise<void> {
    this.#flushUntil = this.#waiting.at(-1);
    this.#advance();
    await Promise.allSettled([...this.#unsettled]);
  }

  #takeBack(entry: Entry): void {
    const index = this.#waiting.indexOf(entry);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#waitingBytes -= entry.batch.byteLength;
    if (this.#flushUntil === entry) this.#flushUntil = this.#waiting[index - 1];
    entry.reject(
      new OperationError('write_canceled', 'cannot write the batch: its sender went away; retry', {
        retryable: true,
      }),
    );
  }

  #advance(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#inFlight < groupsInFlightMax && this.#waiting.length > 0) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#advance(), waitMs);
        return;
      }
      void this.#commit(this.#takeGroup());
    }
  }

  #waitMs(): number {
    const { clock, commitIntervalMs, commitBytes, fullFactor, quietMs, patience } = this.#options;
    if (this.#flushUntil || this.#waitingBytes >= commitBytes * fullFactor) return 0;
    const oldest = this.#waiting[0] as Entry;
    const newest = this.#waiting.at(-1) as Entry;
    const nowMs = clock.monotonicMs();
    if (patience !== undefined && this.#inFlight > 0) {
      return oldest.addedMs + commitIntervalMs * patience - nowMs;
    }
    const sinceMs = patience === undefined ? Number.NEGATIVE_INFINITY : this.#committedMs;
    const latestMs = Math.max(oldest.addedMs, sinceMs) + commitIntervalMs;
    const quietUntilMs = Math.max(newest.addedMs, sinceMs) + quietMs;
    const isEnough = this.#waitingBytes >= commitBytes;
    return (isEnough ? Math.min(latestMs, quietUntilMs) : latestMs) - nowMs;
  }

  #takeGroup(): Entry[] {
    const bytesMax = this.#options.commitBytes * groupFactor;
    let bytes = 0;
    let count = 0;
    for (const { batch } of this.#waiting) {
      if (count > 0 && bytes + batch.byteLength > bytesMax) break;
      bytes += batch.byteLength;
      count++;
    }
    const group = this.#waiting.splice(0, count);
    this.#waitingBytes -= bytes;
    if (this.#flushUntil && group.includes(this.#flushUntil)) this.#flushUntil = undefined;
    return group;
  }

  async #commit(group: readonly Entry[]): Promise<void> {
    this.#inFlight++;
    const outcomes = await this.#inserter.insert(group.map((entry) => entry.batch));
    this.#inFlight--;
    this.#committedMs = this.#options.clock.monotonicMs();
    group.forEach((entry, i) => {
      const error = outcomes[i];
      if (error === undefined) entry.resolve();
      else entry.reject(error);
    });
    this.#advance();
  }
}
