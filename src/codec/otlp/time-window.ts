// Times on the hot path: whether an item lies within the limits, and its day, from the two halves of
// its 64 bits. One comparison as long as the day stays the same; a bigint only when it changes.
import { compareHalves, dayOfNano, signed64 } from '#model/unit.ts';
import type { DecodeContext } from './decode-context.ts';

const nanoPerDay = 86_400_000_000_000n;

export class TimeWindow {
  readonly #hasMin: boolean;
  readonly #minLow: number;
  readonly #minHigh: number;
  readonly #hasMax: boolean;
  readonly #maxLow: number;
  readonly #maxHigh: number;
  #day = 0;
  // An empty range at first: nothing lies in it.
  #dayLow = 0;
  #dayHigh = 0;
  #nextLow = 0;
  #nextHigh = 0;

  constructor({ minUnixNano, maxUnixNano }: DecodeContext['limits']) {
    this.#hasMin = minUnixNano !== undefined;
    this.#minLow = lowHalf(minUnixNano ?? 0n);
    this.#minHigh = highHalf(minUnixNano ?? 0n);
    this.#hasMax = maxUnixNano !== undefined;
    this.#maxLow = lowHalf(maxUnixNano ?? 0n);
    this.#maxHigh = highHalf(maxUnixNano ?? 0n);
  }

  isTooOld(low: number, high: number): boolean {
    return this.#hasMin && compareHalves(low, high, this.#minLow, this.#minHigh) < 0;
  }

  isTooNew(low: number, high: number): boolean {
    return this.#hasMax && compareHalves(low, high, this.#maxLow, this.#maxHigh) > 0;
  }

  /** The column `day` of a time in nanoseconds. */
  day(low: number, high: number): number {
    if (
      compareHalves(low, high, this.#dayLow, this.#dayHigh) < 0 ||
      compareHalves(low, high, this.#nextLow, this.#nextHigh) >= 0
    ) {
      this.#moveTo(signed64(low, high));
    }
    return this.#day;
  }

  #moveTo(nano: bigint): void {
    this.#day = dayOfNano(nano);
    // Day 0 begins a day early, because days are cut towards zero. Before 1970 the range ends at the
    // start of the day, so a range of one nanosecond is taken there: right, and slow for nobody.
    const start = nano >= 0n ? (nano / nanoPerDay) * nanoPerDay : nano;
    const next = nano >= 0n ? start + nanoPerDay : nano + 1n;
    this.#dayLow = lowHalf(start);
    this.#dayHigh = highHalf(start);
    this.#nextLow = lowHalf(next);
    this.#nextHigh = highHalf(next);
  }
}

export const lowHalf = (value: bigint): number => Number(BigInt.asUintN(32, value));
export const highHalf = (value: bigint): number => Number(BigInt.asUintN(32, value >> 32n));
