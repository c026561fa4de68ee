// The only reader of time. Everything else is handed a Clock, so that tests can move it.

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Nanoseconds since 1970, UTC. */
  nowNano(): bigint;
  /** Milliseconds of a clock that never goes back; only differences mean something. */
  monotonicMs(): number;
}

/** What the fine time may be off before it follows the wall clock. */
const offMsMax = 50;

/**
 * Nanoseconds are finer than the wall clock's milliseconds: they are of the monotonic clock, as long as
 * both agree. That one stands still while a machine sleeps, and does not know when the time is set.
 */
export function createSystemClock(wallMs: () => number, monotonicMs: () => number): Clock {
  let originMs = wallMs() - monotonicMs();
  return {
    nowMs: wallMs,
    nowNano: () => {
      const fineMs = monotonicMs();
      const nowMs = wallMs();
      if (Math.abs(originMs + fineMs - nowMs) > offMsMax) originMs = nowMs - fineMs;
      return BigInt(Math.round((originMs + fineMs) * 1000)) * 1000n;
    },
    monotonicMs,
  };
}

export const systemClock: Clock = createSystemClock(
  () => Date.now(),
  () => performance.now(),
);

/** A clock that stands still until it is told to move. */
export function createManualClock(startMs: number): Clock & { advance(ms: number): void } {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    nowNano: () => BigInt(Math.round(nowMs * 1000)) * 1000n,
    monotonicMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
