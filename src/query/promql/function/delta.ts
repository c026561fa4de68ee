// https://prometheus.io/docs/prometheus/latest/querying/functions/#delta
import { windowFunction } from './definition.ts';
import { extrapolatedDelta } from './extrapolate.ts';
import { gridAggregate } from './grid-aggregate.ts';
import { sweepDelta } from './sweep-delta.ts';

const options = { isCounter: false, isPerSecond: false };

export const delta = windowFunction(
  {
    name: 'delta',
    doc: 'Difference between the first and last value of a gauge in the range, extrapolated to the window.',
    example: 'delta(room_temperature_celsius[2h])',
    extensions: ['anchored', 'smoothed'],
    sweep: sweepDelta(options),
    compile: gridAggregate('timeSeriesDeltaToGrid'),
  },
  (window) => extrapolatedDelta(window, options),
);
