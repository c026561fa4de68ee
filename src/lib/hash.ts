// A 64-bit hash of bytes, as two unsigned halves: the identity of series, streams and scopes.
// Stored for good: it must give the same for the same bytes in every version, process and machine.
//
// The mixing of MurmurHash3_x86_128 with two lanes instead of four: eight bytes per round, 64 bits
// of state, every round a bijection of that state. Not for keeping anybody out: who wants to can
// construct collisions.
// https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp

/** The halves of the last hash: an answer without an object. */
export class Hash64 {
  low = 0;
  high = 0;

  /** Hashes `bytes` from `from` up to `to`; the seed chains hashes: hash(b, seeded by hash(a)). */
  update(bytes: Uint8Array, from: number, to: number, seedLow: number, seedHigh: number): void {
    let low = seedLow | 0;
    let high = seedHigh | 0;
    let at = from;
    for (; at + 8 <= to; at += 8) {
      low ^= mixLow(word(bytes, at));
      low = (Math.imul(rotate(low, 19) + high, 5) + 0x561ccd1b) | 0;
      high ^= mixHigh(word(bytes, at + 4));
      high = (Math.imul(rotate(high, 17) + low, 5) + 0x0bcaa747) | 0;
    }
    let tailLow = 0;
    let tailHigh = 0;
    for (let shift = 0; at < to; at++, shift += 8) {
      const byte = bytes[at] as number;
      if (shift < 32) tailLow |= byte << shift;
      else tailHigh |= byte << (shift - 32);
    }
    low ^= mixLow(tailLow) ^ (to - from);
    high ^= mixHigh(tailHigh) ^ (to - from);
    low = (low + high) | 0;
    high = (high + low) | 0;
    low = finish(low);
    high = finish(high);
    low = (low + high) | 0;
    high = (high + low) | 0;
    this.low = low >>> 0;
    this.high = high >>> 0;
  }
}

/** The hash as one bigint: for identities that are made rarely. */
export function hash64(bytes: Uint8Array, seed = 0): bigint {
  const hash = new Hash64();
  hash.update(bytes, 0, bytes.length, seed, 0);
  return (BigInt(hash.high) << 32n) | BigInt(hash.low);
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24);

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

const mixLow = (value: number): number =>
  Math.imul(rotate(Math.imul(value, 0x239b961b), 15), 0xab0e9789);

const mixHigh = (value: number): number =>
  Math.imul(rotate(Math.imul(value, 0x38b34ae5), 17), 0xa1e38b93);

function finish(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
