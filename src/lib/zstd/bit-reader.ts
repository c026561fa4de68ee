// Bits from the end of a run of bytes to its beginning, as FSE and Huffman streams have them.
// Spec: https://datatracker.ietf.org/doc/html/rfc8878#section-4.1

/** What the bytes are not a Zstandard frame for; caught in decompress.ts. */
export class ZstdProblem extends Error {
  override readonly name = 'ZstdProblem';
}

export class BackwardBits {
  readonly bytes: Uint8Array;
  /** Bits that are left; below 0 after more were read than there were, which came as zeros. */
  left: number;
  readonly start: number;

  /** The stream is `bytes[start..end)`; its last byte holds the end mark. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = end > start ? (bytes[end - 1] as number) : 0;
    if (last === 0) throw new ZstdProblem('a bit stream has no end mark');
    this.bytes = bytes;
    this.start = start;
    this.left = (end - start) * 8 - 8 + highBit(last);
  }

  /** At most 25 bits. */
  read(count: number): number {
    this.left -= count;
    const at = this.left;
    if (at < 0) return this.#beyond(count, at);
    const index = this.start + (at >> 3);
    const { bytes } = this;
    const word =
      (bytes[index] as number) |
      ((bytes[index + 1] as number) << 8) |
      ((bytes[index + 2] as number) << 16) |
      ((bytes[index + 3] as number) << 24);
    return (word >>> (at & 7)) & ((1 << count) - 1);
  }

  /** At most 31 bits, as offsets need. */
  readLong(count: number): number {
    if (count <= 25) return this.read(count);
    const high = this.read(count - 16);
    return high * 65536 + this.read(16);
  }

  #beyond(count: number, at: number): number {
    const missing = -at;
    if (missing >= count) return 0;
    this.left = 0;
    const index = this.start;
    const word =
      (this.bytes[index] as number) |
      ((this.bytes[index + 1] as number) << 8) |
      ((this.bytes[index + 2] as number) << 16) |
      ((this.bytes[index + 3] as number) << 24);
    this.left = at;
    return ((word & ((1 << (count - missing)) - 1)) << missing) & ((1 << count) - 1);
  }
}

/** The index of the highest set bit; `value` must not be 0. */
export const highBit = (value: number): number => 31 - Math.clz32(value);
