// Bits, the highest first, as Prometheus's chunks are made of. 64-bit values are two unsigned halves.
// https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md
import { ByteBuffer } from '#lib/byte-buffer.ts';

export class BitWriter {
  readonly #buffer = new ByteBuffer(512);
  /** Bits of the last byte that are not written yet. */
  #free = 0;

  /** The lowest `count` (up to 32) bits of a value. */
  bits(value: number, count: number): void {
    let left = count;
    while (left > 0) {
      if (this.#free === 0) {
        this.#buffer.u8(0);
        this.#free = 8;
      }
      const taken = Math.min(left, this.#free);
      const part = (value >>> (left - taken)) & ((1 << taken) - 1);
      const { bytes, length } = this.#buffer;
      bytes[length - 1] = (bytes[length - 1] as number) | (part << (this.#free - taken));
      this.#free -= taken;
      left -= taken;
    }
  }

  /** The lowest `count` bits of a 64-bit value. */
  bits64(high: number, low: number, count: number): void {
    if (count > 32) this.bits(high, count - 32);
    this.bits(low, Math.min(count, 32));
  }

  /** A number of up to 53 bits in `count` bits, two's complement. */
  integer(value: number, count: number): void {
    this.bits64(Math.floor(value / 0x1_0000_0000) >>> 0, value >>> 0, count);
  }

  byte(value: number): void {
    this.bits(value, 8);
  }

  /** Seven bits per byte, the lowest first: binary.PutUvarint of Go. */
  uvarint(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** Zigzag: binary.PutVarint of Go. */
  varint(value: number): void {
    this.uvarint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** Small numbers in few bits. https://github.com/prometheus/prometheus/blob/main/tsdb/chunkenc/varbit.go */
  varbitUint(value: number): void {
    const index = varbitWidths.findIndex((width) => value < 2 ** width);
    this.#varbit(value, value === 0 ? -1 : index);
  }

  varbitInt(value: number): void {
    const index = varbitWidths.findIndex((width) => fits(value, width));
    this.#varbit(value, value === 0 ? -1 : index);
  }

  #varbit(value: number, index: number): void {
    if (index < 0) {
      this.bits(0, 1);
      return;
    }
    // As many ones as the width is further down the list, and a zero; the last has no zero.
    if (index === varbitWidths.length - 1) this.bits(0xff, 8);
    else this.bits(2 ** (index + 2) - 2, index + 2);
    this.integer(value, varbitWidths[index] as number);
  }

  /** What was written; a copy of its own. */
  finish(): Uint8Array {
    return this.#buffer.view().slice();
  }
}

const varbitWidths = [3, 6, 9, 12, 18, 25, 56, 64] as const;

/** Whether a signed number fits: two's complement, but one more above and one less below. */
export const fits = (value: number, bits: number): boolean =>
  value >= 1 - 2 ** (bits - 1) && value <= 2 ** (bits - 1);
