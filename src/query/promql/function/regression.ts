// deriv and predict_linear: least squares over the samples of a window, with compensated sums.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#deriv
import { addCompensated } from '#query/vector/sum.ts';
import { type Numbers, numbersFunction } from './samples.ts';

export const deriv = numbersFunction(
  {
    name: 'deriv',
    doc: 'Per-second derivative of a gauge by simple linear regression over the range.',
    example: 'deriv(node_filesystem_avail_bytes[1h])',
  },
  (numbers) =>
    numbers.to - numbers.from < 2
      ? undefined
      : regress(numbers, numbers.times[numbers.from] as number).slope,
);

export const predictLinear = numbersFunction(
  {
    name: 'predict_linear',
    args: ['matrix', 'scalar'],
    doc: 'The value of a gauge some seconds from now, by simple linear regression over the range.',
    example: 'predict_linear(node_filesystem_avail_bytes[1h], 4 * 3600)',
    usesStepTime: true,
  },
  (numbers, [seconds], { stepTimeMs }) => {
    if (numbers.to - numbers.from < 2) return undefined;
    const { slope, intercept } = regress(numbers, stepTimeMs);
    return slope * (seconds as number) + intercept;
  },
);

/** The line through the samples; `intercept` is its value at `originMs`, `slope` is per second. */
function regress(
  { times, values, from, to }: Numbers,
  originMs: number,
): { slope: number; intercept: number } {
  const first = values[from] as number;
  const sums = new Float64Array(4);
  const lost = new Float64Array(4);
  let isConstant = true;
  for (let i = from; i < to; i++) {
    const x = ((times[i] as number) - originMs) / 1000;
    const y = values[i] as number;
    if (y !== first) isConstant = false;
    addCompensated(sums, lost, 0, x);
    addCompensated(sums, lost, 1, y);
    addCompensated(sums, lost, 2, x * y);
    addCompensated(sums, lost, 3, x * x);
  }
  if (isConstant) {
    return Number.isFinite(first)
      ? { slope: 0, intercept: first }
      : { slope: Number.NaN, intercept: Number.NaN };
  }
  const count = to - from;
  const [sumX, sumY, sumXY, sumXX] = sums.map((sum, i) => sum + (lost[i] as number)) as unknown as [
    number,
    number,
    number,
    number,
  ];
  const slope = (sumXY - (sumX * sumY) / count) / (sumXX - (sumX * sumX) / count);
  return { slope, intercept: sumY / count - (slope * sumX) / count };
}
