// Waiting, handed in so that tests can let time pass.
import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const systemSleep: Sleep = async (ms, signal) => {
  await wait(ms, undefined, { signal }).catch(() => {});
};
