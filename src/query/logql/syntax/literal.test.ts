import { expect, it } from 'vitest';
import { parseByteSize, parseDurationNano } from './literal.ts';
import { parseMatchers } from './parser.ts';

it('takes the escapes of Go; bytes make characters together', () => {
  const read = (text: string): string | undefined => parseMatchers(`{a=${text}}`)[0]?.value;
  expect(read('"\\x41\\u00e4\\U0001f600\\101\\n\\"\\\\"')).toBe('Aä😀A\n"\\');
  expect(read('"\\xc3\\xa4\\303\\244"')).toBe('ää');
  expect(read('`\\x41"`')).toBe('\\x41"');
});

it('knows its units and no others', () => {
  for (const unit of ['constructor', 'toString', 'q']) {
    expect(parseDurationNano(`5${unit}`)).toBeUndefined();
    expect(parseByteSize(`5${unit}`)).toBeUndefined();
  }
});
