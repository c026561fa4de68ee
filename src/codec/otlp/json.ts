// OTLP JSON to protobuf bytes, so that there is one decoder. What protobuf leaves open for JSON holds:
// names in lowerCamelCase or as in the schema, 64-bit integers as strings or numbers, enums as numbers or
// names, ids in hex, other bytes in base64, unknown fields and null ignored.
// Spec: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
import { InputError, messageOf } from '#lib/errors.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { Signal } from '#model/batch.ts';
import { readDouble, readInteger, uint64Max, WrongValue, writeScalar } from './json-scalar.ts';
import { exportRequests, type Field, type MessageType, type ScalarType } from './schema.ts';

/** Names and indexes on the way to a value. AnyValues take three or four a level: deeper than the decoder goes. */
const depthMax = 300;

/** Throws InputError `otlp_malformed_json`, which names the field. */
export function otlpJsonToProtobuf(signal: Signal, text: string): Uint8Array {
  const writer = new ProtobufWriter();
  const path: string[] = [];
  try {
    writeFields(writer, exportRequests[signal], parseJson(text), path);
  } catch (error) {
    if (!(error instanceof WrongValue)) throw error;
    const place = path.length === 0 ? '' : ` in ${path.join('.').replaceAll('.[', '[')}`;
    throw new InputError(
      'otlp_malformed_json',
      `cannot decode ${signal}: ${error.message}${place}`,
      { cause: error },
    );
  }
  return writer.finish();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(/[:,[\s]-?\d{16}/.test(text) ? quoteLongIntegers(text) : text);
  } catch (error) {
    throw new WrongValue(messageOf(error));
  }
}

/** Integers of 16 digits and more become strings, because a double cannot hold them all. */
function quoteLongIntegers(text: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const outside = text.slice(at, quote < 0 ? text.length : quote);
    parts.push(outside.replace(/(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, '"$&"'));
    if (quote < 0) break;
    at = endOfString(text, quote);
    parts.push(text.slice(quote, at));
  }
  return parts.join('');
}

/** Behind the closing quote of the string that opens at `quote`. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function writeFields(
  writer: ProtobufWriter,
  type: MessageType,
  value: unknown,
  path: string[],
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new WrongValue(`an object is expected (${type.name})`);
  }
  // Deeper than the decoder takes values: it rejects the item, and this one ends.
  if (path.length > depthMax) return;
  for (const [name, inner] of Object.entries(value)) {
    const field = type.byName.get(name);
    if (field === undefined || inner === null) continue;
    path.push(name);
    writeField(writer, field, inner, path);
    path.pop();
  }
}

function writeField(writer: ProtobufWriter, field: Field, value: unknown, path: string[]): void {
  if (!field.isRepeated) {
    writeValue(writer, field, value, path);
    return;
  }
  if (!Array.isArray(value)) throw new WrongValue('an array is expected');
  if (typeof field.type === 'string' && field.type !== 'string') {
    writePacked(writer, field.number, field.type, value);
    return;
  }
  for (let i = 0; i < value.length; i++) {
    path.push(`[${i}]`);
    writeValue(writer, field, value[i], path);
    path.pop();
  }
}

function writeValue(writer: ProtobufWriter, field: Field, value: unknown, path: string[]): void {
  const { type, number } = field;
  if (typeof type === 'string') {
    writeScalar(writer, number, type, value);
  } else if (type.kind === 'enum') {
    writer.varint(number, readEnum(type.names, value));
  } else {
    const start = writer.open(number);
    writeFields(writer, type, value, path);
    writer.close(start);
  }
}

/**
 * A number, its digits, a name, or a name without its prefix (`SERVER`), as some senders write. Numbers
 * may be any int32, as in protobuf: what an unknown one means is for the decoder to say.
 */
function readEnum(names: readonly string[], value: unknown): number {
  if (typeof value === 'string' && /^-?\d{1,9}$/.test(value)) return Number(value) >>> 0;
  const number =
    typeof value === 'string'
      ? names.findIndex((name) => name === value || name.endsWith(`_${value}`))
      : value;
  const isName = typeof value === 'string';
  if (typeof number !== 'number' || (number | 0) !== number || (isName && number < 0)) {
    throw new WrongValue(`one of ${names.join(', ')} or its number is expected`);
  }
  return number >>> 0;
}

/** The repeated numbers of OTLP are doubles, fixed64 and uint64. */
function writePacked(
  writer: ProtobufWriter,
  number: number,
  type: ScalarType,
  values: readonly unknown[],
): void {
  const start = writer.open(number);
  for (const value of values) {
    if (type === 'double') writer.packedDouble(readDouble(value));
    else if (type === 'fixed64') writer.packedFixed64(readInteger(value, 0n, uint64Max));
    else writer.packedVarint64(readInteger(value, 0n, uint64Max));
  }
  writer.close(start);
}
