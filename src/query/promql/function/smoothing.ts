// Holt-Winters smoothing. https://prometheus.io/docs/prometheus/latest/querying/functions/#double_exponential_smoothing
import { InputError } from '#lib/errors.ts';
import { numbersFunction } from './samples.ts';

export const doubleExponentialSmoothing = numbersFunction(
  {
    name: 'double_exponential_smoothing',
    args: ['matrix', 'scalar', 'scalar'],
    doc: 'A smoothed value of a gauge: the second argument weighs recent values, the third the trend.',
    example: 'double_exponential_smoothing(queue_length[1h], 0.5, 0.1)',
    isExperimental: true,
  },
  ({ values, from, to }, [smoothing, trend]) => {
    const factor = checked('smoothing', smoothing as number);
    const trendFactor = checked('trend', trend as number);
    if (to - from < 2) return undefined;
    let before = 0;
    let level = values[from] as number;
    let slope = (values[from + 1] as number) - level;
    for (let i = from + 1; i < to; i++) {
      if (i > from + 1) slope = trendFactor * (level - before) + (1 - trendFactor) * slope;
      const next = factor * (values[i] as number) + (1 - factor) * (level + slope);
      before = level;
      level = next;
    }
    return level;
  },
);

function checked(name: string, factor: number): number {
  if (!(factor <= 0 || factor >= 1)) return factor;
  throw new InputError(
    'promql_argument',
    `invalid ${name} factor. Expected: 0 < ${name === 'trend' ? 'tf' : 'sf'} < 1, got: ${factor.toFixed(6)}`,
  );
}
