// https://prometheus.io/docs/prometheus/latest/querying/functions/#rate
import { windowFunction } from './definition.ts';
import { extrapolatedDelta } from './extrapolate.ts';
import { gridAggregate } from './grid-aggregate.ts';
import { sweepDelta } from './sweep-delta.ts';

const options = { isCounter: true, isPerSecond: true };

export const rate = windowFunction(
  {
    name: 'rate',
    doc: 'Per-second average increase of a counter over the range. Resets are taken out; the result is extrapolated to the window.',
    example: 'rate(http_requests_total[5m])',
    expectsCounter: true,
    extensions: ['anchored', 'smoothed'],
    sweep: sweepDelta(options),
    compile: gridAggregate('timeSeriesRateToGrid'),
  },
  (window) => extrapolatedDelta(window, options),
);
