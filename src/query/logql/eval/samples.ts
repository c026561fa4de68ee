// Unwrapped samples become values per step.
import type { GridSeries, Labels } from '#query/vector/value.ts';
import type { RangeFunction } from '../function/definition.ts';
import type { NanoGrid, RangePlan } from '../plan/plan.ts';

/** Samples of one series as they came; times are nanoseconds after the start of the scan. */
export interface SampleSeries {
  readonly labels: Labels;
  readonly times: number[];
  readonly values: number[];
}

export function evaluateSamples(
  series: SampleSeries,
  definition: RangeFunction,
  plan: RangePlan,
  grid: NanoGrid,
): GridSeries {
  const order = series.times.map((_, i) => i);
  order.sort((a, b) => (series.times[a] as number) - (series.times[b] as number));
  const times = order.map((i) => series.times[i] as number);
  const values = order.map((i) => series.values[i] as number);
  const range = Number(plan.aggregation.range.rangeNano);
  const step = Number(grid.stepNano);
  const result = new Float64Array(grid.count);
  const present = new Uint8Array(grid.count);
  let from = 0;
  let to = 0;
  for (let i = 0; i < grid.count; i++) {
    const end = i * step + range;
    while (to < times.length && (times[to] as number) <= end) to++;
    while (from < to && (times[from] as number) <= end - range) from++;
    if (from === to) continue;
    const value = definition.evaluate?.({
      times,
      values,
      from,
      to,
      end,
      rangeSeconds: range / 1e9,
      parameter: plan.aggregation.parameter,
    });
    if (value === undefined) continue;
    result[i] = value;
    present[i] = 1;
  }
  return { labels: series.labels, values: result, present };
}
