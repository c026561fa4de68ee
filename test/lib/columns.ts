// The rows of a decoded batch as plain objects, for tests: maps as objects, ids in hex, 64-bit integers
// as bigint, times in milliseconds as numbers, doubles as numbers.
import type { Batch, TableName, TableRows } from '#model/batch.ts';
import type { ArrayColumn, Column, FixedColumn } from '#model/column.ts';
import { stringsOf } from '#model/column-entries.ts';

export type ColumnRow = Record<string, unknown>;

/** All rows of one table, identities or not. */
export function rowsOf(batch: Batch, table: TableName): ColumnRow[] {
  const parts = [...batch.identities, ...batch.rows].filter((part) => part.table === table);
  return parts.flatMap(toRows);
}

export function toRows({ columns }: TableRows): ColumnRow[] {
  const rows: ColumnRow[] = [];
  for (const [name, column] of Object.entries(columns)) {
    valuesOf(column).forEach((value, row) => {
      const target = rows[row] ?? {};
      target[name] = value;
      rows[row] = target;
    });
  }
  return rows;
}

export function valuesOf(column: Column): unknown[] {
  if (column.kind === 'string') return stringsOf(column);
  return column.kind === 'fixed' ? fixedValues(column) : arrayValues(column);
}

function fixedValues(column: FixedColumn): unknown[] {
  const { bytes, length } = column.data;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const read = readerOf(column.type, view, bytes);
  return Array.from({ length: column.rows }, (_, row) => read(row * column.width));
}

function readerOf(type: string, view: DataView, bytes: Uint8Array): (at: number) => unknown {
  switch (type) {
    case 'UInt8':
      return (at) => view.getUint8(at);
    case 'UInt32':
      return (at) => view.getUint32(at, true);
    case 'Int32':
      return (at) => view.getInt32(at, true);
    case 'UInt64':
      return (at) => view.getBigUint64(at, true);
    case 'Int64':
      return (at) => view.getBigInt64(at, true);
    case 'Float64':
      return (at) => view.getFloat64(at, true);
    case "DateTime64(3, 'UTC')":
      return (at) => Number(view.getBigInt64(at, true));
    default: {
      const width = Number(/^FixedString\((\d+)\)$/.exec(type)?.[1]);
      return (at) => Buffer.from(bytes.subarray(at, at + width)).toString('hex');
    }
  }
}

function arrayValues(column: ArrayColumn): unknown[] {
  const elements = column.elements.map(valuesOf);
  const lengths = new DataView(column.lengths.bytes.buffer, column.lengths.bytes.byteOffset);
  const isMap = column.type.startsWith('Map(');
  let from = 0;
  return Array.from({ length: column.rows }, (_, row) => {
    const to = from + lengths.getUint32(row * 4, true);
    const [first, second] = elements.map((values) => values.slice(from, to));
    from = to;
    if (!isMap) return first;
    return Object.fromEntries((first ?? []).map((key, i) => [String(key), second?.[i]]));
  });
}
