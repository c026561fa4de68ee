// Growable columns in the byte layout of ClickHouse's Native format, so that decoders write wire
// bytes straight into them and the store only concatenates. No object per row.
// Layout: https://clickhouse.com/docs/interfaces/formats/Native (fixed-width values little-endian;
// strings as varint length + bytes; arrays and maps as lengths here, offsets on the wire).
import { ByteBuffer } from '#lib/byte-buffer.ts';
import { isUtf8 } from '#lib/utf8.ts';

export type Column = FixedColumn | StringColumn | ArrayColumn;

/** Makes of the bytes of a column those of its copy. */
export type KeepBytes = (bytes: ByteBuffer) => ByteBuffer;

/** Values of one width: integers, floats, FixedString, DateTime64. Write to `data` directly. */
export class FixedColumn {
  readonly kind = 'fixed';
  readonly type: string;
  readonly width: number;
  readonly data: ByteBuffer;
  constructor(type: string, width: number, data = new ByteBuffer()) {
    this.type = type;
    this.width = width;
    this.data = data;
  }
  get rows(): number {
    return this.data.length / this.width;
  }
  get byteLength(): number {
    return this.data.length;
  }
  clear(): void {
    this.data.length = 0;
  }
  /** The same rows, their bytes kept by `keep`. */
  copied(keep: KeepBytes): FixedColumn {
    return new FixedColumn(this.type, this.width, keep(this.data));
  }
}

/** Strings. `append*` writes varint length + bytes. */
export class StringColumn {
  readonly kind = 'string';
  readonly type: string = 'String';
  readonly data: ByteBuffer;
  #rows: number;
  constructor(data = new ByteBuffer(), rows = 0) {
    this.data = data;
    this.#rows = rows;
  }
  get rows(): number {
    return this.#rows;
  }
  get byteLength(): number {
    return this.data.length;
  }
  clear(): void {
    this.data.length = 0;
    this.#rows = 0;
  }
  /** The same rows, their bytes kept by `keep`. */
  copied(keep: KeepBytes): StringColumn {
    return new StringColumn(keep(this.data), this.#rows);
  }
  appendBytes(source: Uint8Array, from: number, to: number): void {
    this.data.varint(to - from);
    this.data.copy(source, from, to);
    this.#rows++;
  }
  /** All bytes of `source`: the fastest way for long ones. */
  appendAll(source: Uint8Array): void {
    this.data.varint(source.length);
    this.data.append(source);
    this.#rows++;
  }
  /** Text from outside: what is not UTF-8 in it becomes U+FFFD. */
  appendUtf8(source: Uint8Array, from: number, to: number): void {
    const start = this.data.length;
    this.data.varint(to - from);
    this.#rows++;
    if (this.data.copyAscii(source, from, to) || isUtf8(source, from, to)) return;
    this.data.length = start;
    const replaced = encoder.encode(decoder.decode(source.subarray(from, to)));
    this.data.varint(replaced.length);
    this.data.copy(replaced, 0, replaced.length);
  }
  appendText(text: string): void {
    const bytes = encoder.encode(text);
    this.appendBytes(bytes, 0, bytes.length);
  }
  appendEmpty(): void {
    this.data.u8(0);
    this.#rows++;
  }
  /** Appends `count` empty strings. */
  appendEmpties(count: number): void {
    this.data.zeros(count);
    this.#rows += count;
  }
  /** Appends a run that already has its length in front (copied from another StringColumn). */
  appendEncoded(source: Uint8Array, from: number, to: number): void {
    this.data.copy(source, from, to);
    this.#rows++;
  }
}

/**
 * Arrays, maps and nested columns: a length per row, and one inner column per element field
 * (Array(T): one, Map(K, V): two). Write the elements to `elements`, then close the row.
 */
export class ArrayColumn<E extends readonly Column[] = readonly Column[]> {
  readonly kind = 'array';
  readonly type: string;
  readonly elements: E;
  /** One 32-bit little-endian length per row. */
  readonly lengths: ByteBuffer;
  #elementCount: number;
  constructor(type: string, elements: E, lengths = new ByteBuffer(), elementCount = 0) {
    this.type = type;
    this.elements = elements;
    this.lengths = lengths;
    this.#elementCount = elementCount;
  }
  get rows(): number {
    return this.lengths.length / 4;
  }
  get byteLength(): number {
    let size = this.lengths.length * 2;
    for (const element of this.elements) size += element.byteLength;
    return size;
  }
  clear(): void {
    this.lengths.length = 0;
    this.#elementCount = 0;
    for (const element of this.elements) element.clear();
  }
  /** The same rows, their bytes kept by `keep`. */
  copied(keep: KeepBytes): ArrayColumn {
    const elements = this.elements.map((element): Column => element.copied(keep));
    return new ArrayColumn(this.type, elements, keep(this.lengths), this.#elementCount);
  }
  get elementCount(): number {
    return this.#elementCount;
  }
  /** Ends a row of all elements that came since the last one ended. */
  endRow(): void {
    this.closeRow((this.elements[0] as Column).rows - this.#elementCount);
  }
  /** Gives the last row `length` more elements, which are already in `elements`. */
  extendRow(length: number): void {
    const { bytes } = this.lengths;
    const at = this.lengths.length - 4;
    let before = 0;
    for (let i = 3; i >= 0; i--) before = before * 256 + (bytes[at + i] as number);
    this.lengths.length = at;
    this.lengths.u32(before + length);
    this.#elementCount += length;
  }
  /** Ends a row of `length` elements, which are already in `elements`. */
  closeRow(length: number): void {
    this.lengths.u32(length);
    this.#elementCount += length;
  }
}

/** Map(String, String): keys and values. */
export type MapColumn = ArrayColumn<readonly [StringColumn, StringColumn]>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const uint8 = (): FixedColumn => new FixedColumn('UInt8', 1);
export const uint32 = (): FixedColumn => new FixedColumn('UInt32', 4);
export const int32 = (): FixedColumn => new FixedColumn('Int32', 4);
export const uint64 = (): FixedColumn => new FixedColumn('UInt64', 8);
export const int64 = (): FixedColumn => new FixedColumn('Int64', 8);
export const float64 = (): FixedColumn => new FixedColumn('Float64', 8);
export const dateTimeMs = (): FixedColumn => new FixedColumn("DateTime64(3, 'UTC')", 8);
export const fixedString = (width: number): FixedColumn =>
  new FixedColumn(`FixedString(${width})`, width);
export const string = (): StringColumn => new StringColumn();
export const array = <C extends Column>(element: C): ArrayColumn<readonly [C]> =>
  new ArrayColumn(`Array(${element.type})`, [element] as const);
export const stringMap = (): MapColumn =>
  new ArrayColumn('Map(String, String)', [string(), string()] as const);

/** Appends the entries of a map as one row. */
export function appendMap(column: MapColumn, entries: Iterable<readonly [string, string]>): void {
  const [keys, values] = column.elements;
  let length = 0;
  for (const [key, value] of entries) {
    keys.appendText(key);
    values.appendText(value);
    length++;
  }
  column.closeRow(length);
}
