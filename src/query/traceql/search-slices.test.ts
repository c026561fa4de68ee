import { expect, it } from 'vitest';
import { nextSliceStart } from './search-slices.ts';

const minute = 60_000_000_000n;
const toNano = 1_000_000n * minute;
/** Minutes back from the end of the time asked for. */
const reach = (coveredMinutes: bigint, found: number, limit: number, isDear = false): number => {
  const end = toNano - coveredMinutes * minute;
  const start = nextSliceStart({ toNano, end, found, limit, isDear });
  expect(start).toBeLessThan(end);
  return Number((toNano - start) / minute);
};

it('begins with four minutes, behind whatever the margin adds', () => {
  expect(reach(-15n, 0, 20)).toBe(4);
  expect(reach(0n, 0, 20)).toBe(4);
});
it('takes hours where a slice is dear', () => {
  expect(reach(-15n, 0, 20, true)).toBe(120);
  expect(reach(1n, 0, 20, true)).toBe(961);
  expect(reach(120n, 3, 20, true)).toBe(1080);
});
it('grows ninefold while nothing is found', () => {
  expect(reach(1n, 0, 20)).toBe(9);
  expect(reach(9n, 0, 20)).toBe(81);
});
it('takes what the rest will need, and half as much again', () => {
  expect(reach(4n, 10, 20)).toBe(10);
  expect(reach(4n, 1, 1000)).toBe(36);
});
it('goes on a little where the answer is full but not final', () => {
  expect(reach(8n, 20, 20)).toBe(10);
  expect(reach(1n, 20, 20)).toBe(2);
});
