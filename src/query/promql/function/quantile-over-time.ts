// https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time
import { quantileOf } from '#query/vector/quantile.ts';
import { defineFunction } from './definition.ts';

export const quantileOverTime = defineFunction({
  name: 'quantile_over_time',
  args: ['scalar', 'matrix'],
  returns: 'vector',
  doc: 'The φ-quantile (0 ≤ φ ≤ 1) of the values in the range.',
  example: 'quantile_over_time(0.9, request_duration_seconds[1h])',
  takesQuantile: true,
  evaluate: {
    kind: 'window',
    of: ({ values, from, to }, [phi]) => quantileOf(values.slice(from, to), phi as number),
  },
});
