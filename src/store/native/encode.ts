// Batches → one block in ClickHouse's Native format. Columns that share a shape are strung together
// without copying: the block is a list of byte runs. Array lengths become the running offsets that
// the wire wants.
// Format: https://clickhouse.com/docs/interfaces/formats/Native (protocol version 0): varint number
// of columns, varint number of rows, then per column its name, its type and its values.
import { ByteBuffer } from '#lib/byte-buffer.ts';
import { BugError } from '#lib/errors.ts';
import type { TableRows } from '#model/batch.ts';
import { rowCount } from '#model/batch.ts';
import type { ArrayColumn, Column } from '#model/column.ts';

/** Rows of one table and one set of columns, each with its tenant. */
export interface TenantRows {
  readonly tenant: string;
  readonly rows: TableRows;
}

export interface NativeBlock {
  readonly chunks: readonly Uint8Array[];
  readonly byteLength: number;
  readonly rows: number;
}

/** Equal for rows that can be in one block: same columns, same types. */
export function shapeOf(rows: TableRows): string {
  let shape: string = rows.table;
  for (const name in rows.columns) shape += ` ${name}:${(rows.columns[name] as Column).type}`;
  return shape;
}

/** `parts` must have the same shape. The chunks are views of the columns: do not change those. */
export function encodeBlock(parts: readonly TenantRows[]): NativeBlock {
  const first = parts[0] as TenantRows;
  const names = Object.keys(first.rows.columns);
  const rows = parts.reduce((sum, part) => sum + checkedRowCount(part.rows), 0);
  const out = new ChunkList(parts.reduce((sum, { rows }) => sum + bytesOnWire(rows), 1024));
  out.buffer.varint(names.length + 1);
  out.buffer.varint(rows);
  writeText(out.buffer, 'tenant');
  writeText(out.buffer, 'String');
  for (const part of parts) writeTenant(out, part.tenant, rowCount(part.rows));
  for (const name of names) {
    const columns = parts.map((part) => part.rows.columns[name] as Column);
    writeText(out.buffer, name);
    writeText(out.buffer, (columns[0] as Column).type);
    writeColumn(out, columns);
  }
  return { ...out.finish(), rows };
}

function writeColumn(out: ChunkList, columns: readonly Column[]): void {
  if ((columns[0] as Column).kind !== 'array') {
    for (const column of columns) if (column.kind !== 'array') out.append(column.data.view());
    return;
  }
  const arrays = columns as readonly ArrayColumn[];
  writeOffsets(out, arrays);
  const elements = (arrays[0] as ArrayColumn).elements.length;
  for (let i = 0; i < elements; i++) {
    writeColumn(
      out,
      arrays.map((array) => array.elements[i] as Column),
    );
  }
}

function writeOffsets(out: ChunkList, arrays: readonly ArrayColumn[]): void {
  let end = 0;
  for (const { lengths } of arrays) {
    const source = new DataView(lengths.bytes.buffer, lengths.bytes.byteOffset);
    out.room(lengths.length * 2);
    for (let at = 0; at < lengths.length; at += 4) {
      end += source.getUint32(at, true);
      out.buffer.u64(end >>> 0, Math.floor(end / 2 ** 32));
    }
  }
}

function writeTenant(out: ChunkList, tenant: string, rows: number): void {
  if (tenant === '') {
    out.buffer.zeros(rows);
    return;
  }
  const one = new ByteBuffer(16);
  writeText(one, tenant);
  for (let row = 0; row < rows; row++) out.buffer.copy(one.bytes, 0, one.length);
}

function writeText(buffer: ByteBuffer, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  buffer.varint(bytes.length);
  buffer.copy(bytes, 0, bytes.length);
}

/** About: names of columns are short. */
function bytesOnWire({ columns }: TableRows): number {
  let size = 0;
  for (const name in columns) size += (columns[name] as Column).byteLength + name.length + 32;
  return size + rowCount({ table: 'otel_samples', columns });
}

function checkedRowCount(rows: TableRows): number {
  const count = rowCount(rows);
  for (const name in rows.columns) {
    const found = (rows.columns[name] as Column).rows;
    if (found !== count) {
      throw new BugError(`BUG: ${rows.table}.${name} has ${found} rows, expected ${count}`);
    }
  }
  return count;
}

/**
 * Runs are gathered in a few large arrays: a socket writes each in one go, with one head of a chunk in
 * HTTP. Only what is as large as those is kept as it is.
 */
class ChunkList {
  buffer: ByteBuffer;
  readonly #chunks: Uint8Array[] = [];
  #byteLength = 0;

  /** `bytesExpected`: about what will come. */
  constructor(bytesExpected: number) {
    this.buffer = new ByteBuffer(Math.min(bytesExpected, chunkBytes));
  }

  append(bytes: Uint8Array): void {
    if (bytes.length >= chunkBytes) {
      this.#close();
      this.#chunks.push(bytes);
      this.#byteLength += bytes.length;
      return;
    }
    this.room(bytes.length);
    this.buffer.copy(bytes, 0, bytes.length);
  }

  /** To be called before many bytes are written to `buffer`, so that it does not grow. */
  room(size: number): void {
    if (this.buffer.length + size > chunkBytes) this.#close();
  }

  finish(): { chunks: readonly Uint8Array[]; byteLength: number } {
    this.#close();
    return { chunks: this.#chunks, byteLength: this.#byteLength };
  }

  #close(): void {
    if (this.buffer.length === 0) return;
    this.#chunks.push(this.buffer.view());
    this.#byteLength += this.buffer.length;
    this.buffer = new ByteBuffer();
  }
}

const chunkBytes = 1 << 20;
