// Runs pieces of synchronous work one at a time, with a turn of the event loop between two of them, so
// that a burst of large bodies to decode never keeps a small question waiting for all of them.

export interface Turns {
  /** Runs `work` when it is its turn; at once when nothing ran in this turn of the loop. */
  run<T>(work: () => T): Promise<T>;
}

export function createTurns(): Turns {
  /** Resolves in the turn after the last work that was asked for. */
  let last: Promise<void> | undefined;
  return {
    run: (work) => {
      const before = last;
      const mine = before === undefined ? runNow(work) : before.then(work);
      const turn = mine.then(nextTurn, nextTurn);
      last = turn;
      void turn.then(() => {
        if (last === turn) last = undefined;
      });
      return mine;
    },
  };
}

const runNow = async <T>(work: () => T): Promise<T> => work();

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
