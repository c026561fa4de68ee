// The symbols of a remote write 2.0 request: every text once, named by its number. Kept as ranges of
// the body; a hash of each is made when it is first used.
import { Hash64 } from '#lib/hash.ts';
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { strictText } from './labels.ts';

const nameLabel = new TextEncoder().encode('__name__');

export class Symbols {
  readonly #bytes: Uint8Array;
  readonly #hash = new Hash64();
  /** Per symbol: where its length begins, its first byte, its end. */
  #ranges = new Int32Array(3 * 256);
  /** Per symbol: low and high half of its hash. */
  #hashes = new Int32Array(0);
  #isHashed = new Uint8Array(0);
  #texts: (string | null)[] = [];
  count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A symbol, behind its tag. */
  add(reader: ProtobufReader): void {
    const at = this.count * 3;
    if (at === this.#ranges.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.#ranges);
      this.#ranges = grown;
    }
    this.#ranges[at] = reader.at;
    this.#ranges[at + 2] = reader.passBytes();
    this.#ranges[at + 1] = reader.from;
    this.count++;
  }

  /** All symbols are there. */
  end(): void {
    this.#hashes = new Int32Array(this.count * 2);
    this.#isHashed = new Uint8Array(this.count);
  }

  /** Where the symbol begins, its length in front of it. */
  encodedFrom(symbol: number): number {
    return this.#ranges[symbol * 3] as number;
  }

  to(symbol: number): number {
    return this.#ranges[symbol * 3 + 2] as number;
  }

  byteLength(symbol: number): number {
    return this.to(symbol) - (this.#ranges[symbol * 3 + 1] as number);
  }

  isName(symbol: number): boolean {
    if (this.byteLength(symbol) !== 8) return false;
    const from = this.#ranges[symbol * 3 + 1] as number;
    for (let i = 0; i < 8; i++) if (this.#bytes[from + i] !== nameLabel[i]) return false;
    return true;
  }

  hashLow(symbol: number): number {
    if (this.#isHashed[symbol] === 0) this.#makeHash(symbol);
    return this.#hashes[symbol * 2] as number;
  }

  hashHigh(symbol: number): number {
    if (this.#isHashed[symbol] === 0) this.#makeHash(symbol);
    return this.#hashes[symbol * 2 + 1] as number;
  }

  /** Undefined when it is not UTF-8. */
  text(symbol: number): string | undefined {
    const known = this.#texts[symbol];
    if (known !== undefined) return known ?? undefined;
    const from = this.#ranges[symbol * 3 + 1] as number;
    const text = strictText(this.#bytes, from, this.to(symbol));
    this.#texts[symbol] = text ?? null;
    return text;
  }

  #makeHash(symbol: number): void {
    const from = this.#ranges[symbol * 3 + 1] as number;
    this.#hash.update(this.#bytes, from, this.to(symbol), 0x5b, 0);
    this.#hashes[symbol * 2] = this.#hash.low;
    this.#hashes[symbol * 2 + 1] = this.#hash.high;
    this.#isHashed[symbol] = 1;
  }
}
