import type { ProtobufReader } from '#lib/protobuf-reader.ts';

/** A varint as int64; exact up to 2^53. */
export function int64(reader: ProtobufReader): number {
  reader.varint();
  return (reader.high | 0) * 0x1_0000_0000 + reader.low;
}
