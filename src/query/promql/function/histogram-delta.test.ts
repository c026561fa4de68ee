import { expect, test } from 'vitest';
import { noBuckets } from '#query/vector/histogram/buckets.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { histogramDelta } from './histogram-delta.ts';

test('a window may have as many histograms as there are in a month', () => {
  const count = 200_000;
  const histogram = (of: number): Histogram => ({
    schema: 0,
    count: of,
    sum: of,
    zeroThreshold: 0.001,
    zeroCount: of,
    positive: noBuckets,
    negative: noBuckets,
    customBounds: new Float64Array(0),
    counterReset: 'unknown',
  });
  const histograms = new Array<Histogram>(count).fill(histogram(1));
  histograms.push(histogram(5));
  const delta = histogramDelta(
    {
      times: Float64Array.from({ length: count + 1 }, (_, i) => i),
      values: new Float64Array(count + 1),
      histograms,
      starts: undefined,
      from: 0,
      to: count + 1,
      startMs: 0,
      endMs: count,
      stepTimeMs: count,
      extension: undefined,
      name: 'm',
      annotate: () => undefined,
    },
    true,
  );
  expect(delta?.count).toBe(4);
});
