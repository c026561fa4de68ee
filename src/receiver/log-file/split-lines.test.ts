import { describe, expect, it } from 'vitest';
import { splitLines } from './split-lines.ts';
import { textFormOf } from './text-form.ts';

const split = (bytes: Buffer, { encoding = 'utf-8', max = 100, isEnd = false } = {}) =>
  splitLines(bytes, {
    form: textFormOf(encoding, new Uint8Array()).form,
    lineBytesMax: max,
    isEnd,
  });
const text = (value: string): Buffer => Buffer.from(value);

describe('splitLines', () => {
  it.each([
    ['', [], [], 0],
    ['a', [], [], 0],
    ['a\n', ['a'], [0], 2],
    ['a\r\nb\n\nc', ['a', 'b', ''], [0, 3, 5], 6],
    ['\r\n\rx\n', ['', '\rx'], [0, 2], 5],
  ])('%j', (given, lines, starts, consumed) => {
    expect(split(text(given))).toEqual({ lines, starts, consumed });
  });

  it('takes the rest as a line at the end', () => {
    expect(split(text('a\nb'), { isEnd: true })).toEqual({
      lines: ['a', 'b'],
      starts: [0, 2],
      consumed: 3,
    });
  });

  it('cuts what is too long, in front of a character', () => {
    expect(split(text('aaaaa\nbb\n'), { max: 2 }).lines).toEqual(['aa', 'aa', 'a', 'bb']);
    expect(split(text('\u20ac\u20ac\n'), { max: 4 }).lines).toEqual(['\u20ac', '\u20ac']);
    expect(split(text('\ud83d\ude00\ud83d\ude00\n'), { max: 5 }).lines).toEqual([
      '\ud83d\ude00',
      '\ud83d\ude00',
    ]);
    // A limit within a character: it is cut all the same, or nothing would ever come.
    expect(split(text('\u20ac\n'), { max: 1 }).consumed).toBe(4);
  });

  it('cuts before the newline has come', () => {
    expect(split(text('aaaaa'), { max: 2 })).toEqual({
      lines: ['aa', 'aa'],
      starts: [0, 2],
      consumed: 4,
    });
  });

  it('makes garbage readable', () => {
    expect(split(Buffer.from([0xff, 0x00, 0x41, 0x0a]))).toMatchObject({
      lines: ['\ufffd\u0000A'],
    });
  });

  it.each(['utf-16le', 'utf-16be'])('finds line ends of %s', (encoding) => {
    const le = Buffer.from('a\u0a00\u000d\r\nb\u010a\ud83d\ude00\nc', 'utf16le');
    const bytes = encoding === 'utf-16le' ? le : Buffer.from(le).swap16();
    const found = split(bytes, { encoding });
    expect(found.lines).toEqual(['a\u0a00\r', 'b\u010a\ud83d\ude00']);
    expect(found.consumed).toBe(bytes.length - 2);
    expect(split(bytes.subarray(0, bytes.length - 3), { encoding, max: 3 }).lines[0]).toBe('a');
  });

  it('does not cut a pair of UTF-16', () => {
    const bytes = Buffer.from('ab\ud83d\ude00c\n', 'utf16le');
    expect(split(bytes, { encoding: 'utf-16le', max: 6 }).lines).toEqual(['ab', '\ud83d\ude00c']);
  });
});
