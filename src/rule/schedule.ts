// When a group is evaluated: at multiples of its interval, moved by a hash of its name, so that groups
// of the same interval do not run at once and every run of the program uses the same times.
import { systemClock } from '#lib/clock.ts';
import { hash64 } from '#lib/hash.ts';

export interface Identity {
  readonly file: string;
  readonly name: string;
}

/** The last time slot that is not after `nowMs`. */
export function slotBefore({ file, name }: Identity, intervalMs: number, nowMs: number): number {
  const hash = hash64(new TextEncoder().encode(`file\xff${file}\xffname\xff${name}\xff`));
  const offsetMs = Number(hash % BigInt(intervalMs));
  return Math.floor((nowMs - offsetMs) / intervalMs) * intervalMs + offsetMs;
}

/** Resolves at that time; false when the signal aborts before. */
export type WaitUntil = (timeMs: number, signal: AbortSignal) => Promise<boolean>;

/** Timers of Node hold no more. */
const timerMsMax = 2 ** 31 - 1;

/** With the clock of the system. */
export const waitUntil: WaitUntil = async (timeMs, signal) => {
  do {
    if (!(await waitOnce(timeMs, signal))) return false;
  } while (systemClock.nowMs() < timeMs);
  return true;
};

const waitOnce: WaitUntil = (timeMs, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const onAbort = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const delayMs = Math.min(timerMsMax, Math.max(0, timeMs - systemClock.nowMs()));
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve(true);
    }, delayMs);
    signal.addEventListener('abort', onAbort, { once: true });
  });

export interface ScheduleOptions {
  readonly identity: Identity;
  readonly intervalMs: number;
  readonly nowMs: () => number;
  readonly wait: WaitUntil;
  readonly signal: AbortSignal;
  readonly onIterations: (due: number, missed: number) => void;
}

/** Calls `evaluate` for one slot after the other until the signal aborts; slots gone by are missed. */
export async function runOnSchedule(
  { identity, intervalMs, nowMs, wait, signal, onIterations }: ScheduleOptions,
  evaluate: (timeMs: number) => Promise<void>,
): Promise<void> {
  let slotMs = slotBefore(identity, intervalMs, nowMs()) + intervalMs;
  while (await wait(slotMs, signal)) {
    onIterations(1, 0);
    await evaluate(slotMs);
    const missed = Math.max(0, Math.floor((nowMs() - slotMs) / intervalMs) - 1);
    if (missed > 0) onIterations(missed, missed);
    slotMs += (missed + 1) * intervalMs;
  }
}
