// Rows of a table from plain objects, for tests: columns as a decoder would have filled them.
import type { Batch, Signal, TableRows } from '#model/batch.ts';
import { ArrayColumn, type Column, FixedColumn, StringColumn } from '#model/column.ts';
import { tables } from '#store/table/index.ts';

export type PlainValue =
  | string
  | number
  | bigint
  | Uint8Array
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };
export type PlainRow = Readonly<Record<string, PlainValue>>;

/** Every object must have the same keys: the columns that are sent. */
export function tableRows(table: TableRows['table'], rows: readonly PlainRow[]): TableRows {
  const definition = tables.find(({ name }) => name === table);
  if (!definition) throw new Error(`no table ${table}`);
  const types: Readonly<Record<string, string>> = definition.columns;
  const columns: Record<string, Column> = {};
  for (const name of Object.keys(rows[0] ?? {})) {
    const column = columnOf(types[name] ?? '');
    for (const row of rows) append(column, row[name] as PlainValue);
    columns[name] = column;
  }
  return { table, columns };
}

export interface PlainBatch {
  readonly tenant?: string;
  readonly identities?: readonly TableRows[];
  readonly rows?: readonly TableRows[];
  readonly committed?: () => void;
}

export function batchOf<S extends Signal>(signal: S, plain: PlainBatch): Batch<S> {
  const { tenant = '', identities = [], rows = [] } = plain;
  const all = [...identities, ...rows].flatMap((part) => Object.values(part.columns));
  return {
    signal,
    tenant,
    items: rows.reduce((sum, part) => sum + (Object.values(part.columns)[0]?.rows ?? 0), 0),
    identities,
    rows,
    byteLength: all.reduce((sum, column) => sum + column.byteLength, 0),
    ...(plain.committed ? { committed: plain.committed } : {}),
  };
}

const widths: Readonly<Record<string, number>> = { Int8: 1, UInt8: 1, Int32: 4, UInt32: 4 };

function columnOf(type: string): Column {
  const inner = /^(?:LowCardinality|SimpleAggregateFunction)\((?:\w+, )?(.+)\)$/.exec(type)?.[1];
  if (inner !== undefined) return columnOf(inner);
  if (type === 'String') return new StringColumn();
  const element = /^Array\((.+)\)$/.exec(type)?.[1];
  if (element !== undefined) {
    const column = columnOf(element);
    return new ArrayColumn(`Array(${column.type})`, [column]);
  }
  if (type.startsWith('Map(')) {
    return new ArrayColumn('Map(String, String)', [new StringColumn(), new StringColumn()]);
  }
  const width = /^FixedString\((\d+)\)$/.exec(type)?.[1];
  return new FixedColumn(type, width === undefined ? (widths[type] ?? 8) : Number(width));
}

function append(column: Column, value: PlainValue): void {
  if (column.kind === 'string') column.appendText(String(value));
  else if (column.kind === 'fixed') appendFixed(column, value);
  else if (Array.isArray(value)) {
    for (const item of value) append(column.elements[0] as Column, item);
    column.closeRow(value.length);
  } else {
    const entries = Object.entries(value as { readonly [key: string]: PlainValue });
    for (const [key, item] of entries) {
      append(column.elements[0] as Column, key);
      append(column.elements[1] as Column, item);
    }
    column.closeRow(entries.length);
  }
}

function appendFixed({ data, type, width }: FixedColumn, value: PlainValue): void {
  if (value instanceof Uint8Array) data.copy(value, 0, width);
  else if (type === 'Float64') data.f64(Number(value));
  else if (width === 8) data.big64(BigInt(value as number | bigint));
  else if (width === 4) data.u32(Number(value) >>> 0);
  else data.u8(Number(value) & 255);
}
