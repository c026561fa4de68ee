// Bad lines are counted; they are logged once in a while, with one of them as an example.
import type { Clock } from '#lib/clock.ts';
import type { LogFields, Logger } from '#lib/log.ts';

export const complaintEveryMs = 10_000;

export class Complaints {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #message: string;
  #count = 0;
  #loggedMs = Number.NEGATIVE_INFINITY;

  constructor(message: string, { logger, clock }: { logger: Logger; clock: Clock }) {
    this.#message = message;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** `fields` are those of this one; they are logged if it is time to. */
  add(fields: LogFields): void {
    this.#count++;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#loggedMs < complaintEveryMs) return;
    this.#loggedMs = nowMs;
    this.#logger.warn(this.#message, { ...fields, count: this.#count });
    this.#count = 0;
  }
}
