// What one query may cost, and how long. Every breach is an error that names the key to turn.
import { setMaxListeners } from 'node:events';
import type { Clock } from '#lib/clock.ts';
import { InputError, OperationError } from '#lib/errors.ts';

export interface PromqlLimits {
  /** `query.max_samples`: raw samples and points of results held at one time; default 50 million. */
  readonly samplesMax: number;
  /** `query.max_series`: series of one selector; default 500,000. */
  readonly seriesMax: number;
  /** `query.timeout`; default 2 min. */
  readonly timeoutMs: number;
}

export const defaultPromqlLimits: PromqlLimits = {
  samplesMax: 50_000_000,
  seriesMax: 500_000,
  timeoutMs: 120_000,
};

export interface BudgetOptions {
  readonly limits: PromqlLimits;
  readonly clock: Clock;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

export class Budget {
  readonly signal: AbortSignal | undefined;
  readonly #options: BudgetOptions;
  readonly #limits: PromqlLimits;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #startMs: number;
  #samples = 0;

  constructor(options: BudgetOptions) {
    const { limits, clock, timeoutMs, signal } = options;
    this.#options = options;
    this.signal = signal;
    // Every statement of the query listens to it while it runs.
    if (signal) setMaxListeners(0, signal);
    this.#limits = limits;
    this.#clock = clock;
    this.#timeoutMs = Math.min(timeoutMs ?? limits.timeoutMs, limits.timeoutMs);
    this.#startMs = clock.monotonicMs();
  }

  addSamples(count: number): void {
    this.#samples += count;
    if (this.#samples <= this.#limits.samplesMax) return;
    throw new InputError(
      'limit_samples',
      `query processing would load too many samples into memory in query execution: more than ${this.#limits.samplesMax}`,
      { hint: 'Select less, or raise query.max_samples.' },
    );
  }

  allowsSeries(count: number): boolean {
    return count <= this.#limits.seriesMax;
  }

  checkSeries(count: number): void {
    if (this.allowsSeries(count)) return;
    throw new InputError(
      'limit_series',
      `the query selects more than ${this.#limits.seriesMax} series`,
      { hint: 'Select less, or raise query.max_series.' },
    );
  }

  get remainingMs(): number {
    return Math.max(1, this.#timeoutMs - (this.#clock.monotonicMs() - this.#startMs));
  }

  /** A budget of so many samples in the time that is left; what it counts is not counted here. */
  withSamplesMax(samplesMax: number): Budget {
    const limits = { ...this.#limits, samplesMax };
    return new Budget({ ...this.#options, limits, timeoutMs: this.remainingMs });
  }

  /** Throws when the time is over or the caller has gone. */
  checkpoint(): void {
    if (this.signal?.aborted) {
      throw new OperationError('query_canceled', 'query was canceled', { retryable: false });
    }
    if (this.#clock.monotonicMs() - this.#startMs <= this.#timeoutMs) return;
    throw new OperationError(
      'query_timeout',
      `query timed out after ${this.#timeoutMs} ms; query.timeout allows more`,
      { retryable: false },
    );
  }
}
