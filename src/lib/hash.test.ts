import { describe, expect, it } from 'vitest';
import { Hash64, hash64 } from './hash.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('hash64', () => {
  // Ids in the store are made of it: these may never change.
  const keeps = (text: string, expected: string) =>
    it(`of ${JSON.stringify(text.slice(0, 20))} is ${expected}`, () => {
      expect(hash64(bytesOf(text)).toString(16)).toBe(expected);
    });
  keeps('', '0');
  keeps('a', '25488a37fbdfb87c');
  keeps('abcdefgh', '23f319b9a1413b9f');
  keeps('the quick brown fox jumps over the lazy dog', 'f453fc634904e036');

  it('depends on every byte, on the length and on the seed', () => {
    const all = new Set<bigint>();
    for (let length = 0; length < 40; length++) {
      const bytes = new Uint8Array(length);
      all.add(hash64(bytes));
      all.add(hash64(bytes, 7));
      for (let at = 0; at < length; at++) {
        bytes.fill(0);
        bytes[at] = 1;
        all.add(hash64(bytes));
      }
    }
    expect(all.size).toBe(40 * 2 + (39 * 40) / 2);
  });

  it('does not read outside of its range', () => {
    const hash = new Hash64();
    hash.update(bytesOf('xxabcdefghijxx'), 2, 12, 0, 0);
    expect((BigInt(hash.high) << 32n) | BigInt(hash.low)).toBe(hash64(bytesOf('abcdefghij')));
  });

  it('tells a million label sets apart, and spreads them evenly', () => {
    const hash = new Hash64();
    const template = bytesOf('__name__=http_requests_total,instance=10.0.000.000,path=/000000');
    const count = 1_000_000;
    // 53 of the 64 bits: a collision among a million is expected once in 18,000 runs of chance.
    const seen = new Float64Array(count);
    const buckets = new Uint32Array(1024);
    for (let i = 0; i < count; i++) {
      for (let at = template.length - 1, rest = i; at >= template.length - 6; at--) {
        template[at] = 0x30 + (rest % 10);
        rest = Math.floor(rest / 10);
      }
      hash.update(template, 0, template.length, 0, 0);
      seen[i] = (hash.high & 0x1fffff) * 0x100000000 + hash.low;
      for (const bucket of [hash.low & 511, 512 + (hash.high >>> 23)]) {
        buckets[bucket] = (buckets[bucket] as number) + 1;
      }
    }
    seen.sort();
    let collisions = 0;
    for (let i = 1; i < count; i++) if (seen[i] === seen[i - 1]) collisions++;
    expect(collisions).toBe(0);
    // Six standard deviations of an even spread over 512.
    for (const hits of buckets) expect(Math.abs(hits - count / 512)).toBeLessThan(265);
  });

  it('changes half of the bits when one bit changes', () => {
    const hash = new Hash64();
    const bytes = bytesOf('service.name=checkout,region=eu-west-1');
    const base = hash64(bytes);
    let changed = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      hash.update(flipped, 0, flipped.length, 0, 0);
      const difference = base ^ ((BigInt(hash.high) << 32n) | BigInt(hash.low));
      changed += difference.toString(2).replaceAll('0', '').length;
    }
    expect(changed / (bytes.length * 8)).toBeGreaterThan(30);
    expect(changed / (bytes.length * 8)).toBeLessThan(34);
  });
});
