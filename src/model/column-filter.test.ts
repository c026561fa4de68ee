import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../test/lib/columns.ts';
import { appendMap, array, string, stringMap, uint32 } from './column.ts';
import { withoutRows } from './column-filter.ts';

/** Row i holds i in every way. */
function columnsOf(rows: number) {
  const columns = {
    number: uint32(),
    text: string(),
    list: array(string()),
    maps: array(stringMap()),
  };
  for (let i = 0; i < rows; i++) {
    columns.number.data.u32(i);
    columns.text.appendText('x'.repeat(i * 50));
    for (let j = 0; j < i; j++) {
      columns.list.elements[0].appendText(`${i}.${j}`);
      appendMap(columns.maps.elements[0], [[`k${j}`, String(i)]]);
    }
    columns.list.endRow();
    columns.maps.endRow();
  }
  return columns;
}

const plain = (columns: ReturnType<typeof columnsOf>) =>
  rowsOf(
    {
      signal: 'logs',
      tenant: '',
      items: 0,
      identities: [],
      rows: [{ table: 'otel_logs', columns }],
      byteLength: 0,
    },
    'otel_logs',
  );

describe('withoutRows', () => {
  const drops = (title: string, dropped: readonly number[]) =>
    it(`drops ${title}`, () => {
      const columns = columnsOf(5);
      const isDropped = Uint8Array.from({ length: 5 }, (_, i) => Number(dropped.includes(i)));
      const kept = plain(columns).filter((_, i) => !dropped.includes(i));
      expect(plain(withoutRows(columns, isDropped))).toEqual(kept);
    });
  drops('nothing', []);
  drops('the first', [0]);
  drops('the last', [4]);
  drops('some', [1, 3]);
  drops('everything', [0, 1, 2, 3, 4]);
});
