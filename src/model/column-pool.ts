// Columns that decoders fill again and again. Columns that grow for every body leave garbage of twice
// their size in a dozen arrays; here a body is decoded into columns that have grown before, and leaves
// as one array of exactly its size. Decoding is synchronous, so that few sets are ever in use at once.
import { ByteBuffer } from '#lib/byte-buffer.ts';
import type { TableRows } from './batch.ts';
import type { Column } from './column.ts';

/** Larger ones are not copied, but leave with their batch. */
const copiedBytesMax = 4 << 20;
const sparesMax = 4;

/** Whose columns can be filled again. */
export interface Reusable {
  /** Makes everything empty. */
  clear(): void;
  /** What the columns have grown to. */
  readonly capacity: number;
}

export class ColumnPool<T extends Reusable> {
  readonly #make: () => T;
  readonly #spares: T[] = [];

  constructor(make: () => T) {
    this.#make = make;
  }

  take(): T {
    return this.#spares.pop() ?? this.#make();
  }

  /**
   * The tables of `owner` as they go into a batch. `owner` is not to be used afterwards, nor the tables.
   */
  release(owner: T, ...groups: readonly (readonly TableRows[])[]): TableRows[][] {
    if (owner.capacity > copiedBytesMax) return groups.map((tables) => [...tables]);
    const copies = copyTables(groups);
    owner.clear();
    if (this.#spares.length < sparesMax) this.#spares.push(owner);
    return copies;
  }
}

/** Copies into one array of exactly their size. */
function copyTables(groups: readonly (readonly TableRows[])[]): TableRows[][] {
  let size = 0;
  for (const tables of groups) {
    for (const { columns } of tables) {
      for (const name in columns) size += dataBytesOf(columns[name] as Column);
    }
  }
  const whole = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
  let at = 0;
  const keep = ({ bytes, length }: ByteBuffer): ByteBuffer => {
    const copy = whole.subarray(at, at + length);
    copy.set(bytes.subarray(0, length));
    at += length;
    return ByteBuffer.of(copy);
  };
  return groups.map((tables) =>
    tables.map(({ table, columns }) => {
      const copies: Record<string, Column> = {};
      for (const name in columns) copies[name] = (columns[name] as Column).copied(keep);
      return { table, columns: copies };
    }),
  );
}

function dataBytesOf(column: Column): number {
  if (column.kind !== 'array') return column.data.length;
  let size = column.lengths.length;
  for (const element of column.elements) size += dataBytesOf(element);
  return size;
}

/** What columns have grown to. */
export function capacityOf(columns: Readonly<Record<string, Column>>): number {
  let size = 0;
  for (const name in columns) size += capacityOfColumn(columns[name] as Column);
  return size;
}

function capacityOfColumn(column: Column): number {
  if (column.kind !== 'array') return column.data.bytes.length;
  let size = column.lengths.bytes.length;
  for (const element of column.elements) size += capacityOfColumn(element);
  return size;
}

export function clearColumns(columns: Readonly<Record<string, Column>>): void {
  for (const name in columns) (columns[name] as Column).clear();
}
