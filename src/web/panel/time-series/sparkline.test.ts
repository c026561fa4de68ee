import { describe, expect, it } from 'vitest';
import { layoutSparkline } from './sparkline.ts';

describe('layoutSparkline', () => {
  const grid = { fromMs: 0, toMs: 4, stepMs: 1 };
  const size = { width: 40, height: 14 };
  it('breaks the line at gaps', () =>
    expect(
      layoutSparkline(
        [{ labels: {}, times: Float64Array.of(0, 1, 3, 4), values: Float64Array.of(0, 10, 5, 5) }],
        grid,
        size,
      ),
    ).toEqual({ paths: ['M0.0 12.0L10.0 2.0M30.0 7.0L40.0 7.0'], last: 5 }));
  it('keeps a point alone', () =>
    expect(
      layoutSparkline(
        [{ labels: {}, times: Float64Array.of(4), values: Float64Array.of(10) }],
        grid,
        size,
      ).paths,
    ).toEqual(['M40.0 2.0h0']));
  it('draws nothing of nothing', () =>
    expect(layoutSparkline([], grid, size)).toEqual({ paths: [], last: undefined }));
});
