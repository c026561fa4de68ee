// Writes Apache Thrift by hand, in both protocols, for tests of what reads it. A value is described
// with its type: { i64: 5n }, { list: 'struct', items: [[…], […]] }, a struct by its fields.
// Spec: https://github.com/apache/thrift/blob/master/doc/specs/

export type ThriftValue =
  | { readonly bool: boolean }
  | { readonly byte: number }
  | { readonly i16: number }
  | { readonly i32: number }
  | { readonly i64: bigint }
  | { readonly double: number }
  | { readonly string: string | Uint8Array }
  | { readonly struct: ThriftFields }
  | { readonly list: readonly ThriftValue[] };

/** By field id, in the order of the ids. */
export type ThriftFields = Readonly<Record<number, ThriftValue>>;

type Kind = 'bool' | 'byte' | 'i16' | 'i32' | 'i64' | 'double' | 'string' | 'struct' | 'list';

const kindOf = (value: ThriftValue): Kind => Object.keys(value)[0] as Kind;

const binaryTypes: Record<Kind, number> = {
  ...{ bool: 2, byte: 3, double: 4, i16: 6, i32: 8, i64: 10, string: 11, struct: 12, list: 15 },
};
const compactTypes: Record<Kind, number> = {
  ...{ bool: 1, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, string: 8, list: 9, struct: 12 },
};

export function writeBinary(value: ThriftValue): Buffer {
  if ('bool' in value) return Buffer.from([value.bool ? 1 : 0]);
  if ('byte' in value) return Buffer.from([value.byte & 0xff]);
  if ('i16' in value) return sized(2, (buffer) => buffer.writeInt16BE(value.i16));
  if ('i32' in value) return int32(value.i32);
  if ('i64' in value) return sized(8, (buffer) => buffer.writeBigInt64BE(value.i64));
  if ('double' in value) return sized(8, (buffer) => buffer.writeDoubleBE(value.double));
  if ('string' in value) {
    const bytes = Buffer.from(value.string as string);
    return Buffer.concat([int32(bytes.length), bytes]);
  }
  if ('list' in value) {
    const [first] = value.list;
    const type = first ? binaryTypes[kindOf(first)] : binaryTypes.struct;
    const head = [Buffer.from([type]), int32(value.list.length)];
    return Buffer.concat([...head, ...value.list.map(writeBinary)]);
  }
  const fields = Object.entries(value.struct).flatMap(([id, field]) => [
    Buffer.from([binaryTypes[kindOf(field)]]),
    sized(2, (buffer) => buffer.writeInt16BE(Number(id))),
    writeBinary(field),
  ]);
  return Buffer.concat([...fields, Buffer.from([0])]);
}

export function writeCompact(value: ThriftValue): Buffer {
  if ('bool' in value) return Buffer.from([value.bool ? 1 : 2]);
  if ('byte' in value) return Buffer.from([value.byte & 0xff]);
  if ('i16' in value) return zigzag(BigInt(value.i16));
  if ('i32' in value) return zigzag(BigInt(value.i32));
  if ('i64' in value) return zigzag(value.i64);
  if ('double' in value) return sized(8, (buffer) => buffer.writeDoubleLE(value.double));
  if ('string' in value) {
    const bytes = Buffer.from(value.string as string);
    return Buffer.concat([varint(BigInt(bytes.length)), bytes]);
  }
  if ('list' in value) {
    const [first] = value.list;
    const type = first ? compactTypes[kindOf(first)] : compactTypes.struct;
    const size = value.list.length;
    const head =
      size < 15
        ? [Buffer.from([(size << 4) | type])]
        : [Buffer.from([0xf0 | type]), varint(BigInt(size))];
    return Buffer.concat([...head, ...value.list.map(writeCompact)]);
  }
  return compactStruct(value.struct);
}

function compactStruct(fields: ThriftFields): Buffer {
  const parts: Buffer[] = [];
  let last = 0;
  for (const [key, field] of Object.entries(fields)) {
    const id = Number(key);
    const step = id - last;
    last = id;
    const type = 'bool' in field && !field.bool ? 2 : compactTypes[kindOf(field)];
    const isShort = step > 0 && step <= 15;
    parts.push(Buffer.from([isShort ? (step << 4) | type : type]));
    if (!isShort) parts.push(zigzag(BigInt(id)));
    if (!('bool' in field)) parts.push(writeCompact(field));
  }
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/** A call without an answer, with its arguments. */
export function binaryMessage(name: string, fields: ThriftFields): Buffer {
  const head = [int32(0x80010004 | 0), writeBinary({ string: name }), int32(7)];
  return Buffer.concat([...head, writeBinary({ struct: fields })]);
}

export function compactMessage(name: string, fields: ThriftFields): Buffer {
  const head = [Buffer.from([0x82, (4 << 5) | 1]), varint(7n), writeCompact({ string: name })];
  return Buffer.concat([...head, compactStruct(fields)]);
}

function sized(size: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(size);
  write(buffer);
  return buffer;
}

const int32 = (value: number): Buffer => sized(4, (buffer) => buffer.writeInt32BE(value));

const zigzag = (value: bigint): Buffer =>
  varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
