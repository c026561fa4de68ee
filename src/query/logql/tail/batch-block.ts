// Rows of a batch on its way to the store, as a block that came out of it: what a query reads.
import { BugError } from '#lib/errors.ts';
import type { Batch, TableName, TableRows } from '#model/batch.ts';
import { rowCount } from '#model/batch.ts';
import type { ArrayColumn, Column, FixedColumn, StringColumn } from '#model/column.ts';
import type { Block, BlockColumn } from '#store/contract.ts';
import { metadataAlias } from '../compile/logs.ts';
import { metadataColumns } from '../compile/metadata.ts';

/** The ids of the streams of the log records, row by row. */
export function streamIdsOf(rows: TableRows): BigUint64Array {
  return valuesOf(rows.columns.stream_id as Column) as BigUint64Array;
}

export function timesOf(rows: TableRows): BigInt64Array {
  return valuesOf(rows.columns.time_unix_nano as Column) as BigInt64Array;
}

/** As `selectLines` answers them, but for the hash, which the engine computes. */
export function blockOfLogs(rows: TableRows): Block {
  const names = ['stream_id', 'time_unix_nano', 'body'];
  const columns = names.map((name) => valuesOf(rows.columns[name] as Column));
  const count = rowCount(rows);
  for (const [name] of metadataColumns) {
    const column = rows.columns[name];
    names.push(metadataAlias(name));
    // What a sender leaves out has the engine's default: these are texts.
    columns.push(column ? asText(valuesOf(column)) : new Array<string>(count).fill(''));
  }
  return { rows: count, names, columns };
}

/** Every column as it is. */
export function blockOf(rows: TableRows): Block {
  const entries = Object.entries(rows.columns);
  return {
    rows: rowCount(rows),
    names: entries.map(([name]) => name),
    columns: entries.map(([, column]) => valuesOf(column)),
  };
}

export const rowsOfTable = (batch: Batch, name: TableName): TableRows[] =>
  [...batch.identities, ...batch.rows].filter(({ table }) => table === name);

function valuesOf(column: Column): BlockColumn {
  switch (column.kind) {
    case 'fixed':
      return fixedValues(column);
    case 'string':
      return stringValues(column);
    case 'array':
      return arrayValues(column);
  }
}

function fixedValues({ type, width, data }: FixedColumn): BlockColumn {
  // A copy begins where typed arrays may begin.
  const { buffer } = data.bytes.slice(0, data.length);
  switch (type) {
    case 'UInt8':
      return new Uint8Array(buffer);
    case 'UInt32':
      return new Uint32Array(buffer);
    case 'Int32':
      return new Int32Array(buffer);
    case 'UInt64':
      return new BigUint64Array(buffer);
    case 'Int64':
      return new BigInt64Array(buffer);
    default:
      break;
  }
  if (!type.startsWith('FixedString(')) throw new BugError(`BUG: a log record has a ${type}`);
  return Array.from(
    { length: data.length / width },
    (_, row) => new Uint8Array(buffer, row * width, width),
  );
}

function stringValues({ data, rows }: StringColumn): string[] {
  const { buffer, byteOffset } = data.bytes;
  const bytes = Buffer.from(buffer, byteOffset, data.length);
  const values = new Array<string>(rows);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    let length = 0;
    let byte: number;
    let scale = 1;
    do {
      byte = bytes[at++] as number;
      length += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    values[row] = bytes.toString('utf8', at, at + length);
    at += length;
  }
  return values;
}

function arrayValues({ elements, lengths, rows }: ArrayColumn): BlockColumn {
  const sizes = new Uint32Array(lengths.bytes.slice(0, lengths.length).buffer);
  const offsets = new Uint32Array(rows);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    end += sizes[row] as number;
    offsets[row] = end;
  }
  const [first, second] = elements.map(valuesOf);
  if (first === undefined) throw new BugError('BUG: an array has no elements');
  return second === undefined
    ? { offsets, values: first }
    : { offsets, keys: first, values: second };
}

/** Ids as hexadecimal digits, those of nothing but zeros as nothing. */
function asText(column: BlockColumn): BlockColumn {
  if (!Array.isArray(column) || typeof column[0] === 'string') return column;
  return (column as Uint8Array[]).map((id) =>
    id.every((byte) => byte === 0) ? '' : Buffer.from(id).toString('hex'),
  );
}
