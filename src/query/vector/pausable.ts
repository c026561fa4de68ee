// Long work that may be interrupted between its parts, so that one large query does not keep the
// event loop: it yields where that is possible, and who runs it decides whether to go on at once.

export type Pausable<T> = Generator<void, T, void>;

/** Runs work to its end without a pause. */
export function finishNow<T>(work: Pausable<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
