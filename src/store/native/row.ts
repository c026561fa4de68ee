// Blocks as plain objects, for small answers.
import type { Block, BlockColumn } from '../contract.ts';

export function* rowsOf(block: Block): Generator<Record<string, unknown>> {
  for (let row = 0; row < block.rows; row++) {
    const object: Record<string, unknown> = {};
    for (let i = 0; i < block.columns.length; i++) {
      object[block.names[i] as string] = valueAt(block.columns[i] as BlockColumn, row);
    }
    yield object;
  }
}

interface MapColumn {
  readonly keys: BlockColumn;
  readonly values: BlockColumn;
}

const none: readonly unknown[] = Object.freeze([]);

/** 64-bit integers as bigint, arrays as arrays, maps as Map, tuples as arrays, null as null. */
export function valueAt(column: BlockColumn, row: number): unknown {
  if (Array.isArray(column) || ArrayBuffer.isView(column)) {
    return (column as ArrayLike<unknown>)[row];
  }
  if ('elements' in column) return column.elements.map((element) => valueAt(element, row));
  if ('nulls' in column) return column.nulls[row] ? null : valueAt(column.values, row);
  if (!('offsets' in column)) return undefined;
  const from = row === 0 ? 0 : (column.offsets[row - 1] as number);
  const to = column.offsets[row] as number;
  if (!('keys' in column)) {
    // Most spans have neither events nor links: a dozen columns of empty arrays.
    if (from === to) return none;
    return Array.from({ length: to - from }, (_, i) => valueAt(column.values, from + i));
  }
  const map = new Map<unknown, unknown>();
  for (let i = from; i < to; i++) map.set(valueAt(column.keys, i), valueAt(column.values, i));
  if (map.size < to - from) keepFirst(map, column, from, to);
  return map;
}

/** Senders may repeat a key, and the engine's `map[key]` is the first: so it is here. */
function keepFirst(map: Map<unknown, unknown>, column: MapColumn, from: number, to: number): void {
  for (let i = to - 1; i >= from; i--) map.set(valueAt(column.keys, i), valueAt(column.values, i));
}
