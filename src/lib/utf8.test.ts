import { describe, expect, it } from 'vitest';
import { isUtf8 } from './utf8.ts';

describe('isUtf8', () => {
  const cases = (expected: boolean, texts: readonly string[]) =>
    it.each(texts)(`${expected} for %s`, (hex) => {
      const bytes = Buffer.from(`ff${hex.replaceAll(' ', '')}ff`, 'hex');
      expect(isUtf8(bytes, 1, bytes.length - 1)).toBe(expected);
    });
  cases(true, ['', '41', 'c2 80', 'df bf', 'e0 a0 80', 'ed 9f bf', 'ee 80 80', 'ef bf bf']);
  cases(true, ['f0 90 80 80', 'f4 8f bf bf', '41 e2 82 ac 42']);
  cases(false, ['80', 'c2', 'c1 bf', 'c2 41', 'e0 9f bf', 'ed a0 80', 'e2 82', 'e2 82 41']);
  cases(false, ['f0 8f bf bf', 'f4 90 80 80', 'f5 80 80 80', 'f0 90 80', 'f0 90 80 41', 'ff']);

  it('agrees with TextDecoder on every text of two bytes', () => {
    const decoder = new TextDecoder();
    for (let pair = 0; pair < 0x10000; pair++) {
      const bytes = Uint8Array.of(pair >> 8, pair & 255);
      const expected = !decoder.decode(bytes).includes('\uFFFD');
      if (isUtf8(bytes, 0, 2) !== expected) expect.fail(`differs for ${pair.toString(16)}`);
    }
  });
});
