// What a frame decompresses to: one growing array with a bound, which is its own window.
import { ZstdProblem } from './bit-reader.ts';

/** More would come out than the caller wants to hold. */
export class ZstdTooLarge extends Error {
  override readonly name = 'ZstdTooLarge';
}

/** Shorter runs are copied faster by a loop than by a call into the engine. */
const callPaysBytes = 96;

export class Output {
  bytes: Uint8Array;
  size = 0;
  /** Matches may not reach back beyond this: the beginning of the frame. */
  frameStart = 0;
  readonly #sizeMax: number;

  constructor(capacity: number, sizeMax: number) {
    this.bytes = new Uint8Array(Math.min(capacity, sizeMax));
    this.#sizeMax = sizeMax;
  }

  append(source: Uint8Array, from: number, to: number): void {
    const count = to - from;
    if (this.size + count > this.bytes.length) this.#grow(count);
    const { bytes } = this;
    let at = this.size;
    if (count > callPaysBytes) bytes.set(source.subarray(from, to), at);
    else for (let i = from; i < to; i++) bytes[at++] = source[i] as number;
    this.size += count;
  }

  fill(byte: number, count: number): void {
    if (this.size + count > this.bytes.length) this.#grow(count);
    this.bytes.fill(byte, this.size, this.size + count);
    this.size += count;
  }

  /** Copies `count` bytes from `distance` back, which may overlap with what is being written. */
  repeat(distance: number, count: number): void {
    const from = this.size - distance;
    if (distance <= 0 || from < this.frameStart) throw new ZstdProblem('a match is too far back');
    if (this.size + count > this.bytes.length) this.#grow(count);
    const { bytes } = this;
    if (count > callPaysBytes && distance >= count) {
      bytes.copyWithin(this.size, from, from + count);
    } else {
      let at = this.size;
      for (let i = from; i < from + count; i++) bytes[at++] = bytes[i] as number;
    }
    this.size += count;
  }

  #grow(count: number): void {
    const needed = this.size + count;
    if (needed > this.#sizeMax) throw new ZstdTooLarge();
    const capacity = Math.min(this.#sizeMax, Math.max(needed, this.bytes.length * 2));
    const grown = new Uint8Array(capacity);
    grown.set(this.bytes.subarray(0, this.size));
    this.bytes = grown;
  }
}
