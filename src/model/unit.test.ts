import { describe, expect, it } from 'vitest';
import { compareHalves, dayOfMs, dayOfNano, hourOfMs, msOfNanoHalves, signed64 } from './unit.ts';

const low = (value: bigint): number => Number(BigInt.asUintN(32, value));
const high = (value: bigint): number => Number(BigInt.asUintN(32, value >> 32n));

const times = [
  0n,
  1n,
  999_999n,
  1_000_000n,
  1_700_000_000_123_000_000n,
  1_700_000_000_122_999_999n,
  4_102_444_800_000_000_000n,
  2n ** 63n - 1n,
  -1n,
  -1_000_000n,
  -1_000_001n,
  -(2n ** 63n),
];

describe('a time in halves', () => {
  it.each(times)('%i ns is the same in milliseconds, rounded down', (nano) => {
    const expected = nano >= 0n ? nano / 1_000_000n : -((-nano + 999_999n) / 1_000_000n);
    expect(msOfNanoHalves(low(nano), high(nano))).toBe(Number(expected));
    expect(signed64(low(nano), high(nano))).toBe(nano);
  });

  it('compares as a signed integer', () => {
    for (const a of times) {
      for (const b of times) {
        const expected = a < b ? -1 : a > b ? 1 : 0;
        expect(compareHalves(low(a), high(a), low(b), high(b))).toBe(expected);
      }
    }
  });
});

describe('days and hours', () => {
  it('are cut towards zero, as the engine does', () => {
    expect([-3_600_001, -3_600_000, -1, 0, 3_599_999, 3_600_000].map(hourOfMs)).toEqual(
      [-1, -1, 0, 0, 0, 1].map((hour) => expect.closeTo(hour, 0)),
    );
    expect([-86_400_000, 86_399_999, 86_400_000].map(dayOfMs)).toEqual([-1, 0, 1]);
    expect([-86_400_000_000_000n, -1n, 86_400_000_000_000n].map(dayOfNano)).toEqual([-1, 0, 1]);
  });
});
