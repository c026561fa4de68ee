// Batches on their way to the store. What the store cannot take at once waits here, within a bound in
// bytes, and is sent again in the order of the scrapes; over the bound the oldest give way.
import type { Meter } from '#internal-telemetry/meter.ts';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { Batch } from '#model/batch.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { Sleep } from './timer.ts';

export interface OutboxDeps {
  readonly consumer: Consumer;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly sleep: Sleep;
  /** `scrape.buffer_bytes`. */
  readonly bytesMax: number;
}

/** At once, while the store takes them; after a refusal one at a time. */
const sendingMax = 32;
const firstPauseMs = 200;
const longestPauseMs = 5000;

interface Parcel {
  readonly batch: Batch<'metrics'>;
  readonly serial: number;
}

export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #stop = new AbortController();
  /** Not being sent, oldest first. */
  readonly #waiting: Parcel[] = [];
  readonly #sending = new Set<Promise<void>>();
  /** One per batch: who consumes may listen to it for as long as it lives. */
  readonly #attempts = new Set<AbortController>();
  readonly #instruments: ReturnType<typeof createInstruments>;
  #bytes = 0;
  #serial = 0;
  #pauseMs = 0;
  #pause: Promise<void> | undefined;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    this.#instruments = createInstruments(deps.meter, () => this.#bytes);
  }

  /** Held, with what is being sent. */
  get bytes(): number {
    return this.#bytes;
  }

  push(batch: Batch<'metrics'>): void {
    this.#waiting.push({ batch, serial: this.#serial++ });
    this.#bytes += batch.byteLength;
    while (this.#bytes > this.#deps.bytesMax && this.#waiting.length > 1) {
      this.#drop(this.#waiting.shift() as Parcel, 'buffer_full');
    }
    this.#send();
  }

  /** Waits for what is on its way, for `deadlineMs` at most; what is left then is lost. */
  async stop(deadlineMs: number): Promise<void> {
    const deadline = this.#deps.sleep(deadlineMs, this.#stop.signal);
    let isLate = false;
    void deadline.then(() => {
      isLate = true;
    });
    while (!isLate && this.#bytes > 0) {
      await Promise.race([deadline, ...this.#sending, ...(this.#pause ? [this.#pause] : [])]);
    }
    this.#stop.abort();
    for (const attempt of this.#attempts) attempt.abort();
    await Promise.all(this.#sending);
    for (const parcel of this.#waiting.splice(0)) this.#drop(parcel, 'stopped');
  }

  #send(): void {
    const max = this.#pauseMs > 0 ? 1 : sendingMax;
    while (this.#pause === undefined && this.#sending.size < max && !this.#stop.signal.aborted) {
      const parcel = this.#waiting.shift();
      if (parcel === undefined) return;
      const sending = this.#sendOne(parcel).then(() => {
        this.#sending.delete(sending);
        this.#send();
      });
      this.#sending.add(sending);
    }
  }

  async #sendOne(parcel: Parcel): Promise<void> {
    const attempt = new AbortController();
    this.#attempts.add(attempt);
    try {
      await this.#deps.consumer.consume(parcel.batch, attempt.signal);
      this.#bytes -= parcel.batch.byteLength;
      this.#pauseMs = 0;
    } catch (error) {
      if (this.#stop.signal.aborted || isRetryable(error)) this.#putBack(parcel, error);
      else {
        this.#drop(parcel, 'refused');
        this.#deps.logger.error('scraped samples were refused by the store', {
          error: messageOf(error),
        });
      }
    } finally {
      this.#attempts.delete(attempt);
    }
  }

  #putBack(parcel: Parcel, error: unknown): void {
    const before = this.#waiting.findIndex(({ serial }) => serial > parcel.serial);
    this.#waiting.splice(before < 0 ? this.#waiting.length : before, 0, parcel);
    if (this.#pause !== undefined || this.#stop.signal.aborted) return;
    if (this.#pauseMs === 0) {
      this.#deps.logger.warn('the store takes no scraped samples now; they wait', {
        error: messageOf(error),
      });
    }
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, firstPauseMs), longestPauseMs);
    const asked = error instanceof OperationError ? (error.retryAfterMs ?? 0) : 0;
    this.#pause = this.#deps
      .sleep(Math.max(this.#pauseMs, Math.min(asked, longestPauseMs)), this.#stop.signal)
      .then(() => {
        this.#pause = undefined;
        this.#send();
      });
  }

  #drop({ batch }: Parcel, reason: string): void {
    this.#bytes -= batch.byteLength;
    this.#instruments.dropped.add(batch.items, { reason });
  }
}

const isRetryable = (error: unknown): boolean => error instanceof OperationError && error.retryable;

function createInstruments(meter: Meter, bytes: () => number) {
  meter.observe(
    'sightline_scrape_buffer_bytes',
    'Bytes of scraped samples that wait for the store or are being written.',
    bytes,
  );
  return {
    dropped: meter.counter(
      'sightline_scrape_dropped_samples_total',
      'Scraped samples that never reached the store, by reason.',
    ),
  };
}
