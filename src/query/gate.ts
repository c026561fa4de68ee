// At most so many queries at a time, of all languages together; others wait in turn, and not more of
// them than `waitingMax`.
import { OperationError } from '#lib/errors.ts';

export interface Gate {
  /** Runs `work` when a place is free. */
  pass<T>(work: () => Promise<T>): Promise<T>;
}

/** The default of `query.max_concurrent`. */
export const defaultPlaces = 20;
/** Waiting queries per running one. */
const waitingPerPlace = 50;

/** `placesMax` is `query.max_concurrent`. */
export function createGate(placesMax: number, waitingMax = placesMax * waitingPerPlace): Gate {
  let used = 0;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else used--;
  };
  return {
    pass: async (work) => {
      if (used < placesMax) used++;
      else {
        if (waiting.length >= waitingMax) {
          throw new OperationError(
            'query_too_many',
            `cannot take the query: ${used} run and ${waiting.length} wait; query.max_concurrent allows more`,
            { retryable: true, retryAfterMs: 1000 },
          );
        }
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
