// Canonical bytes: one way to write down an identity, whoever sent it and in whatever order, so that
// its hash is its id in every process, version and machine. Every text is written as the varint of its
// length in bytes and its UTF-8; pairs are sorted by key, in code units.
// The form is kept for good: ids in the store depend on it.
import { ByteBuffer } from '#lib/byte-buffer.ts';
import { Hash64 } from '#lib/hash.ts';

const encoder = new TextEncoder();

export type Pairs = readonly (readonly [string, string])[];

/** Sorted by key; of equal keys the last stays. */
export function sortedPairs(pairs: Iterable<readonly [string, string]>): [string, string][] {
  return [...new Map(pairs)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

export class CanonicalBytes {
  readonly #buffer = new ByteBuffer();

  text(text: string): this {
    const bytes = encoder.encode(text);
    this.#buffer.varint(bytes.length);
    this.#buffer.copy(bytes, 0, bytes.length);
    return this;
  }

  /** `pairs` must be sorted. */
  pairs(pairs: Pairs): this {
    this.#buffer.varint(pairs.length);
    for (const [key, value] of pairs) this.text(key).text(value);
    return this;
  }

  /** Puts the 64-bit hash of what was written into `hash`. */
  hashInto(hash: Hash64): void {
    hash.update(this.#buffer.bytes, 0, this.#buffer.length, 0, 0);
  }

  hash(): bigint {
    const hash = new Hash64();
    this.hashInto(hash);
    return (BigInt(hash.high) << 32n) | BigInt(hash.low);
  }
}
