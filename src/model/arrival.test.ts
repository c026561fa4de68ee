import { expect, it } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { appendArrivals } from './arrival.ts';
import { int64 } from './column.ts';

/** Later than the system's clock, which other code of this process may have asked. */
const startMs = Date.UTC(2100, 0, 1) + 0.5;
const startMicro = BigInt(startMs * 1000);

function arrivalsOf(count: number, clock: ReturnType<typeof createManualClock>): bigint[] {
  const column = int64();
  appendArrivals(column, count, clock);
  const { bytes, length } = column.data;
  return [...new BigInt64Array(bytes.slice(0, length).buffer)];
}

it('are microseconds, and none comes twice', () => {
  const clock = createManualClock(startMs);
  expect(arrivalsOf(3, clock)).toEqual([startMicro, startMicro + 1n, startMicro + 2n]);
  expect(arrivalsOf(1, clock)).toEqual([startMicro + 3n]);
  clock.advance(1);
  expect(arrivalsOf(1, clock)).toEqual([startMicro + 1000n]);
});

it('go on growing where the clock goes back', () => {
  expect(arrivalsOf(2, createManualClock(startMs - 5000))).toEqual([
    startMicro + 1001n,
    startMicro + 1002n,
  ]);
  expect(arrivalsOf(0, createManualClock(0))).toEqual([]);
});
