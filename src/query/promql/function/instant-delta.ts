// irate and idelta: the last two samples of the window.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#irate
import { type Window, windowFunction } from './definition.ts';
import { gridAggregate } from './grid-aggregate.ts';

export const irate = windowFunction(
  {
    name: 'irate',
    doc: 'Per-second increase of a counter between the last two samples of the range.',
    example: 'irate(http_requests_total[5m])',
    compile: gridAggregate('timeSeriesInstantRateToGrid'),
  },
  (window) => lastDifference(window, true),
);

export const idelta = windowFunction(
  {
    name: 'idelta',
    doc: 'Difference between the last two samples of the range.',
    example: 'idelta(cpu_temperature_celsius[2h])',
    compile: gridAggregate('timeSeriesInstantDeltaToGrid'),
  },
  (window) => lastDifference(window, false),
);

function lastDifference({ times, values, from, to }: Window, isRate: boolean): number | undefined {
  if (to - from < 2) return undefined;
  const last = values[to - 1] as number;
  const previous = values[to - 2] as number;
  const isReset = isRate && last < previous;
  const difference = isReset ? last : last - previous;
  const distanceMs = (times[to - 1] as number) - (times[to - 2] as number);
  return isRate ? difference / (distanceMs / 1000) : difference;
}
