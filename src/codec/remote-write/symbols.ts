// The symbols of a remote write 2.0 request: every text once, named by its number. Kept as ranges of
// the body, with a hash of each.
import { Hash64 } from '#lib/hash.ts';
import type { ProtobufReader } from '#lib/protobuf-reader.ts';
import { strictText } from './labels.ts';

const nameLabel = new TextEncoder().encode('__name__');

export class Symbols {
  count = 0;
  /** Low and high half of the hash of each, once end() was called. */
  hashes = new Int32Array(0);
  /** 1 for `__name__`. */
  isName = new Uint8Array(0);
  readonly #bytes: Uint8Array;
  /** Per symbol: where its length begins, its first byte, its end. */
  #ranges = new Int32Array(3 * 256);
  readonly #texts: (string | null)[] = [];

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
    const hash = new Hash64();
    this.hashes = new Int32Array(this.count * 2);
    this.isName = new Uint8Array(this.count);
    for (let symbol = 0; symbol < this.count; symbol++) {
      hash.update(this.#bytes, this.#from(symbol), this.to(symbol), 0x5b, 0);
      this.hashes[symbol * 2] = hash.low;
      this.hashes[symbol * 2 + 1] = hash.high;
      this.isName[symbol] = this.#isName(symbol) ? 1 : 0;
    }
  }

  /** Where the symbol begins, its length in front of it. */
  encodedFrom(symbol: number): number {
    return this.#ranges[symbol * 3] as number;
  }

  to(symbol: number): number {
    return this.#ranges[symbol * 3 + 2] as number;
  }

  byteLength(symbol: number): number {
    return this.to(symbol) - this.#from(symbol);
  }

  /** Undefined when it is not UTF-8. */
  text(symbol: number): string | undefined {
    const known = this.#texts[symbol];
    if (known !== undefined) return known ?? undefined;
    const text = strictText(this.#bytes, this.#from(symbol), this.to(symbol));
    this.#texts[symbol] = text ?? null;
    return text;
  }

  #from(symbol: number): number {
    return this.#ranges[symbol * 3 + 1] as number;
  }

  #isName(symbol: number): boolean {
    if (this.byteLength(symbol) !== 8) return false;
    const from = this.#from(symbol);
    for (let i = 0; i < 8; i++) if (this.#bytes[from + i] !== nameLabel[i]) return false;
    return true;
  }
}
