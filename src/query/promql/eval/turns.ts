// Turns of the event loop during one long computation: it is asked between any two of its parts, and
// lets others in when it has run for long enough.
import type { Clock } from '#lib/clock.ts';
import type { Pausable } from '#query/vector/pausable.ts';

/** How long the event loop may stand still for one query. */
const turnMs = 20;
/** So many short parts are done between two looks at the clock. */
const partsPerLook = 16;
const shortPartMs = 0.5;

export class Turns {
  readonly #clock: Clock;
  readonly #checkpoint: () => void;
  #startMs: number;
  #lookedMs: number;
  #parts = 0;
  #lookAt = 1;

  /** `checkpoint` throws when the computation has to end. */
  constructor(clock: Clock, checkpoint: () => void) {
    this.#clock = clock;
    this.#checkpoint = checkpoint;
    this.#startMs = clock.monotonicMs();
    this.#lookedMs = this.#startMs;
  }

  /** Something to await when it is the turn of others. */
  next(): Promise<void> | undefined {
    if (++this.#parts < this.#lookAt) return undefined;
    const nowMs = this.#clock.monotonicMs();
    const isShort = nowMs - this.#lookedMs < this.#parts * shortPartMs;
    this.#lookAt = isShort ? partsPerLook : 1;
    this.#lookedMs = nowMs;
    this.#parts = 0;
    return nowMs - this.#startMs < turnMs ? undefined : this.#letOthers();
  }

  /** Runs work to its end, pausing where it allows that. */
  async finish<T>(work: Pausable<T>): Promise<T> {
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      const turn = this.next();
      if (turn) await turn;
    }
  }

  async #letOthers(): Promise<void> {
    this.#checkpoint();
    await new Promise((resolve) => setImmediate(resolve));
    this.#checkpoint();
    this.#startMs = this.#clock.monotonicMs();
    this.#lookedMs = this.#startMs;
  }
}
