// Bytes written here by the description of the format; what the engine itself writes is compared in
// test/integration/store-types.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from '#lib/byte-buffer.ts';
import type { Block } from '../contract.ts';
import { NativeDecoder } from './decode.ts';
import { rowsOf } from './row.ts';
import { parseNativeType } from './type.ts';

function blockBytes(rows: number, columns: readonly [string, string, (out: ByteBuffer) => void][]) {
  const out = new ByteBuffer();
  out.varint(columns.length);
  out.varint(rows);
  for (const [name, type, write] of columns) {
    text(out, name);
    text(out, type);
    write(out);
  }
  return Buffer.from(out.view());
}

function text(out: ByteBuffer, value: string): void {
  const bytes = Buffer.from(value);
  out.varint(bytes.length);
  out.copy(bytes, 0, bytes.length);
}

const u64 = (out: ByteBuffer, ...values: number[]): void => {
  for (const value of values) out.u64(value, 0);
};
const texts = (out: ByteBuffer, ...values: string[]): void => {
  for (const value of values) text(out, value);
};

const decode = (bytes: Buffer, pieceSize = bytes.length): Record<string, unknown>[] => {
  const decoder = new NativeDecoder();
  const blocks: Block[] = [];
  for (let at = 0; at < bytes.length; at += pieceSize) {
    blocks.push(...decoder.push(bytes.subarray(at, at + pieceSize)));
  }
  expect(decoder.isAtBlockEnd).toBe(true);
  return blocks.flatMap((block) => [...rowsOf(block)]);
};

describe('NativeDecoder', () => {
  const column = (
    type: string,
    rows: number,
    write: (out: ByteBuffer) => void,
    expected: unknown,
  ) =>
    it(type, () => {
      const bytes = blockBytes(rows, [['c', type, write]]);
      for (const pieceSize of [bytes.length, 1, 7]) {
        expect(decode(bytes, pieceSize).map((row) => row.c)).toEqual(expected);
      }
    });

  column('UInt8', 2, (out) => out.copy(Uint8Array.of(1, 255), 0, 2), [1, 255]);
  column('Int8', 2, (out) => out.copy(Uint8Array.of(1, 255), 0, 2), [1, -1]);
  column('Bool', 2, (out) => out.copy(Uint8Array.of(0, 1), 0, 2), [0, 1]);
  column('Int32', 1, (out) => out.i32(-5), [-5]);
  column('UInt64', 1, (out) => out.u64(0xffffffff, 0xffffffff), [2n ** 64n - 1n]);
  column('Int64', 1, (out) => out.big64(-3n), [-3n]);
  column("DateTime64(3, 'UTC')", 1, (out) => out.big64(-1500n), [-1500n]);
  column('Float64', 2, (out) => [out.f64(1.5), out.f64(Number.NaN)], [1.5, Number.NaN]);
  column('String', 3, (out) => texts(out, '', 'ä', 'x'.repeat(300)), ['', 'ä', 'x'.repeat(300)]);
  column('FixedString(2)', 2, (out) => out.copy(Buffer.from('abcd'), 0, 4), [
    Uint8Array.from(Buffer.from('ab')),
    Uint8Array.from(Buffer.from('cd')),
  ]);
  column('Array(UInt8)', 3, (out) => [u64(out, 2, 2, 3), out.copy(Uint8Array.of(7, 8, 9), 0, 3)], [
    [7, 8],
    [],
    [9],
  ]);
  column('Array(Array(String))', 1, (out) => [u64(out, 2), u64(out, 1, 1), texts(out, 'a')], [
    [['a'], []],
  ]);
  column('Map(String, UInt8)', 1, (out) => [u64(out, 1), texts(out, 'k'), out.u8(3)], [
    new Map([['k', 3]]),
  ]);
  column(
    'Map(String, UInt8)',
    2,
    // The first of a key that was sent twice, as the engine's m['k'].
    (out) => [
      u64(out, 3, 4),
      texts(out, 'k', 'l', 'k', 'l'),
      out.copy(Uint8Array.of(3, 4, 5, 6), 0, 4),
    ],
    [
      new Map([
        ['k', 3],
        ['l', 4],
      ]),
      new Map([['l', 6]]),
    ],
  );
  column('Nullable(UInt8)', 2, (out) => out.copy(Uint8Array.of(0, 1, 5, 0), 0, 4), [5, null]);
  column('Tuple(a String, UInt8)', 1, (out) => [texts(out, 'x'), out.u8(2)], [['x', 2]]);
  column(
    'LowCardinality(String)',
    3,
    (out) => [
      u64(out, 1, 0x600, 2),
      texts(out, '', 'a'),
      u64(out, 3),
      out.copy(Uint8Array.of(1, 0, 1), 0, 3),
    ],
    ['a', '', 'a'],
  );
  column(
    'LowCardinality(Nullable(String))',
    2,
    (out) => [
      u64(out, 1, 0x600, 2),
      texts(out, '', 'a'),
      u64(out, 2),
      out.copy(Uint8Array.of(1, 0), 0, 2),
    ],
    ['a', null],
  );
  column(
    'Map(LowCardinality(String), String)',
    1,
    // The prefix of the nested type comes before the offsets.
    (out) => [u64(out, 1, 1, 0x600, 1), texts(out, 'k'), u64(out, 1), out.u8(0), texts(out, 'v')],
    [new Map([['k', 'v']])],
  );
  column('Array(LowCardinality(String))', 1, (out) => u64(out, 1, 0), [[]]);

  it('reads several blocks and skips empty ones', () => {
    const some = blockBytes(1, [['c', 'UInt8', (out) => out.u8(1)]]);
    const none = blockBytes(0, [['c', 'LowCardinality(String)', () => {}]]);
    expect(decode(Buffer.concat([none, some, none, some]))).toEqual([{ c: 1 }, { c: 1 }]);
  });

  it('knows when the bytes ended too early', () => {
    const decoder = new NativeDecoder();
    const bytes = blockBytes(1, [['c', 'String', (out) => text(out, 'abc')]]);
    decoder.push(bytes.subarray(0, bytes.length - 1));
    expect(decoder.isAtBlockEnd).toBe(false);
  });

  it('reads any strings, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.integer({ min: 1, max: 40 }),
        (values, size) => {
          const bytes = blockBytes(values.length, [
            ['c', 'String', (out) => texts(out, ...values)],
          ]);
          expect(decode(bytes, size).map((row) => row.c)).toEqual(values);
        },
      ),
    );
  });
});

describe('parseNativeType', () => {
  it('refuses what it does not know', () => {
    expect(() => parseNativeType('AggregateFunction(sum, UInt64)')).toThrow(/no decoder/);
  });
  it('is not misled by quotes', () => {
    expect(parseNativeType("Tuple(Enum8('a,(' = 1, 'b' = 2), DateTime('UTC'))")).toEqual({
      kind: 'tuple',
      elements: [
        { kind: 'fixed', array: 'i8' },
        { kind: 'fixed', array: 'u32' },
      ],
    });
  });
});
