// Reads the protobuf wire format in place: a cursor over bytes that makes no object per field and
// never looks past the end of the message it is in. 64-bit values come as two halves.
// Spec: https://protobuf.dev/programming-guides/encoding/
//
//   tag = field number << 3 | wire type (0 varint, 1 eight bytes, 2 length + bytes, 5 four bytes)
//
// Messages are nested with enter() and leave():
//   const outer = reader.enter();
//   while (reader.at < reader.limit) switch (reader.tag()) { … default: reader.skip() }
//   reader.leave(outer);

/** The bytes are not protobuf: what is wrong, and where. Codecs turn it into their InputError. */
export class MalformedProtobuf extends Error {
  override readonly name = 'MalformedProtobuf';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export class ProtobufReader {
  readonly bytes: Uint8Array;
  /** The next byte to be read. */
  at: number;
  /** The end of the message being read. */
  limit: number;
  /** The last 64-bit value that was read: two unsigned halves. */
  low = 0;
  high = 0;
  /** Where the bytes that passBytes() went over begin. */
  from = 0;
  readonly #view: DataView;
  #tag = 0;
  #tagAt = 0;

  constructor(bytes: Uint8Array, from = 0, to: number = bytes.length) {
    this.bytes = bytes;
    this.at = from;
    this.limit = to;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** What tag() returned last. */
  get lastTag(): number {
    return this.#tag;
  }

  /** Where the tag that was read last begins. */
  get tagAt(): number {
    return this.#tagAt;
  }

  /** Field number and wire type of the next field. */
  tag(): number {
    this.#tagAt = this.at;
    if (this.at >= this.limit) throw this.malformed('the message ends inside a field');
    const first = this.bytes[this.at] as number;
    if (first < 0x80) {
      this.at++;
      this.#tag = first;
    } else {
      this.#tag = this.varint();
      if (this.high !== 0) throw this.malformed('a field number is too large', this.#tagAt);
    }
    if (this.#tag >>> 3 === 0) throw this.malformed('field number 0', this.#tagAt);
    return this.#tag;
  }

  /** A varint: its low 32 bits, unsigned. All 64 are in `low` and `high`. */
  varint(): number {
    let byte = this.#byte();
    if (byte < 0x80) {
      this.high = 0;
      this.low = byte;
      return byte;
    }
    let low = byte & 0x7f;
    let high = 0;
    for (let shift = 7; ; shift += 7) {
      byte = this.#byte();
      const part = byte & 0x7f;
      if (shift < 28) low |= part << shift;
      else if (shift === 28) {
        low |= part << 28;
        high = part >>> 4;
      } else high |= part << (shift - 32);
      if (byte < 0x80) break;
      if (shift === 63) throw this.malformed('a varint has more than ten bytes');
    }
    this.low = low >>> 0;
    this.high = high >>> 0;
    return this.low;
  }

  /** Eight bytes, little-endian, into `low` and `high`. */
  fixed64(): void {
    this.#need(8);
    this.low = this.#view.getUint32(this.at, true);
    this.high = this.#view.getUint32(this.at + 4, true);
    this.at += 8;
  }

  /** Eight bytes as a double. NaN payloads may be lost: to keep the bits use fixed64(). */
  double(): number {
    this.#need(8);
    this.at += 8;
    return this.#view.getFloat64(this.at - 8, true);
  }

  fixed32(): number {
    this.#need(4);
    this.at += 4;
    return this.#view.getUint32(this.at - 4, true);
  }

  /** The length in front of bytes; they start at `at` then. Whoever reads them moves `at`. */
  size(): number {
    const size = this.varint();
    if (this.high !== 0 || size > this.limit - this.at) {
      throw this.malformed('a length runs beyond the end of its message', this.#tagAt);
    }
    return size;
  }

  /** Goes over bytes behind a length: from `from` up to the answer. */
  passBytes(): number {
    const size = this.size();
    this.from = this.at;
    this.at += size;
    return this.at;
  }

  /** Bytes behind a length, as a view of the input. */
  view(): Uint8Array {
    const size = this.size();
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  /** Text behind a length; invalid UTF-8 becomes U+FFFD. */
  text(): string {
    return utf8.decode(this.view());
  }

  /** Steps into a message behind its length; returns what leave() wants. */
  enter(): number {
    const outer = this.limit;
    const size = this.size();
    this.limit = this.at + size;
    return outer;
  }

  /** Steps out of a message, over what is left of it. */
  leave(outer: number): void {
    this.at = this.limit;
    this.limit = outer;
  }

  /** Passes over the value of the field whose tag was read last. */
  skip(): void {
    switch (this.#tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.#need(8);
        this.at += 8;
        return;
      case 2: {
        const size = this.size();
        this.at += size;
        return;
      }
      case 5:
        this.#need(4);
        this.at += 4;
        return;
      default:
        throw this.malformed(`wire type ${this.#tag & 7} is not supported`, this.#tagAt);
    }
  }

  malformed(message: string, offset = this.at): MalformedProtobuf {
    return new MalformedProtobuf(message, offset);
  }

  #byte(): number {
    if (this.at >= this.limit) throw this.malformed('the message ends inside a field');
    return this.bytes[this.at++] as number;
  }

  #need(size: number): void {
    if (size > this.limit - this.at) throw this.malformed('the message ends inside a field');
  }
}
