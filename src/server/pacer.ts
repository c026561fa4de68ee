// Spreads work over time: whoever spends is told how long to wait, so that all together keep to a rate.
import type { Clock } from '#lib/clock.ts';

export interface Pacer {
  /** Milliseconds to wait after `bytes`; 0 while the rate is kept. */
  spend(bytes: number): number;
}

/** `burstMs` of the rate may be spent at once. */
export function createPacer(bytesPerSecond: number, clock: Clock, burstMs = 50): Pacer {
  let paidUntilMs = 0;
  return {
    spend(bytes) {
      const nowMs = clock.monotonicMs();
      paidUntilMs = Math.max(paidUntilMs, nowMs) + (bytes / bytesPerSecond) * 1000;
      return Math.max(0, paidUntilMs - nowMs - burstMs);
    },
  };
}
