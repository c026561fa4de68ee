import { expect, test } from 'vitest';
import { finishNow } from '#query/vector/pausable.ts';
import { isStaleMarker, setStaleMarker } from '#query/vector/stale.ts';
import type { RawSeries } from '#query/vector/value.ts';
import { between, joinSamplesInParts, sampleBytes, samplesOfRead } from './sample-run.ts';

const joinSamples = (runs: readonly (readonly RawSeries[])[]) =>
  finishNow(joinSamplesInParts(runs));

const series = (
  pod: string,
  times: readonly number[],
  more: Partial<RawSeries> = {},
): RawSeries => ({
  labels: { pod },
  times: Float64Array.from(times),
  values: Float64Array.from(times, (time) => time * 2),
  ...more,
});

test('a stretch is open at its left end and closed at its right one', () => {
  const cut = between(series('a', [1, 2, 3, 4]), 1, 3);
  expect([...cut.times]).toEqual([2, 3]);
  expect([...cut.values]).toEqual([4, 6]);
  expect(between(series('a', [5]), 0, 4).times.length).toBe(0);
});

test('stretches are put behind each other, in the order of labels, sharing equal times', () => {
  const joined = joinSamples([
    [series('a', [1, 2]), series('c', [1, 2])],
    [series('a', [3]), series('c', [3]), series('d', [3])],
  ]);
  expect(joined.map(({ labels, times }) => [labels['pod'], ...times])).toEqual([
    ['a', 1, 2, 3],

    ['c', 1, 2, 3],
    ['d', 3],
  ]);
  expect(joined[0]?.times).toBe(joined[1]?.times);
  const apart = [series('a', [1, 2, 3]), series('c', [1, 2, 3])];
  const saved = sampleBytes(apart) - sampleBytes(joinSamples([apart]));
  expect(saved).toBe(3 * 8);
});

test('starts that a stretch lacks are unknown', () => {
  const known = series('a', [2], { starts: Float64Array.of(1) });
  const [joined] = joinSamples([[series('a', [1])], [known]]);
  expect([...(joined?.starts ?? [])]).toEqual([Number.NaN, 1]);
});

test('a read has stale markers and starts only when it wants them', () => {
  const values = Float64Array.of(7, 0, Number.NaN);
  setStaleMarker(values, 1);
  const [joined] = joinSamples([
    [series('a', [1, 2, 3], { values, starts: Float64Array.of(0, 0, 0) })],
  ]);
  const all = [joined as RawSeries];
  const read = { matchers: [], fromMs: 0, toMs: 3, withStale: true };
  const [withStale] = samplesOfRead(all, read);
  expect(isStaleMarker(withStale?.values as Float64Array, 1)).toBe(true);
  expect(withStale?.starts).toBeUndefined();
  const [without] = samplesOfRead(all, { ...read, withStale: false, withStarts: true });
  expect([...(without?.times ?? [])]).toEqual([1, 3]);
  expect(without?.starts?.length).toBe(2);
  expect(samplesOfRead(all, { ...read, fromMs: 1, toMs: 2, withStale: false })).toEqual([]);
});

test('others get their turn between the series', () => {
  const work = joinSamplesInParts([[series('a', [1]), series('b', [1])]]);
  expect([work.next().done, work.next().done, work.next().done]).toEqual([false, false, true]);
});
