// Growable columns in the byte layout of ClickHouse's Native format, so that decoders write wire
// bytes straight into them and the store only concatenates. No object per row.
// Layout: https://clickhouse.com/docs/interfaces/formats/Native (fixed-width values little-endian;
// strings as varint length + bytes; arrays and maps as lengths here, offsets on the wire).
import { ByteBuffer } from '#lib/byte-buffer.ts';

export type Column = FixedColumn | StringColumn | ArrayColumn;

/** Values of one width: integers, floats, FixedString, DateTime64. Write to `data` directly. */
export class FixedColumn {
  readonly kind = 'fixed';
  readonly type: string;
  readonly width: number;
  readonly data = new ByteBuffer();
  constructor(type: string, width: number) {
    this.type = type;
    this.width = width;
  }
  get rows(): number {
    return this.data.length / this.width;
  }
  get byteLength(): number {
    return this.data.length;
  }
  truncate(rows: number): void {
    this.data.length = rows * this.width;
  }
}

/** Strings. `append*` writes varint length + bytes. */
export class StringColumn {
  readonly kind = 'string';
  readonly type: string = 'String';
  readonly data = new ByteBuffer();
  #ends: number[] | undefined;
  #rows = 0;
  /** `isTruncatable` keeps the end of each row (4 bytes more per row). */
  constructor(isTruncatable = false) {
    if (isTruncatable) this.#ends = [];
  }
  get rows(): number {
    return this.#rows;
  }
  get byteLength(): number {
    return this.data.length;
  }
  appendBytes(source: Uint8Array, from: number, to: number): void {
    this.data.varint(to - from);
    this.data.copy(source, from, to);
    this.#added();
  }
  appendText(text: string): void {
    const bytes = encoder.encode(text);
    this.appendBytes(bytes, 0, bytes.length);
  }
  /** Appends a run that already has its length in front (copied from another StringColumn). */
  appendEncoded(source: Uint8Array, from: number, to: number): void {
    this.data.copy(source, from, to);
    this.#added();
  }
  truncate(rows: number): void {
    if (rows >= this.#rows) return;
    if (!this.#ends) throw new Error('BUG: this column was not made truncatable');
    this.#ends.length = rows;
    this.data.length = rows === 0 ? 0 : (this.#ends[rows - 1] as number);
    this.#rows = rows;
  }
  #added(): void {
    this.#rows++;
    this.#ends?.push(this.data.length);
  }
}

/**
 * Arrays, maps and nested columns: a length per row, and one inner column per element field
 * (Array(T): one, Map(K, V): two). Write the elements to `elements`, then close the row.
 */
export class ArrayColumn {
  readonly kind = 'array';
  readonly type: string;
  readonly elements: readonly Column[];
  /** One 32-bit little-endian length per row. */
  readonly lengths = new ByteBuffer();
  #elementCount = 0;
  constructor(type: string, elements: readonly Column[]) {
    this.type = type;
    this.elements = elements;
  }
  get rows(): number {
    return this.lengths.length / 4;
  }
  get byteLength(): number {
    let size = this.lengths.length * 2;
    for (const element of this.elements) size += element.byteLength;
    return size;
  }
  get elementCount(): number {
    return this.#elementCount;
  }
  /** Ends a row of `length` elements, which are already in `elements`. */
  closeRow(length: number): void {
    this.lengths.u32(length);
    this.#elementCount += length;
  }
  truncate(rows: number): void {
    if (rows >= this.rows) return;
    const lengths = new DataView(this.lengths.bytes.buffer);
    for (let row = rows; row < this.rows; row++) {
      this.#elementCount -= lengths.getUint32(row * 4, true);
    }
    this.lengths.length = rows * 4;
    for (const element of this.elements) element.truncate(this.#elementCount);
  }
}

const encoder = new TextEncoder();

export const uint8 = (): FixedColumn => new FixedColumn('UInt8', 1);
export const uint32 = (): FixedColumn => new FixedColumn('UInt32', 4);
export const int32 = (): FixedColumn => new FixedColumn('Int32', 4);
export const uint64 = (): FixedColumn => new FixedColumn('UInt64', 8);
export const int64 = (): FixedColumn => new FixedColumn('Int64', 8);
export const float64 = (): FixedColumn => new FixedColumn('Float64', 8);
export const dateTimeMs = (): FixedColumn => new FixedColumn("DateTime64(3, 'UTC')", 8);
export const fixedString = (width: number): FixedColumn =>
  new FixedColumn(`FixedString(${width})`, width);
export const string = (): StringColumn => new StringColumn(true);
export const array = (element: Column): ArrayColumn =>
  new ArrayColumn(`Array(${element.type})`, [element]);
export const stringMap = (): ArrayColumn =>
  new ArrayColumn('Map(String, String)', [string(), string()]);
