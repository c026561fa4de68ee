// What waits for one client: a bounded queue of messages. What does not fit is left out, and the client
// is told which lines these were.
import type { Counter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import {
  type DroppedEntry,
  encodeDropped,
  labelsOf,
  type TailBudget,
  type TailEncoding,
  type TailMessage,
} from './message.ts';

export interface TailQueueSettings {
  /** `query.tail_queue_bytes`. */
  readonly bytesMax: number;
  readonly encoding: TailEncoding;
  /** Lines are held back for so long. */
  readonly delayMs: number;
  readonly clock: Clock;
  readonly dropped: Counter;
  /** Of all queues. */
  readonly budget: TailBudget;
}

/** So many lines that were left out are named; of more only the last ones are. */
const namedMax = 1000;

interface Waiting {
  readonly bytes: Uint8Array;
  /** Undefined for what tells of lines that are left out. */
  readonly message: TailMessage | undefined;
  readonly dueMs: number;
}

export class TailQueue {
  readonly #settings: TailQueueSettings;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;
  #dropped: DroppedEntry[] = [];
  #onMore = (): void => {};

  constructor(settings: TailQueueSettings) {
    this.#settings = settings;
  }

  add(message: TailMessage): void {
    const { bytesMax, encoding, clock, delayMs, budget } = this.#settings;
    const bytes = message.encode(encoding);
    // One message that is larger than the whole queue passes when it is alone.
    const isFull = this.#bytes > 0 && this.#bytes + bytes.length > bytesMax;
    if (isFull || !message.enter(encoding, budget)) {
      this.#drop(message);
      return;
    }
    this.#reportDropped();
    this.#push({ bytes, message, dueMs: clock.monotonicMs() + delayMs });
  }

  /** Lines that nobody can name. */
  miss(lines: number, timeNano: bigint): void {
    this.#settings.dropped.add(lines);
    this.#dropped = [...this.#dropped, { labels: {}, timeNano }].slice(-namedMax);
    this.#onMore();
  }

  /** The next message when it is due; undefined when `signal` aborts. */
  async next(signal: AbortSignal): Promise<Uint8Array | undefined> {
    for (;;) {
      if (signal.aborted) return undefined;
      if (this.#waiting.length === 0) this.#reportDropped();
      const [first] = this.#waiting;
      const waitMs = first ? first.dueMs - this.#settings.clock.monotonicMs() : undefined;
      if (first && (waitMs as number) <= 0) {
        this.#waiting.shift();
        this.#left(first);
        return first.bytes;
      }
      await this.#changed(signal, waitMs);
    }
  }

  /** Nobody wants what is left. */
  close(): void {
    for (const waiting of this.#waiting.splice(0)) this.#left(waiting);
  }

  #left({ bytes, message }: Waiting): void {
    this.#bytes -= bytes.length;
    message?.leave(this.#settings.encoding, this.#settings.budget);
  }

  #push(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#bytes += waiting.bytes.length;
    this.#onMore();
  }

  #drop({ entries }: TailMessage): void {
    this.#settings.dropped.add(entries.length);
    const named = entries.map((entry) => ({ labels: labelsOf(entry), timeNano: entry.timeNano }));
    this.#dropped = [...this.#dropped, ...named].slice(-namedMax);
  }

  /** In the place where the lines would have been. */
  #reportDropped(): void {
    if (this.#dropped.length === 0) return;
    const bytes = encodeDropped(this.#dropped, this.#settings.encoding);
    this.#dropped = [];
    this.#push({ bytes, message: undefined, dueMs: 0 });
  }

  #changed(signal: AbortSignal, waitMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', settle);
        this.#onMore = () => {};
        resolve();
      };
      const timer = waitMs === undefined ? undefined : setTimeout(settle, waitMs);
      signal.addEventListener('abort', settle);
      this.#onMore = settle;
    });
  }
}
