import { expect, it } from 'vitest';
import { LineCutter } from './line-cutter.ts';

it.each([
  ['lines', 'a\nb\r\n\nc', ['a', 'b', '', 'c']],
  ['a line that is just not too long', '12345\n', ['12345']],
  ['a line that is too long', '1234567890ab\nc', ['12345', '67890', 'ab', 'c']],
  ['between characters', '1234üxyz\n', ['1234', 'üxyz']],
])('%s', (_, text, expected) => {
  const all = new LineCutter(5);
  expect([...all.push(Buffer.from(text)), ...all.end()].map(String)).toEqual(expected);
  const cut = new LineCutter(5);
  const lines = [...Buffer.from(text)].flatMap((byte) => cut.push(Buffer.from([byte])));
  expect([...lines, ...cut.end()].map(String)).toEqual(expected);
});
