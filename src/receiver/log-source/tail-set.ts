// One tail per target, while the target is there. A tail whose target is gone may read to the end of what it
// has; it is cut off when that takes too long.
import { rest } from '#discovery/refreshing.ts';

export interface TailSignals {
  /** Ends everything at once. */
  readonly abort: AbortSignal;
  /** The target is gone: what ends is not begun again. */
  readonly leaving: AbortSignal;
}

/** Runs until one of the signals says so. `target` is the newest of that key. Must not reject. */
export type RunTail<T> = (target: () => T, signals: TailSignals) => Promise<void>;

interface Tail<T> {
  target: T;
  readonly abort: AbortController;
  readonly leaving: AbortController;
  readonly done: Promise<void>;
}

const leaveAfterMs = 10_000;

export class TailSet<T> {
  readonly #run: RunTail<T>;
  readonly #leaveAfterMs: number;
  readonly #tails = new Map<string, Tail<T>>();
  /** Those that are gone and still at work, by key. */
  readonly #left = new Map<string, Tail<T>>();

  constructor(run: RunTail<T>, afterMs = leaveAfterMs) {
    this.#run = run;
    this.#leaveAfterMs = afterMs;
  }

  get size(): number {
    return this.#tails.size;
  }

  set(targets: ReadonlyMap<string, T>): void {
    for (const [key, tail] of this.#tails) {
      if (targets.has(key)) continue;
      this.#tails.delete(key);
      this.#leave(key, tail);
    }
    for (const [key, target] of targets) {
      const tail = this.#tails.get(key);
      if (tail) tail.target = target;
      else this.#tails.set(key, this.#begin(target, this.#left.get(key)));
    }
  }

  async stop(): Promise<void> {
    const all = [...this.#tails.values(), ...this.#left.values()];
    this.#tails.clear();
    for (const { abort, leaving } of all) {
      leaving.abort();
      abort.abort();
    }
    await Promise.all(all.map(({ done }) => done));
  }

  /** One that comes back waits for the one before it: both would read the same. */
  #begin(target: T, before: Tail<T> | undefined): Tail<T> {
    before?.abort.abort();
    const abort = new AbortController();
    const leaving = new AbortController();
    const signals = { abort: abort.signal, leaving: leaving.signal };
    const begun = Promise.resolve(before?.done);
    const done = begun.then(() => this.#run(() => tail.target, signals));
    const tail: Tail<T> = { target, abort, leaving, done };
    return tail;
  }

  #leave(key: string, tail: Tail<T>): void {
    this.#left.set(key, tail);
    tail.leaving.abort();
    void rest(this.#leaveAfterMs, tail.abort.signal).then(() => tail.abort.abort());
    void tail.done.then(() => {
      tail.abort.abort();
      if (this.#left.get(key) === tail) this.#left.delete(key);
    });
  }
}
