import { expect, test } from 'vitest';
import { isStaleMarker, setStaleMarker } from '#query/vector/stale.ts';
import { mergeSeries, SampleChunks } from './chunks.ts';

const read = (fromMs: number, toMs: number, withStale = false) => ({
  matchers: [],
  fromMs,
  toMs,
  withStale,
});

function chunked(...pieces: readonly (readonly [number, number][])[]): SampleChunks {
  const chunks = new SampleChunks();
  for (const piece of pieces) {
    const times = Float64Array.from(piece, ([time]) => time);
    const values = Float64Array.from(piece, ([, value]) => value);
    piece.forEach(([, value], i) => {
      if (Number.isNaN(value)) setStaleMarker(values, i);
    });
    chunks.add(times, values);
  }
  return chunks;
}

test('pieces are put in order, one sample per time, the range is open on the left', () => {
  const chunks = chunked(
    [
      [30, 3],
      [40, 4],
    ],
    [
      [10, 1],
      [20, 2],
      [30, 3],
    ],
  );
  const series = chunks.toSeries({}, read(10, 30));
  expect([...(series?.times ?? [])]).toEqual([20, 30]);
  expect([...(series?.values ?? [])]).toEqual([2, 3]);
});

test('stale markers keep their bits, or are left out', () => {
  const chunks = () =>
    chunked([
      [20, Number.NaN],
      [10, 1],
    ]);
  const kept = chunks().toSeries({}, read(0, 100, true));
  expect(kept?.times.length).toBe(2);
  expect(isStaleMarker(kept?.values ?? new Float64Array(2), 1)).toBe(true);
  expect(chunks().toSeries({}, read(0, 100))?.times).toEqual(Float64Array.of(10));
});

test('nothing inside the range is no series', () => {
  expect(chunked([[10, 1]]).toSeries({}, read(10, 20))).toBeUndefined();
});

test('series with the same labels become one', () => {
  const one = (time: number, value: number) => ({
    labels: { a: '1' },
    times: Float64Array.of(time),
    values: Float64Array.of(value),
  });
  const [merged, ...rest] = mergeSeries([one(20, 2), one(10, 1)]);
  expect(rest).toEqual([]);
  expect([...(merged?.times ?? [])]).toEqual([10, 20]);
});
