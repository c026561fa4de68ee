// rate_counter: the per-second increase of unwrapped values that count up, extrapolated to the range
// as Prometheus does.
// https://grafana.com/docs/loki/latest/query/metric_queries/#unwrapped-range-aggregations
import { defineRangeFunction, type SampleWindow } from './definition.ts';

export const rateCounter = defineRangeFunction({
  name: 'rate_counter',
  doc: 'Per-second increase of a counter; resets are removed.',
  example: 'rate_counter({job="a"} | json | unwrap requests [5m])',
  evaluate: (window) => extrapolatedRate(window),
});

function extrapolatedRate({ times, values, from, to, end, rangeSeconds }: SampleWindow): number {
  const count = to - from;
  if (count < 2) return 0;
  const first = values[from] as number;
  let increase = (values[to - 1] as number) - first;
  for (let i = from + 1; i < to; i++) {
    if ((values[i] as number) < (values[i - 1] as number)) increase += values[i - 1] as number;
  }
  const [firstTime, lastTime] = [times[from] as number, times[to - 1] as number];
  const sampled = (lastTime - firstTime) / 1e9;
  const gap = sampled / (count - 1);
  // Samples that end well before an edge of the window say nothing about the whole way to it.
  const reach = (seconds: number): number => (seconds < gap * 1.1 ? seconds : gap / 2);
  let toStart = reach(rangeSeconds - (end - firstTime) / 1e9);
  // A counter was not below zero.
  if (increase > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / increase));
  const extended = sampled + toStart + reach((end - lastTime) / 1e9);
  return (increase * (extended / sampled)) / rangeSeconds;
}
