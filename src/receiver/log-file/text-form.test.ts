import { describe, expect, it } from 'vitest';
import { checkEncoding, textFormOf } from './text-form.ts';

describe('textFormOf', () => {
  it.each([
    [undefined, [0x41], { unit: 1, isBigEndian: false, isUtf8: true }, 0],
    [undefined, [0xef, 0xbb, 0xbf], { unit: 1, isUtf8: true }, 3],
    [undefined, [0xff, 0xfe], { unit: 2, isBigEndian: false }, 2],
    [undefined, [0xfe, 0xff], { unit: 2, isBigEndian: true }, 2],
    ['UTF-8', [0xff, 0xfe], { unit: 1, isUtf8: true }, 0],
    ['utf-16', [0xfe, 0xff], { unit: 2, isBigEndian: true }, 2],
    ['UTF-16LE', [0x41, 0x00], { unit: 2, isBigEndian: false }, 0],
    ['windows-1252', [0x41], { unit: 1, isUtf8: false }, 0],
  ])('%s, %j', (encoding, head, form, markBytes) => {
    const found = textFormOf(encoding, Uint8Array.from(head));
    expect(found.form).toMatchObject(form);
    expect(found.markBytes).toBe(markBytes);
  });
});

describe('checkEncoding', () => {
  it('says what helps', () => {
    expect(() => checkEncoding('ebcdic')).toThrow(
      /'ebcdic': it is not known; name one of the WHATWG/,
    );
  });
});
