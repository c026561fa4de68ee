// Pauses between attempts: longer after each failure, short again after a success.
import { rest } from '#discovery/refreshing.ts';
import { jitter } from '#lib/random.ts';

export interface RetrySettings {
  readonly firstMs: number;
  readonly longestMs: number;
}

export const usualRetries: RetrySettings = { firstMs: 500, longestMs: 30_000 };

export class Retries {
  readonly #settings: RetrySettings;
  #pauseMs: number;

  constructor(settings: RetrySettings = usualRetries) {
    this.#settings = settings;
    this.#pauseMs = settings.firstMs;
  }

  succeeded(): void {
    this.#pauseMs = this.#settings.firstMs;
  }

  /** Returns early when the signal aborts. */
  async pause(signal: AbortSignal): Promise<void> {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(pauseMs * 2, this.#settings.longestMs);
    await rest(pauseMs * jitter(0.2), signal);
  }
}
