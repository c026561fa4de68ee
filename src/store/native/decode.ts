// ClickHouse's Native format → blocks of typed arrays. In: pieces of the answer as they come from
// the socket; out: whole blocks. Layout of a column: the prefixes of its nested types (only
// LowCardinality has one), then its values.
// Format: https://clickhouse.com/docs/interfaces/formats/Native
import { BugError } from '#lib/errors.ts';
import type { Block, BlockColumn } from '../contract.ts';
import { ByteSource, type Steps } from './source.ts';
import { type FixedKind, type NativeType, parseNativeType } from './type.ts';

export class NativeDecoder {
  readonly #source = new ByteSource();
  readonly #types = new Map<string, NativeType>();
  #steps: Steps<Block> | undefined;

  /** Takes one piece; the blocks that it completed. */
  push(piece: Buffer): Block[] {
    this.#source.push(piece);
    const blocks: Block[] = [];
    while (this.#steps || !this.#source.isEmpty) {
      this.#steps ??= decodeBlock(this.#source, this.#types);
      const step = this.#steps.next();
      if (!step.done) break;
      this.#steps = undefined;
      if (step.value.rows > 0) blocks.push(step.value);
    }
    return blocks;
  }

  /** False when the bytes ended inside a block. */
  get isAtBlockEnd(): boolean {
    return this.#steps === undefined;
  }
}

function* decodeBlock(source: ByteSource, types: Map<string, NativeType>): Steps<Block> {
  const columnCount = yield* source.varint();
  const rows = yield* source.varint();
  const names: string[] = [];
  const columns: BlockColumn[] = [];
  for (let i = 0; i < columnCount; i++) {
    names.push(yield* source.text());
    const typeName = yield* source.text();
    const type = types.get(typeName) ?? parseNativeType(typeName);
    types.set(typeName, type);
    if (rows > 0) yield* readPrefix(source, type);
    columns.push(yield* readColumn(source, type, rows));
  }
  return { rows, names, columns };
}

function* readPrefix(source: ByteSource, type: NativeType): Steps<void> {
  switch (type.kind) {
    case 'low-cardinality': {
      const version = (yield* readU64(source, 1))[0];
      if (version !== 1n) throw new BugError(`BUG: LowCardinality keys of version ${version}`);
      return;
    }
    case 'array':
      return yield* readPrefix(source, type.element);
    case 'nullable':
      return yield* readPrefix(source, type.of);
    case 'map':
      yield* readPrefix(source, type.key);
      return yield* readPrefix(source, type.value);
    case 'tuple':
      for (const element of type.elements) yield* readPrefix(source, element);
      return;
  }
}

function* readColumn(source: ByteSource, type: NativeType, rows: number): Steps<BlockColumn> {
  switch (type.kind) {
    case 'fixed':
      return yield* readFixed(source, type.array, rows);
    case 'string':
      return yield* readStrings(source, rows);
    case 'fixed-string':
      return yield* readFixedStrings(source, type.width, rows);
    case 'nothing':
      return yield* readFixed(source, 'u8', rows);
    case 'array': {
      const offsets = yield* readOffsets(source, rows);
      return { offsets, values: yield* readColumn(source, type.element, lastOf(offsets)) };
    }
    case 'map': {
      const offsets = yield* readOffsets(source, rows);
      const keys = yield* readColumn(source, type.key, lastOf(offsets));
      return { offsets, keys, values: yield* readColumn(source, type.value, lastOf(offsets)) };
    }
    case 'nullable': {
      const nulls = new Uint8Array(rows);
      yield* source.fill(nulls);
      return { nulls, values: yield* readColumn(source, type.of, rows) };
    }
    case 'low-cardinality':
      return yield* readLowCardinality(source, type.of, rows);
    case 'tuple': {
      const elements: BlockColumn[] = [];
      for (const element of type.elements) elements.push(yield* readColumn(source, element, rows));
      return { elements };
    }
  }
}

const arrayTypes = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

type FixedArray = InstanceType<(typeof arrayTypes)[FixedKind]>;

function* readFixed(source: ByteSource, kind: FixedKind, rows: number): Steps<FixedArray> {
  const values = new arrayTypes[kind](rows);
  yield* source.fill(new Uint8Array(values.buffer));
  return values;
}

function* readU64(source: ByteSource, rows: number): Steps<BigUint64Array> {
  const values = new BigUint64Array(rows);
  yield* source.fill(new Uint8Array(values.buffer));
  return values;
}

// On the wire 64 bits each; no block of ours has 2^32 elements.
function* readOffsets(source: ByteSource, rows: number): Steps<Uint32Array> {
  const wide = new Uint32Array(rows * 2);
  yield* source.fill(new Uint8Array(wide.buffer));
  const offsets = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) offsets[row] = wide[row * 2] as number;
  return offsets;
}

const lastOf = (offsets: Uint32Array): number => offsets[offsets.length - 1] ?? 0;

function* readStrings(source: ByteSource, rows: number): Steps<string[]> {
  const values: string[] = new Array(rows);
  let row = 0;
  while (row < rows) {
    row = readWholeStrings(source, values, row);
    // The next one crosses the end of the piece.
    if (row < rows) values[row++] = yield* source.text();
  }
  return values;
}

// No generator here: this loop is where the time goes.
function readWholeStrings(source: ByteSource, values: string[], from: number): number {
  const { bytes, end } = source;
  let at = source.at;
  let row = from;
  for (; row < values.length; row++) {
    let next = at;
    let size = 0;
    let scale = 1;
    let byte = 128;
    while (byte > 127 && next < end) {
      byte = bytes[next++] as number;
      size += (byte & 127) * scale;
      scale *= 128;
    }
    if (byte > 127 || next + size > end) break;
    at = next + size;
    values[row] = size === 0 ? '' : bytes.toString('utf8', next, at);
  }
  source.at = at;
  return row;
}

function* readFixedStrings(source: ByteSource, width: number, rows: number): Steps<Uint8Array[]> {
  const all = new Uint8Array(rows * width);
  yield* source.fill(all);
  return Array.from({ length: rows }, (_, row) => all.subarray(row * width, (row + 1) * width));
}

// flags (u64; low byte: width of the indexes), dictionary with its size, indexes with their count.
// A dictionary of a Nullable starts with the null; its values are of the bare type.
function* readLowCardinality(source: ByteSource, of: NativeType, rows: number): Steps<BlockColumn> {
  const isNullable = of.kind === 'nullable';
  const bare = isNullable ? of.of : of;
  if (rows === 0) return yield* readColumn(source, of, 0);
  const flags = (yield* readU64(source, 1))[0] as bigint;
  const dictionarySize = Number((yield* readU64(source, 1))[0]);
  const dictionary = yield* readColumn(source, bare, dictionarySize);
  const indexCount = Number((yield* readU64(source, 1))[0]);
  const kinds = ['u8', 'u16', 'u32'] as const;
  const kind = kinds[Number(flags & 0xffn)];
  if (!kind || indexCount !== rows) throw new BugError('BUG: LowCardinality not as expected');
  const indexes = (yield* readFixed(source, kind, rows)) as Uint8Array | Uint16Array | Uint32Array;
  const values = pick(dictionary, indexes);
  if (!isNullable) return values;
  return { nulls: Uint8Array.from(indexes, (index) => (index === 0 ? 1 : 0)), values };
}

function pick(
  dictionary: BlockColumn,
  indexes: Uint8Array | Uint16Array | Uint32Array,
): BlockColumn {
  if (Array.isArray(dictionary)) {
    const source = dictionary as readonly string[];
    const values: string[] = new Array(indexes.length);
    for (let i = 0; i < indexes.length; i++) values[i] = source[indexes[i] as number] as string;
    return values;
  }
  if (!ArrayBuffer.isView(dictionary)) throw new BugError('BUG: LowCardinality of a nested type');
  const source = dictionary as FixedArray;
  const values = source.slice(0, 0).constructor as new (length: number) => FixedArray;
  const picked = new values(indexes.length);
  for (let i = 0; i < indexes.length; i++) picked[i] = source[indexes[i] as number] as never;
  return picked;
}
