// Floats as the difference of their bits to the one before: Gorilla's XOR compression.
// https://github.com/prometheus/prometheus/blob/main/tsdb/chunkenc/xor.go
import type { BitWriter } from './bit-writer.ts';

/** No window of bits yet. */
const none = 0xff;

export class XorState {
  #low = 0;
  #high = 0;
  #leading = none;
  #trailing = 0;

  /** The first value, as it is. */
  first(writer: BitWriter, low: number, high: number): void {
    writer.bits64(high, low, 64);
    this.#low = low;
    this.#high = high;
  }

  next(writer: BitWriter, low: number, high: number): void {
    const deltaLow = (low ^ this.#low) >>> 0;
    const deltaHigh = (high ^ this.#high) >>> 0;
    this.#low = low;
    this.#high = high;
    if (deltaLow === 0 && deltaHigh === 0) {
      writer.bits(0, 1);
      return;
    }
    writer.bits(1, 1);
    const leading = Math.min(31, deltaHigh === 0 ? 32 : Math.clz32(deltaHigh));
    const trailing = deltaLow === 0 ? 32 + zerosBelow(deltaHigh) : zerosBelow(deltaLow);
    if (this.#leading !== none && leading >= this.#leading && trailing >= this.#trailing) {
      writer.bits(0, 1);
    } else {
      this.#leading = leading;
      this.#trailing = trailing;
      writer.bits(1, 1);
      writer.bits(leading, 5);
      // 64 is written as 0.
      writer.bits((64 - leading - trailing) & 63, 6);
    }
    this.#significant(writer, deltaLow, deltaHigh);
  }

  #significant(writer: BitWriter, low: number, high: number): void {
    const shift = this.#trailing;
    const count = 64 - this.#leading - shift;
    if (shift >= 32) writer.bits64(0, high >>> (shift - 32), count);
    else if (shift === 0) writer.bits64(high, low, count);
    else writer.bits64(high >>> shift, ((low >>> shift) | (high << (32 - shift))) >>> 0, count);
  }
}

const zerosBelow = (value: number): number => 31 - Math.clz32(value & -value);
