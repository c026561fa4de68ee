// The only reader of time. Everything else is handed a Clock, so that tests can move it.

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Nanoseconds since 1970, UTC. */
  nowNano(): bigint;
  /** Milliseconds of a clock that never goes back; only differences mean something. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  nowNano: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n,
  monotonicMs: () => performance.now(),
};

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
