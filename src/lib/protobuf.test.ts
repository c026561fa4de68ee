// The writer and the reader, against each other and against bytes of the specification.
import { describe, expect, it } from 'vitest';
import { MalformedProtobuf, ProtobufReader } from './protobuf-reader.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

const written = (write: (writer: ProtobufWriter) => void): string => {
  const writer = new ProtobufWriter();
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
};
const readerOf = (hex: string): ProtobufReader => new ProtobufReader(Buffer.from(hex, 'hex'));

describe('the writer', () => {
  const writes = (title: string, write: (writer: ProtobufWriter) => void, expected: string) =>
    it(`writes ${title}`, () => expect(written(write)).toBe(expected));
  // https://protobuf.dev/programming-guides/encoding/#simple
  writes('a varint', (w) => w.varint(1, 150), '089601');
  writes('a large varint', (w) => w.varint(1, 2 ** 40), '08808080808020');
  writes('a negative varint', (w) => w.varint(1, -2), '08feffffffffffffffff01');
  writes('a 64-bit varint', (w) => w.varint64(1, -1n), '08ffffffffffffffffff01');
  writes('zigzag', (w) => w.sint32(1, -2), '0803');
  writes('the smallest zigzag', (w) => w.sint32(1, -2147483648), '08ffffffff0f');
  writes('a bool', (w) => w.bool(1, true), '0801');
  writes('text', (w) => w.text(2, 'testing'), '120774657374696e67');
  writes('a message', (w) => w.message(3, () => w.varint(1, 150)), '1a03089601');
  writes('fixed32', (w) => w.fixed32(16, 1), '850101000000');
  writes('fixed64', (w) => w.fixed64(1, -1n), '09ffffffffffffffff');
  writes('a double', (w) => w.double(1, 1), '09000000000000f03f');

  it.each([0, 1, 127, 128, 129, 16383, 16384, 2097152])('frames a message of %i bytes', (size) => {
    const writer = new ProtobufWriter();
    writer.message(1, () => {
      writer.message(2, () => writer.bytes(3, new Uint8Array(size).fill(7)));
      writer.varint(4, 5);
    });
    const reader = new ProtobufReader(writer.finish());
    reader.tag();
    const outer = reader.enter();
    reader.tag();
    const middle = reader.enter();
    expect(reader.tag()).toBe(0x1a);
    expect(Buffer.alloc(size, 7).equals(reader.view())).toBe(true);
    reader.leave(middle);
    expect([reader.tag(), reader.varint()]).toEqual([0x20, 5]);
    reader.leave(outer);
    expect(reader.at).toBe(reader.limit);
  });
});

describe('the reader', () => {
  const varint = (hex: string, low: number, high: number) =>
    it(`reads the varint ${hex}`, () => {
      const reader = readerOf(hex);
      expect(reader.varint()).toBe(low);
      expect([reader.low, reader.high]).toEqual([low, high]);
      expect(reader.at).toBe(hex.length / 2);
    });
  varint('00', 0, 0);
  varint('7f', 127, 0);
  varint('8001', 128, 0);
  varint('ffffffff0f', 0xffffffff, 0);
  varint('8080808010', 0, 1);
  varint('ffffffffffffffffff01', 0xffffffff, 0xffffffff);
  varint('80808080808080808001', 0, 0x80000000);

  it('passes over every kind of field', () => {
    const reader = readerOf(
      '08ff01 09 0000000000000000 12 02 0000 1d 00000000'.replaceAll(' ', ''),
    );
    const tags: number[] = [];
    while (reader.at < reader.limit) {
      tags.push(reader.tag());
      reader.skip();
    }
    expect(tags).toEqual([0x08, 0x09, 0x12, 0x1d]);
  });

  const fails = (hex: string, read: (reader: ProtobufReader) => void, message: string) =>
    it(`fails on ${hex}: ${message}`, () => {
      expect(() => read(readerOf(hex))).toThrow(MalformedProtobuf);
      expect(() => read(readerOf(hex))).toThrow(message);
    });
  fails('', (reader) => reader.tag(), 'ends inside a field');
  fails('80', (reader) => reader.varint(), 'ends inside a field');
  fails('ffffffffffffffffffff01', (reader) => reader.varint(), 'more than ten bytes');
  fails('00000000000000', (reader) => reader.fixed64(), 'ends inside a field');
  fails('00000000000000', (reader) => reader.double(), 'ends inside a field');
  fails('000000', (reader) => reader.fixed32(), 'ends inside a field');
  fails('0200', (reader) => reader.view(), 'a length runs beyond the end');
  fails('8080808010', (reader) => reader.size(), 'a length runs beyond the end');

  it('keeps to the message that it is in', () => {
    const reader = readerOf('0a020801' + '1801');
    reader.tag();
    const outer = reader.enter();
    expect(reader.tag()).toBe(0x08);
    reader.varint();
    expect(reader.at).toBe(reader.limit);
    expect(() => reader.tag()).toThrow(MalformedProtobuf);
    reader.leave(outer);
    expect(reader.tag()).toBe(0x18);
  });

  it('reads text that is not UTF-8', () => {
    expect(readerOf('02c328').text()).toBe('\uFFFD(');
  });
});

describe('text', () => {
  it.each(['', 'a', 'é', 'aé', 'a'.repeat(127), 'a'.repeat(128), `${'a'.repeat(126)}é`, '🎈'])(
    'is written and read: %#',
    (text) => {
      const writer = new ProtobufWriter();
      writer.text(1, text);
      writer.varint(2, 7);
      const reader = new ProtobufReader(writer.finish());
      expect([reader.tag(), reader.text(), reader.tag(), reader.varint()]).toEqual([
        0x0a,
        text,
        0x10,
        7,
      ]);
    },
  );
});
