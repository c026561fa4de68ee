import { describe, expect, it } from 'vitest';
import { duration, int, text } from '../eval/value.ts';
import { bucketOf, quantileOf } from './quantile.ts';

describe('bucketOf', () => {
  it('is the next power of 2', () => {
    const buckets = [2, 3, 4, 1000, 2 ** 40, 2 ** 40 + 1].map((value) => bucketOf(int(value)));
    expect(buckets).toEqual([2, 4, 4, 1024, 2 ** 40, 2 ** 41]);
    expect(bucketOf(duration(3e9))).toBe(2 ** 32);
    expect(bucketOf(int(2n ** 62n))).toBe(2 ** 62);
  });

  it('has nothing below 2, and no floats and texts', () => {
    const values = [int(1), int(0), int(-7), text('8'), { type: 'float', value: 8 } as const];
    expect(values.map(bucketOf)).toEqual(values.map(() => undefined));
  });
});

describe('quantileOf', () => {
  const buckets = [
    { bound: 4, count: 2 },
    { bound: 16, count: 6 },
    { bound: 32, count: 2 },
  ];
  const gives = (q: number, value: number) =>
    it(`${q}: ${value}`, () => expect(quantileOf(q, buckets)).toBeCloseTo(value, 12));
  gives(0, 2 ** 1.5);
  gives(0.2, 4);
  // Half of the six: half of the way from 4 to 16 by the exponent.
  gives(0.5, 8);
  gives(0.8, 16);
  gives(0.9, 2 ** 4.5);
  gives(1, 32);

  it('is 0 without counts', () => expect(quantileOf(0.5, [])).toBe(0));
});
