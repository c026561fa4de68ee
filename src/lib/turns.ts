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

/** The results of pieces of a long list, each piece in a turn of its own. */
export async function runInPieces<Item, T>(
  turns: Turns,
  items: readonly Item[],
  itemsPerPiece: number,
  work: (piece: readonly Item[]) => T,
): Promise<T[]> {
  const results: T[] = [];
  for (let at = 0; at < items.length; at += itemsPerPiece) {
    const piece = items.slice(at, at + itemsPerPiece);
    results.push(await turns.run(() => work(piece)));
  }
  return results;
}

const runNow = async <T>(work: () => T): Promise<T> => work();

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
