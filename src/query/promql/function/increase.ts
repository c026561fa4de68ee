// https://prometheus.io/docs/prometheus/latest/querying/functions/#increase
import { windowFunction } from './definition.ts';
import { extrapolatedDelta } from './extrapolate.ts';
import { gridAggregate } from './grid-aggregate.ts';
import { sweepDelta } from './sweep-delta.ts';

const options = { isCounter: true, isPerSecond: false };

export const increase = windowFunction(
  {
    name: 'increase',
    doc: 'Increase of a counter over the range. Resets are taken out; the result is extrapolated to the window.',
    example: 'increase(http_requests_total[1h])',
    expectsCounter: true,
    extensions: ['anchored', 'smoothed'],
    sweep: sweepDelta(options),
    compile: gridAggregate('timeSeriesIncreaseToGrid'),
  },
  (window) => extrapolatedDelta(window, options),
);
