// Writes the protobuf wire format into one growing buffer. Fields are written in the order of the
// calls; the defaults of proto3 (0, '', empty) are written too: leaving them out is up to the caller.
// Spec: https://protobuf.dev/programming-guides/encoding/
import { ByteBuffer } from './byte-buffer.ts';

const utf8 = new TextEncoder();

export class ProtobufWriter {
  readonly #buffer = new ByteBuffer(1024);

  /** Unsigned up to 2^53, and negative ones in two's complement of 64 bits. */
  varint(field: number, value: number): void {
    this.#tag(field, 0);
    if (value >= 0 && value < 0x80000000) this.#buffer.varint(value);
    else this.#varint64(BigInt.asUintN(64, BigInt(value)));
  }

  /** A 64-bit varint; negative values in two's complement, as int64 has them. */
  varint64(field: number, value: bigint): void {
    this.#tag(field, 0);
    this.#varint64(BigInt.asUintN(64, value));
  }

  /** sint32: zigzag. */
  sint32(field: number, value: number): void {
    this.varint(field, ((value << 1) ^ (value >> 31)) >>> 0);
  }

  bool(field: number, value: boolean): void {
    this.varint(field, value ? 1 : 0);
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, 5);
    this.#buffer.u32(value);
  }

  /** fixed64 and sfixed64. */
  fixed64(field: number, value: bigint): void {
    this.#tag(field, 1);
    this.#buffer.big64(value);
  }

  double(field: number, value: number): void {
    this.#tag(field, 1);
    this.#buffer.f64(value);
  }

  text(field: number, value: string): void {
    if (value.length < 0x80 && this.#shortAscii(field, value)) return;
    this.bytes(field, utf8.encode(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, 2);
    this.#buffer.varint(value.length);
    this.#buffer.copy(value, 0, value.length);
  }

  /** A message inside this one: whatever `write` writes. */
  message(field: number, write: () => void): void {
    const end = this.open(field);
    write();
    this.close(end);
  }

  /** Starts a nested message; give the answer to close() at its end. */
  open(field: number): number {
    this.#tag(field, 2);
    this.#buffer.u8(0);
    return this.#buffer.length;
  }

  /** Ends a nested message: its length goes in front, moving it if that takes more than a byte. */
  close(start: number): void {
    const buffer = this.#buffer;
    const size = buffer.length - start;
    if (size < 0x80) {
      buffer.bytes[start - 1] = size;
      return;
    }
    let extra = 0;
    for (let rest = size >>> 7; rest > 0; rest >>>= 7) extra++;
    buffer.zeros(extra);
    buffer.bytes.copyWithin(start + extra, start, start + size);
    buffer.length = start - 1;
    buffer.varint(size);
    buffer.length = start + extra + size;
  }

  /** Numbers of a packed field without tags, between open() and close(). */
  packedDouble(value: number): void {
    this.#buffer.f64(value);
  }

  packedFixed64(value: bigint): void {
    this.#buffer.big64(value);
  }

  packedVarint64(value: bigint): void {
    this.#varint64(BigInt.asUintN(64, value));
  }

  /** What was written; a copy of its own. */
  finish(): Uint8Array {
    return this.#buffer.view().slice();
  }

  /** Writes text that is one byte a character, without an array of its own; false: nothing is written. */
  #shortAscii(field: number, value: string): boolean {
    const buffer = this.#buffer;
    const start = buffer.length;
    this.#tag(field, 2);
    buffer.reserve(value.length + 1);
    const { bytes } = buffer;
    let at = buffer.length;
    bytes[at++] = value.length;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        buffer.length = start;
        return false;
      }
      bytes[at++] = code;
    }
    buffer.length = at;
    return true;
  }

  #tag(field: number, wireType: number): void {
    this.#buffer.varint(((field << 3) | wireType) >>> 0);
  }

  #varint64(value: bigint): void {
    let rest = value;
    while (rest > 127n) {
      this.#buffer.u8(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.#buffer.u8(Number(rest));
  }
}
