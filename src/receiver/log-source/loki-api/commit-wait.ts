// The receipt of all lines of one request: it tells when each of them is committed.
import type { Receipt } from '#pipeline/log/entry.ts';

export interface CommitWait {
  readonly receipt: Receipt;
  /** Resolves when everything that was held is released. */
  readonly committed: Promise<void>;
}

/** Held once by the request itself, so that it is not done before all its lines are known. */
export function createCommitWait(): CommitWait {
  let held = 1;
  let done = (): void => {};
  const committed = new Promise<void>((resolve) => {
    done = resolve;
  });
  return {
    receipt: {
      hold: () => {
        held++;
      },
      release: () => {
        if (--held === 0) done();
      },
    },
    committed,
  };
}
