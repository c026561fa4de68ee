// How far back each slice of a search reaches. Spans lie in the store by the minute they start in, so
// that a slice costs what lies in it: the first is short, and what it finds says how long the next has
// to be for the rest of the answer.
import type { UnixNano } from '#model/unit.ts';

const minuteNano = 60_000_000_000n;
/** Of so many rows little more than one is the overhead of a statement. */
const firstNano = 4n * minuteNano;
const hourNano = 60n * minuteNano;
/** The least of a search whose slices cost about the same however short they are. */
const dearNano = 2n * hourNano;
const growthMax = 8n;

export interface SliceProgress {
  /** Nothing later is of the time asked for, but for spans of traces that reach into it. */
  readonly toNano: UnixNano;
  /** All that starts at or after it has been looked at. */
  readonly end: UnixNano;
  /** Traces found so far, of `limit`. */
  readonly found: number;
  readonly limit: number;
  /** A slice costs much however short it is. */
  readonly isDear: boolean;
}

/** Where the slice before `end` begins. */
export function nextSliceStart(progress: SliceProgress): UnixNano {
  const { toNano, end, found, limit, isDear } = progress;
  const covered = toNano - end;
  if (covered <= 0n) return toNano - (isDear ? dearNano : firstNano);
  if (isDear) return end - (covered > dearNano ? covered : dearNano) * growthMax;
  if (found === 0) return end - covered * growthMax;
  // Half as much again as the rest would take if all time were like what was seen.
  const missing = Math.max(limit - found, 1);
  const wanted = (covered * BigInt(missing) * 3n) / (BigInt(found) * 2n);
  const least = covered / 4n > minuteNano ? covered / 4n : minuteNano;
  if (wanted < least) return end - least;
  return end - (wanted < covered * growthMax ? wanted : covered * growthMax);
}
