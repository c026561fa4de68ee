import { expect, test } from 'vitest';
import { unquote } from './quote.ts';

test('a literal is as long as it likes', () => {
  const text = 'ä'.repeat(300_000);
  expect(unquote(`"${text}\\n${text}"`)).toBe(`${text}\n${text}`);
});

test('escapes of bytes make characters together', () => {
  expect(unquote('"a\\xc3\\xa4\\u00e4\\tb"')).toBe('aää\tb');
});
