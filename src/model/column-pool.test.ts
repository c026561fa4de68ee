import { describe, expect, it } from 'vitest';
import { toRows } from '../../test/lib/columns.ts';
import { type MetricRows, metricRowsPool, seriesName } from './metric-rows.ts';

const name = seriesName('up');

function batchOf(rows: MetricRows, values: readonly number[]) {
  for (const value of values) rows.sample(name, value, 0, value * 1000, value, 0);
  const [tables = []] = metricRowsPool.release(rows, rows.rows());
  return tables;
}

describe('ColumnPool', () => {
  it('copies what it takes back, in exactly its size', () => {
    const first = metricRowsPool.take();
    const one = batchOf(first, [1, 2, 3]);
    const second = metricRowsPool.take();
    expect(second).toBe(first);
    batchOf(second, [7, 8, 9]);
    expect(one.flatMap(toRows)).toMatchObject([
      { name: 'up', series_id: 1n, time: [1000] },
      { series_id: 2n, time: [2000] },
      { series_id: 3n, time: [3000] },
    ]);
    const { bucket, time } = one[0]?.columns ?? {};
    expect(bucket?.kind === 'fixed' && bucket.data.bytes.length).toBe(3 * 4);
    expect(time?.kind === 'array' && time.lengths.bytes.length).toBe(3 * 4);
  });

  it('begins a row anew for a series that the last batch ended with', () => {
    batchOf(metricRowsPool.take(), [5]);
    expect(batchOf(metricRowsPool.take(), [5, 5]).flatMap(toRows)).toMatchObject([
      { time: [5000, 5000] },
    ]);
  });

  it('lets a large set go with its batch', () => {
    const rows = metricRowsPool.take();
    const ids = Array.from({ length: 100_000 }, (_, i) => i);
    const batch = batchOf(rows, ids);
    expect(batch[0]?.columns.bucket).toBe(rows.samples.bucket);
    expect(metricRowsPool.take()).not.toBe(rows);
  });

  it('gives two who decode at once their own', () => {
    expect(metricRowsPool.take()).not.toBe(metricRowsPool.take());
  });
});
