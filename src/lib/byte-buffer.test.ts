import { describe, expect, it } from 'vitest';
import { ByteBuffer } from './byte-buffer.ts';

const hexOf = (write: (buffer: ByteBuffer) => void): string => {
  // Too small for anything, so that every write has to grow it.
  const buffer = new ByteBuffer(1);
  write(buffer);
  return Buffer.from(buffer.view()).toString('hex');
};

describe('a byte buffer', () => {
  const writes = (title: string, write: (buffer: ByteBuffer) => void, expected: string) =>
    it(`writes ${title}`, () => expect(hexOf(write)).toBe(expected));
  writes('halves', (b) => b.u64(0x04030201, 0xfffefdfc), '01020304fcfdfeff');
  writes('a bigint', (b) => b.big64(-2n), 'feffffffffffffff');
  writes('a negative integer', (b) => b.i32(-2), 'feffffff');
  writes('a double', (b) => b.f64(-0), '0000000000000080');
  writes('a varint', (b) => b.varint(300), 'ac02');
  writes('text', (b) => b.text('é€'), 'c3a9e282ac');
  writes(
    'zeros over what was there',
    (b) => {
      b.u32(0xffffffff);
      b.length = 1;
      b.zeros(3);
    },
    'ff000000',
  );
  const source = Uint8Array.from({ length: 200 }, (_, i) => i);
  writes('a short copy', (b) => b.copy(source, 3, 5), '0304');
  writes('a long copy', (b) => b.copy(source, 0, 200), Buffer.from(source).toString('hex'));

  it.each([0, 9, 10, 99, 100, -1, -10, 4503599627370495, -4503599627370496])(
    'writes the digits of %i',
    (value) => {
      const hex = hexOf((buffer) => buffer.decimal(value));
      expect(Buffer.from(hex, 'hex').toString()).toBe(String(value));
    },
  );

  it('says whether all that it copied was ASCII', () => {
    const buffer = new ByteBuffer();
    expect(buffer.copyAscii(source, 0, 128)).toBe(true);
    expect(buffer.copyAscii(source, 0, 129)).toBe(false);
    expect(buffer.length).toBe(257);
  });
});
