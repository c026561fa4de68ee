// Times of lines that say none themselves: each byte that is read gets a nanosecond of its own, so that
// equal lines stay apart (the store takes records that are equal in stream, time and line for one).
import type { Clock } from '#lib/clock.ts';

export interface ReadTimes {
  /** The first of `bytes` nanoseconds that nobody else gets: now, or a moment later. */
  take(bytes: number): bigint;
}

export function createReadTimes(clock: Clock): ReadTimes {
  let next = 0n;
  return {
    take: (bytes) => {
      const nowNano = clock.nowNano();
      const first = nowNano > next ? nowNano : next;
      next = first + BigInt(bytes);
      return first;
    },
  };
}
