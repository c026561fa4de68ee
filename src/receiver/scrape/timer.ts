// Waiting, handed in so that tests can let time pass.
import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export const systemSleep: Sleep = async (ms, signal) => {
  await wait(ms, undefined, { signal }).catch(() => {});
};

/**
 * Runs `work` with a signal that aborts after `ms`, or with `parent`. Nothing of it stays on `parent`, which
 * lives as long as the program.
 */
export async function within<T>(
  ms: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  parent.addEventListener('abort', abort);
  try {
    if (parent.aborted) abort();
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', abort);
  }
}
