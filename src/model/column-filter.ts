// Columns without some of their rows: for the rare batch of which a decoder finds out too late that
// it cannot take an item. One pass over the bytes, so that good items cost nothing for it.
import { ArrayColumn, type Column, FixedColumn, StringColumn } from './column.ts';

/** A copy of every column without the rows that `isDropped` marks; as many marks as rows. */
export function withoutRows<T extends Readonly<Record<string, Column>>>(
  columns: T,
  isDropped: Uint8Array,
): T {
  const kept: Record<string, Column> = {};
  for (const name in columns) kept[name] = keep(columns[name] as Column, isDropped);
  return kept as T;
}

function keep(column: Column, isDropped: Uint8Array): Column {
  if (column.kind === 'fixed') return keepFixed(column, isDropped);
  if (column.kind === 'string') return keepStrings(column, isDropped);
  return keepArrays(column, isDropped);
}

function keepFixed(column: FixedColumn, isDropped: Uint8Array): FixedColumn {
  const kept = new FixedColumn(column.type, column.width);
  for (let row = 0; row < isDropped.length; row++) {
    if (isDropped[row]) continue;
    kept.data.copy(column.data.bytes, row * column.width, (row + 1) * column.width);
  }
  return kept;
}

function keepStrings(column: StringColumn, isDropped: Uint8Array): StringColumn {
  const kept = new StringColumn();
  const { bytes } = column.data;
  let at = 0;
  for (let row = 0; row < isDropped.length; row++) {
    const start = at;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
    if (!isDropped[row]) kept.appendEncoded(bytes, start, at);
  }
  return kept;
}

function keepArrays(column: ArrayColumn, isDropped: Uint8Array): ArrayColumn {
  const isElementDropped = new Uint8Array(column.elementCount);
  const lengths = new DataView(column.lengths.bytes.buffer, column.lengths.bytes.byteOffset);
  let element = 0;
  for (let row = 0; row < isDropped.length; row++) {
    const length = lengths.getUint32(row * 4, true);
    if (isDropped[row]) isElementDropped.fill(1, element, element + length);
    element += length;
  }
  const kept = new ArrayColumn(
    column.type,
    column.elements.map((inner) => keep(inner, isElementDropped)),
  );
  for (let row = 0; row < isDropped.length; row++) {
    if (!isDropped[row]) kept.closeRow(lengths.getUint32(row * 4, true));
  }
  return kept;
}
