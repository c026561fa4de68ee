// Trace ids (16 bytes) and span ids (8 bytes). One of the wrong length or of zeros only is invalid.
import type { FixedColumn } from '#model/column.ts';

export function isId(bytes: Uint8Array, from: number, to: number, size: number): boolean {
  if (to - from !== size) return false;
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return true;
  return false;
}

/** Appends an id; zeros when it has not the width of the column. */
export function appendId(column: FixedColumn, bytes: Uint8Array, from: number, to: number): void {
  if (to - from === column.width) column.data.copy(bytes, from, to);
  else column.data.zeros(column.width);
}
