// When a log line came in, for the order of lines that have one time: microseconds since 1970, moved on
// so far that no two lines of this process have the same.
import { type Clock, systemClock } from '#lib/clock.ts';
import type { FixedColumn } from './column.ts';

/** Of this process. */
let next = 0;

/** Appends those of `count` lines, in their order, to a column of Int64. */
export function appendArrivals(
  column: FixedColumn,
  count: number,
  clock: Pick<Clock, 'nowNano'> = systemClock,
): void {
  const first = Math.max(next, Number(clock.nowNano() / 1000n));
  next = first + count;
  const { data } = column;
  data.reserve(count * 8);
  for (let value = first; value < next; value++) data.u64(value >>> 0, Math.floor(value / 2 ** 32));
}
