// Reads small columns back: for the rare places that need single values again.
import type { MapColumn, StringColumn } from './column.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The values of a column of strings. */
export function stringsOf(column: StringColumn): string[] {
  const { bytes, length } = column.data;
  const values: string[] = [];
  let at = 0;
  while (at < length) {
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    values.push(decoder.decode(bytes.subarray(at, at + size)));
    at += size;
  }
  return values;
}

/** The pairs of all rows of a map column, in order. */
export function pairsOf(column: MapColumn): [string, string][] {
  const values = stringsOf(column.elements[1]);
  return stringsOf(column.elements[0]).map((key, i) => [key, values[i] as string]);
}
