// Scalars of OTLP JSON, checked and written as protobuf fields.
// Spec: https://protobuf.dev/programming-guides/json/
import type { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { ScalarType } from './schema.ts';

/** A value is not what its field needs; the message says what is. */
export class WrongValue extends Error {}

export function writeScalar(
  writer: ProtobufWriter,
  field: number,
  type: ScalarType,
  value: unknown,
): void {
  switch (type) {
    case 'string':
      writer.text(field, readString(value));
      return;
    case 'bytes':
      writer.bytes(field, readBase64(value));
      return;
    case 'id':
      writer.bytes(field, readHex(value));
      return;
    case 'bool':
      if (typeof value !== 'boolean') throw new WrongValue('true or false is expected');
      writer.bool(field, value);
      return;
    case 'double':
      writer.double(field, readDouble(value));
      return;
    case 'int64':
      writer.varint64(field, readInteger(value, int64Min, int64Max));
      return;
    case 'uint64':
      writer.varint64(field, readInteger(value, 0n, uint64Max));
      return;
    case 'fixed64':
      writer.fixed64(field, readInteger(value, 0n, uint64Max));
      return;
    case 'sfixed64':
      writer.fixed64(field, readInteger(value, int64Min, int64Max));
      return;
    case 'uint32':
      writer.varint(field, Number(readInteger(value, 0n, uint32Max)));
      return;
    case 'fixed32':
      writer.fixed32(field, Number(readInteger(value, 0n, uint32Max)));
      return;
    case 'sint32':
      writer.sint32(field, Number(readInteger(value, -(2n ** 31n), 2n ** 31n - 1n)));
  }
}

export const uint64Max = 2n ** 64n - 1n;
const uint32Max = 2n ** 32n - 1n;
const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

export function readInteger(value: unknown, min: bigint, max: bigint): bigint {
  const integer = toBigInt(value);
  if (integer === undefined || integer < min || integer > max) {
    throw new WrongValue(`an integer from ${min} to ${max} is expected`);
  }
  return integer;
}

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  // No 64-bit integer has more than 20 digits; BigInt of very long texts takes long.
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  return undefined;
}

const specialDoubles = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

export function readDouble(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    const special = specialDoubles.get(value);
    if (special !== undefined) return special;
    if (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return Number(value);
  }
  throw new WrongValue('a number is expected');
}

function readString(value: unknown): string {
  if (typeof value !== 'string') throw new WrongValue('a string is expected');
  return value;
}

function readHex(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^([0-9a-fA-F]{2})*$/.test(value)) {
    throw new WrongValue('bytes in hexadecimal are expected');
  }
  return Buffer.from(value, 'hex');
}

function readBase64(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
    throw new WrongValue('bytes in base64 are expected');
  }
  return Buffer.from(value, 'base64');
}
