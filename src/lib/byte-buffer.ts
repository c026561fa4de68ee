// A growable run of bytes: what the columns of a batch are made of.

const utf8 = new TextEncoder();
const nothing = new Uint8Array(0);
const nothingView = new DataView(nothing.buffer);

export class ByteBuffer {
  bytes: Uint8Array;
  length = 0;
  #view: DataView;

  constructor(capacity = 256) {
    this.bytes = capacity === 0 ? nothing : new Uint8Array(capacity);
    this.#view = capacity === 0 ? nothingView : new DataView(this.bytes.buffer);
  }

  /** A buffer that is full of `bytes`, not of a copy of them. */
  static of(bytes: Uint8Array): ByteBuffer {
    const made = new ByteBuffer(0);
    made.bytes = bytes;
    made.length = bytes.length;
    made.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return made;
  }

  /** Makes room for `extra` more bytes; `bytes` may be another array afterwards. */
  reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  u32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  i32(value: number): void {
    this.u32(value >>> 0);
  }

  /** Two halves, low first, as little-endian 64 bits. */
  u64(low: number, high: number): void {
    this.reserve(8);
    this.#view.setUint32(this.length, low, true);
    this.#view.setUint32(this.length + 4, high, true);
    this.length += 8;
  }

  big64(value: bigint): void {
    this.reserve(8);
    this.#view.setBigUint64(this.length, BigInt.asUintN(64, value), true);
    this.length += 8;
  }

  f64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  varint(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  copy(source: Uint8Array, from: number, to: number): void {
    const size = to - from;
    this.reserve(size);
    // Short runs: a loop is faster than subarray + set.
    if (size < 64) {
      const target = this.bytes;
      let at = this.length;
      for (let i = from; i < to; i++) target[at++] = source[i] as number;
    } else {
      this.bytes.set(source.subarray(from, to), this.length);
    }
    this.length += size;
  }

  /** Copies all of `source`. */
  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Copies and says whether every byte was ASCII. */
  copyAscii(source: Uint8Array, from: number, to: number): boolean {
    this.reserve(to - from);
    const target = this.bytes;
    let at = this.length;
    let seen = 0;
    for (let i = from; i < to; i++) {
      const byte = source[i] as number;
      seen |= byte;
      target[at++] = byte;
    }
    this.length = at;
    return seen < 0x80;
  }

  zeros(count: number): void {
    this.reserve(count);
    this.bytes.fill(0, this.length, this.length + count);
    this.length += count;
  }

  /** An integer in decimal digits. */
  decimal(value: number): void {
    this.reserve(20);
    let rest = Math.abs(value);
    let digits = 1;
    for (let bound = 10; rest >= bound; bound *= 10) digits++;
    if (value < 0) this.bytes[this.length++] = 0x2d;
    const end = this.length + digits;
    for (let at = end - 1; at >= this.length; at--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = 0x30 + (rest - next * 10);
      rest = next;
    }
    this.length = end;
  }

  /** UTF-8 of `text`, without a length. */
  text(text: string): void {
    this.reserve(text.length * 3);
    const { written } = utf8.encodeInto(text, this.bytes.subarray(this.length));
    this.length += written;
  }

  /** The bytes written so far; a view, valid until the next write. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
