// https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time
import { quantileOf } from '#query/vector/quantile.ts';
import { badQuantile } from './note.ts';
import { numbersFunction } from './samples.ts';

export const quantileOverTime = numbersFunction(
  {
    name: 'quantile_over_time',
    args: ['scalar', 'matrix'],
    doc: 'The φ-quantile (0 ≤ φ ≤ 1) of the values in the range.',
    example: 'quantile_over_time(0.9, request_duration_seconds[1h])',
  },
  ({ values, from, to }, [phi = Number.NaN], window) => {
    if (!(phi >= 0 && phi <= 1)) window.annotate(badQuantile(phi));
    return quantileOf(values.slice(from, to), phi);
  },
);
