// Units of time and the days and hours that rows are filed under.
//
// Days and hours are cut towards zero, as intDiv of the engine does in the materialized columns:
// readers and writers must agree, also before 1970.

/** Nanoseconds since 1970; may be negative. */
export type UnixNano = bigint;
/** Milliseconds since 1970; may be negative. */
export type UnixMs = number;

export const msPerHour = 3_600_000;
export const msPerDay = 86_400_000;
const nanoPerDay = 86_400_000_000_000n;

/** The column `bucket` of a time. */
export function hourOfMs(ms: UnixMs): number {
  return Math.trunc(ms / msPerHour);
}

/** The column `day` of a time. */
export function dayOfMs(ms: UnixMs): number {
  return Math.trunc(ms / msPerDay);
}

/** The column `day` of a time. */
export function dayOfNano(nano: UnixNano): number {
  return Number(nano / nanoPerDay);
}

/** Signed nanoseconds, as two halves, to milliseconds; exact, rounded down. */
export function msOfNanoHalves(low: number, high: number): UnixMs {
  // 2^32 = 4294 · 10^6 + 967296, so nothing here exceeds 2^53.
  const signedHigh = high | 0;
  return signedHigh * 4294 + Math.floor((signedHigh * 967_296 + low) / 1e6);
}

/** Two halves as a signed 64-bit integer. */
export function signed64(low: number, high: number): bigint {
  return (BigInt(high | 0) << 32n) | BigInt(low >>> 0);
}

/** -1, 0 or 1 as the signed 64-bit a is less than, equal to or greater than b. */
export function compareHalves(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const high = (aHigh | 0) - (bHigh | 0);
  if (high !== 0) return high < 0 ? -1 : 1;
  const low = (aLow >>> 0) - (bLow >>> 0);
  return low === 0 ? 0 : low < 0 ? -1 : 1;
}
