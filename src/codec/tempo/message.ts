// Messages as tables of fields: one object is an answer's JSON as it stands, and its protobuf by way
// of the table, so that both say the same. As in protobuf's JSON mapping, 64-bit integers are decimal
// text, and fields that have their default are left out by whoever makes the object.
// Spec: https://protobuf.dev/programming-guides/encoding/, https://protobuf.dev/programming-guides/json/
import { InputError } from '#lib/errors.ts';
import { MalformedProtobuf, ProtobufReader } from '#lib/protobuf-reader.ts';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';

interface ScalarValues {
  readonly string: string;
  readonly bool: boolean;
  readonly uint32: number;
  readonly uint64: string;
  readonly int64: string;
  readonly double: number;
}

export interface Field {
  readonly number: number;
  /** A table comes as a function: messages can hold themselves. */
  readonly type: keyof ScalarValues | (() => MessageTable);
  /** A map is one from strings. */
  readonly kind?: 'list' | 'map';
}

export type MessageTable = { readonly [name: string]: Field };
export type Message = { readonly [name: string]: unknown };

type Single<F extends Field> = F['type'] extends keyof ScalarValues
  ? ScalarValues[F['type']]
  : Message;
type ValueOf<F extends Field> = F['kind'] extends 'list'
  ? readonly Single<F>[]
  : F['kind'] extends 'map'
    ? Readonly<Record<string, Single<F>>>
    : Single<F>;

/** What decodeMessage answers; what the sender left out is not there. */
export type MessageOf<T extends MessageTable> = { readonly [N in keyof T]?: ValueOf<T[N]> };

/** What the table does not know is left out. */
export function encodeMessage(table: MessageTable, message: Message): Uint8Array {
  const writer = new ProtobufWriter();
  writeFields(writer, table, message);
  return writer.finish();
}

function writeFields(writer: ProtobufWriter, table: MessageTable, message: Message): void {
  for (const [name, field] of Object.entries(table)) {
    const value = message[name];
    if (value === undefined) continue;
    if (field.kind === 'list') {
      for (const item of value as readonly unknown[]) writeValue(writer, field, item);
    } else if (field.kind === 'map') {
      for (const [key, item] of Object.entries(value as Message)) {
        const end = writer.open(field.number);
        writer.text(1, key);
        writeValue(writer, { ...field, number: 2 }, item);
        writer.close(end);
      }
    } else writeValue(writer, field, value);
  }
}

function writeValue(writer: ProtobufWriter, { number, type }: Field, value: unknown): void {
  switch (type) {
    case 'string':
      writer.text(number, value as string);
      return;
    case 'bool':
      writer.bool(number, value as boolean);
      return;
    case 'uint32':
      writer.varint(number, value as number);
      return;
    case 'uint64':
    case 'int64':
      writer.varint64(number, BigInt(value as string));
      return;
    case 'double':
      // NaN and the infinities are text in JSON.
      writer.double(number, Number(value));
      return;
    default:
      writer.message(number, () => writeFields(writer, type(), value as Message));
  }
}

/** Throws InputError `tempo_protobuf`; unknown fields, and those of another type, are passed over. */
export function decodeMessage<T extends MessageTable>(table: T, bytes: Uint8Array): MessageOf<T> {
  try {
    return readFields(new ProtobufReader(bytes), table) as MessageOf<T>;
  } catch (error) {
    if (!(error instanceof MalformedProtobuf)) throw error;
    const message = `cannot decode the message: ${error.message}, at byte ${error.offset}`;
    throw new InputError('tempo_protobuf', message, { cause: error });
  }
}

const wireTypes = { string: 2, bool: 0, uint32: 0, uint64: 0, int64: 0, double: 1 } as const;

const tagOf = ({ number, type, kind }: Field): number =>
  (number << 3) | (kind === 'map' || typeof type === 'function' ? 2 : wireTypes[type]);

function readFields(reader: ProtobufReader, table: MessageTable): Message {
  const byTag = new Map(Object.entries(table).map((entry) => [tagOf(entry[1]), entry]));
  const message: Record<string, unknown> = {};
  while (reader.at < reader.limit) {
    const known = byTag.get(reader.tag());
    if (known === undefined) {
      reader.skip();
      continue;
    }
    const [name, field] = known;
    if (field.kind === 'list') {
      message[name] ??= [];
      (message[name] as unknown[]).push(readValue(reader, field));
    } else if (field.kind === 'map') {
      message[name] ??= Object.create(null);
      readEntry(reader, field, message[name] as Record<string, unknown>);
    } else message[name] = readValue(reader, field);
  }
  return message;
}

/** A map is a list of messages { key = 1, value = 2 }; the last of a key counts. */
function readEntry(reader: ProtobufReader, field: Field, map: Record<string, unknown>): void {
  const { kind: _, ...single } = field;
  const table: MessageTable = {
    key: { number: 1, type: 'string' },
    value: { ...single, number: 2 },
  };
  const outer = reader.enter();
  const { key = '', value } = readFields(reader, table);
  reader.leave(outer);
  map[key as string] = value ?? (field.type === 'string' ? '' : {});
}

function readValue(reader: ProtobufReader, { type }: Field): unknown {
  switch (type) {
    case 'string':
      return reader.text();
    case 'bool':
      return reader.varint() !== 0;
    case 'uint32':
      return reader.varint();
    case 'uint64':
    case 'int64': {
      reader.varint();
      const value = (BigInt(reader.high) << 32n) | BigInt(reader.low);
      return String(type === 'int64' ? BigInt.asIntN(64, value) : value);
    }
    case 'double':
      return reader.double();
    default: {
      const outer = reader.enter();
      const message = readFields(reader, type());
      reader.leave(outer);
      return message;
    }
  }
}

/**
 * The message as several, of about `bytesMax` bytes at most: each has some of the items of the list, the
 * last has the rest of the fields too. An item is never split.
 */
export function* encodeInParts(
  table: MessageTable,
  message: Message,
  { list, bytesMax }: { readonly list: string; readonly bytesMax: number },
): Generator<Uint8Array> {
  const { [list]: items = [], ...rest } = message;
  // Messages one after the other are one message: their lists are joined.
  let part: Uint8Array[] = [];
  let size = 0;
  for (const item of items as readonly unknown[]) {
    const bytes = encodeMessage(table, { [list]: [item] });
    if (size > 0 && size + bytes.length > bytesMax) {
      yield joined(part, size);
      part = [];
      size = 0;
    }
    part.push(bytes);
    size += bytes.length;
  }
  const last = encodeMessage(table, rest);
  yield joined([...part, last], size + last.length);
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
