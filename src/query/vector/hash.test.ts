import { expect, test } from 'vitest';
import { hashLabels, xxh64 } from './hash.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

// Vectors of the reference implementation, seed 0.
test.each([
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['abc', 0x44bc2cf5ad770999n],
  ['abcdefghijklmnopqrstuvwxyz', 0xcfe1f278fa89835cn],
  ['Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n],
])('XXH64 of %j', (text, hash) => {
  expect(xxh64(bytes(text))).toBe(hash);
});

test('labels are hashed by name, whatever their order', () => {
  expect(hashLabels({ b: '2', a: '1' })).toBe(hashLabels({ a: '1', b: '2' }));
  expect(hashLabels({ a: '1' })).toBe(xxh64(Uint8Array.of(1, 97, 1, 49)));
  expect(hashLabels({ a: 'x'.repeat(255) })).not.toBe(hashLabels({ a: 'x'.repeat(254) }));
});
