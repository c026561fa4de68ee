import { describe, expect, it } from 'vitest';
import { toFrame } from './query-range.ts';

describe('toFrame', () => {
  it('reads numbers as Go writes them', () => {
    const frame = toFrame({
      metric: { a: 'b' },
      values: [
        [1.5, '2'],
        [2, '+Inf'],
        [3, '-Inf'],
        [4, 'NaN'],
        [5, '1e-7'],
      ],
    });
    expect([...frame.times]).toEqual([1500, 2000, 3000, 4000, 5000]);
    expect([...frame.values]).toEqual([2, Infinity, -Infinity, NaN, 1e-7]);
  });
  it('shows a native histogram by its count', () =>
    expect([...toFrame({ metric: {}, histograms: [[1, { count: '7' }]] }).values]).toEqual([7]));
});
