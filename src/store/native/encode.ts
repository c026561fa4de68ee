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
  const out = new ChunkList();
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
    const rows = lengths.length / 4;
    const source = new DataView(lengths.bytes.buffer, lengths.bytes.byteOffset);
    const offsets = new Uint8Array(rows * 8);
    const target = new DataView(offsets.buffer);
    for (let row = 0; row < rows; row++) {
      end += source.getUint32(row * 4, true);
      target.setUint32(row * 8, end >>> 0, true);
      target.setUint32(row * 8 + 4, Math.floor(end / 2 ** 32), true);
    }
    out.append(offsets);
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

/** Large runs are kept as they are; small ones are gathered, so that a socket sees few of them. */
class ChunkList {
  buffer = new ByteBuffer(1 << 14);
  readonly #chunks: Uint8Array[] = [];
  #byteLength = 0;

  append(bytes: Uint8Array): void {
    if (bytes.length <= gatherBytesMax) {
      this.buffer.copy(bytes, 0, bytes.length);
      if (this.buffer.length > gatheredBytesMax) this.#close();
      return;
    }
    this.#close();
    this.#chunks.push(bytes);
    this.#byteLength += bytes.length;
  }

  finish(): { chunks: readonly Uint8Array[]; byteLength: number } {
    this.#close();
    return { chunks: this.#chunks, byteLength: this.#byteLength };
  }

  #close(): void {
    if (this.buffer.length === 0) return;
    this.#chunks.push(this.buffer.view());
    this.#byteLength += this.buffer.length;
    this.buffer = new ByteBuffer(1 << 14);
  }
}

const gatherBytesMax = 1 << 14;
const gatheredBytesMax = 1 << 18;
