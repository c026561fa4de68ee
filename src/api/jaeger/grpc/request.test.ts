import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import { RequestFields, searchOf } from './request.ts';

/** A search with so many tags. */
function searchWith(tags: number): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    for (let i = 0; i < tags; i++) writer.message(3, () => writer.text(1, `${i}`));
    for (const field of [4, 5])
      writer.message(field, () => writer.varint(1, 1_700_000_000 + field));
  });
  return writer.finish();
}

describe('RequestFields', () => {
  it('takes time in proportion to the fields', () => {
    const writer = new ProtobufWriter();
    for (let i = 0; i < 200_000; i++) writer.text(3, 'x');
    const startMs = performance.now();
    expect(new RequestFields(writer.finish()).text(3)).toBe('x');
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});

describe('searchOf', () => {
  it('reads the tags', () =>
    expect([...searchOf('', searchWith(2)).find.tags]).toEqual([
      ['0', ''],
      ['1', ''],
    ]));
  it('refuses too many tags', () =>
    expect(() => searchOf('', searchWith(101))).toThrow('more than 100 tags'));
});
