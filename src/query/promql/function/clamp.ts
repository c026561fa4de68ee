// https://prometheus.io/docs/prometheus/latest/querying/functions/#clamp
import { defineFunction, elementFunction } from './definition.ts';
import { mapSeries, scalarOf } from './series.ts';

export const clampMin = elementFunction(
  {
    name: 'clamp_min',
    args: ['vector', 'scalar'],
    doc: 'Values, but at least the second argument.',
    example: 'clamp_min(free_slots, 0)',
  },
  (value, [least]) => Math.max(least as number, value),
);

export const clampMax = elementFunction(
  {
    name: 'clamp_max',
    args: ['vector', 'scalar'],
    doc: 'Values, but at most the second argument.',
    example: 'clamp_max(queue_length, 100)',
  },
  (value, [most]) => Math.min(most as number, value),
);

export const clamp = defineFunction({
  name: 'clamp',
  args: ['vector', 'scalar', 'scalar'],
  returns: 'vector',
  doc: 'Values between the second and the third argument; nothing when these are the wrong way round.',
  example: 'clamp(cpu_ratio, 0, 1)',
  evaluate: {
    kind: 'whole',
    of: ([vector, least, most]) => {
      const lows = scalarOf(least);
      const highs = scalarOf(most);
      return mapSeries(vector, (value, step) => {
        const low = lows[step] as number;
        const high = highs[step] as number;
        return high < low ? undefined : Math.max(low, Math.min(high, value));
      });
    },
  },
});
