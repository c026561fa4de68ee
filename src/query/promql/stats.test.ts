import { describe, expect, test } from 'vitest';
import { createManualClock } from '#lib/clock.ts';
import { setStaleMarker } from '#query/vector/stale.ts';
import type { RawSeries } from '#query/vector/value.ts';
import { createPromqlEngine } from './engine.ts';
import type { SampleSource } from './read/source.ts';

/** A sample a minute, ten of them; the last is a stale marker. */
const values = Float64Array.from({ length: 10 }, (_, i) => i);
setStaleMarker(values, 9);
const times = Float64Array.from(values.keys(), (i) => i * 60_000);
const series: readonly RawSeries[] = ['a', 'b'].map((job) => ({
  labels: { __name__: 'm', job },
  times,
  values,
}));
const source: SampleSource = {
  pushDown: 'auto',
  select: async ({ matchers }) =>
    series.filter(({ labels }) =>
      matchers.every(({ label, value }) => label === '__name__' || labels[label] === value),
    ),
  run: async () => {
    throw new Error('nothing is pushed down for statistics');
  },
};

describe('samples of a query', () => {
  const engine = createPromqlEngine({ source, clock: createManualClock(0) });
  const counts = (query: string, total: number, peak: number) =>
    test(query, async () => {
      const times = { startMs: 300_000, endMs: 420_000, stepMs: 60_000 };
      const { stats } = await engine.range({ query, tenant: '', wantsStats: true, ...times });
      expect(stats?.samples).toEqual({ totalQueryableSamples: total, peakSamples: peak });
    });
  counts('m', 6, 6);
  counts('sum(m)', 6, 6);
  counts('rate(m{job="a"}[5m])', 15, 8);
  counts('m + on (job) m{job="a"}', 9, 9);
  counts('1', 0, 1);
  test('stale series have no sample', async () => {
    const { stats } = await engine.instant({
      query: 'm',
      timeMs: 540_000,
      tenant: '',
      wantsStats: true,
    });
    expect(stats?.samples.totalQueryableSamples).toBe(0);
    expect(stats?.timings.execTotalTime).toBe(0);
  });
  test('are only counted when they are wanted', async () => {
    const engine = createPromqlEngine({ source: { ...source, pushDown: 'never' } });
    const result = await engine.instant({ query: 'm', timeMs: 60_000, tenant: '' });
    expect(result).not.toHaveProperty('stats');
    expect(result.pushed).toBe('none');
  });
});
