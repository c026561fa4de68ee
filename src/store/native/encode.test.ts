import { describe, expect, it } from 'vitest';
import type { TableRows } from '#model/batch.ts';
import {
  array,
  float64,
  int32,
  type StringColumn,
  string,
  stringMap,
  uint64,
} from '#model/column.ts';
import { NativeDecoder } from './decode.ts';
import { encodeBlock, shapeOf, type TenantRows } from './encode.ts';
import { rowsOf } from './row.ts';

function seriesRows(ids: readonly number[], labelCount = 1): TableRows {
  const day = int32();
  const series_id = uint64();
  const name = string();
  const labels = stringMap();
  for (const id of ids) {
    day.data.i32(-1);
    series_id.data.u64(id, 0);
    name.appendText(`n${id}`);
    for (let i = 0; i < labelCount; i++) {
      (labels.elements[0] as StringColumn).appendText(`k${i}`);
      (labels.elements[1] as StringColumn).appendText('v'.repeat(i));
    }
    labels.closeRow(labelCount);
  }
  return { table: 'otel_series', columns: { day, series_id, name, labels } };
}

function roundTrip(parts: readonly TenantRows[]): Record<string, unknown>[] {
  const block = encodeBlock(parts);
  const bytes = Buffer.concat(block.chunks);
  expect(bytes.length).toBe(block.byteLength);
  return new NativeDecoder().push(bytes).flatMap((decoded) => [...rowsOf(decoded)]);
}

describe('encodeBlock', () => {
  it('strings parts together, each with its tenant', () => {
    const rows = roundTrip([
      { tenant: '', rows: seriesRows([1, 2]) },
      { tenant: 'b', rows: seriesRows([3], 2) },
      { tenant: 'c', rows: seriesRows([4], 0) },
    ]);
    expect(rows).toEqual([
      { tenant: '', day: -1, series_id: 1n, name: 'n1', labels: new Map([['k0', '']]) },
      { tenant: '', day: -1, series_id: 2n, name: 'n2', labels: new Map([['k0', '']]) },
      {
        tenant: 'b',
        day: -1,
        series_id: 3n,
        name: 'n3',
        labels: new Map([
          ['k0', ''],
          ['k1', 'v'],
        ]),
      },
      { tenant: 'c', day: -1, series_id: 4n, name: 'n4', labels: new Map() },
    ]);
  });

  it('makes few chunks of many columns', () => {
    const parts = Array.from({ length: 20 }, (_, part) => ({
      tenant: '',
      rows: seriesRows(Array.from({ length: 3000 }, (_, i) => part * 3000 + i)),
    }));
    const { chunks, byteLength, rows } = encodeBlock(parts);
    expect(rows).toBe(60_000);
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(byteLength);
    expect(chunks.length).toBeLessThan(byteLength / (1 << 19) + 1);
    const ids = roundTrip(parts).map(({ series_id }) => series_id);
    expect(ids).toEqual(Array.from({ length: 60_000 }, (_, i) => BigInt(i)));
  });

  it('keeps the bits of stale markers', () => {
    const value = array(float64());
    const element = value.elements[0];
    if (element?.kind !== 'fixed') throw new Error('expected a fixed column');
    element.data.u64(2, 0x7ff00000);
    value.closeRow(1);
    const { chunks } = encodeBlock([
      { tenant: '', rows: { table: 'otel_samples', columns: { value } } },
    ]);
    expect(Buffer.concat(chunks).subarray(-8).toString('hex')).toBe('020000000000f07f');
  });

  it('finds columns of unequal length', () => {
    const rows = seriesRows([1]);
    (rows.columns.name as StringColumn).appendText('extra');
    expect(() => encodeBlock([{ tenant: '', rows }])).toThrow(/BUG: otel_series.name has 2 rows/);
  });
});

describe('shapeOf', () => {
  it('tells apart what cannot be in one block', () => {
    const { day, ...rest } = seriesRows([1]).columns;
    expect(day).toBeDefined();
    expect(shapeOf(seriesRows([1]))).toBe(shapeOf(seriesRows([2, 3], 0)));
    expect(shapeOf({ table: 'otel_series', columns: rest })).not.toBe(shapeOf(seriesRows([1])));
  });
});
