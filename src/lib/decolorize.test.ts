import { expect, it } from 'vitest';
import { decolorize } from './decolorize.ts';

it('removes colours, titles and cursor movements', () => {
  expect(decolorize('\u001b[31;1mred\u001b[0m \u009b4munderlined\u001b[K')).toBe('red underlined');
  expect(decolorize('\u001b]0;title\u0007text\u001b[2J\u001b[1~')).toBe('text');
  expect(decolorize('plain [31m')).toBe('plain [31m');
});

it('takes no longer for what was made to take long', () => {
  const line = `\u001b${';'.repeat(1_000_000)}`;
  expect(decolorize(line)).toBe(line);
});
