// The *_over_time family: what the values in a window are together.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { meanHistograms, sumHistograms, type Total } from '#query/vector/histogram/total.ts';
import { quantileOf } from '#query/vector/quantile.ts';
import { addCompensated, meanOf, sumOf } from '#query/vector/sum.ts';
import { type Point, type Window, windowFunction } from './definition.ts';
import { gridAggregate } from './grid-aggregate.ts';
import { mismatchedBounds, mixedSamples, mixedSchemas, resetCollision } from './note.ts';
import { histogramsOf, kindOf, type Numbers, numbersFunction } from './samples.ts';

const named = (name: string, doc: string) => ({
  name,
  doc,
  example: `${name}(process_resident_memory_bytes[1h])`,
});

export const avgOverTime = windowFunction(
  named('avg_over_time', 'The average of all values in the range.'),
  (window) => foldAlike(window, meanOf, meanHistograms),
);

export const sumOverTime = windowFunction(
  named('sum_over_time', 'The sum of all values in the range.'),
  (window) => foldAlike(window, sumOf, sumHistograms),
);

export const countOverTime = windowFunction(
  named('count_over_time', 'The number of samples in the range.'),
  ({ from, to }) => to - from,
);

export const minOverTime = numbersFunction(
  named('min_over_time', 'The smallest value in the range.'),
  (numbers) => numbers.values[indexOfExtreme(numbers, (value, best) => value < best)],
);

export const maxOverTime = numbersFunction(
  named('max_over_time', 'The largest value in the range.'),
  (numbers) => numbers.values[indexOfExtreme(numbers, (value, best) => value > best)],
);

export const lastOverTime = windowFunction(
  {
    ...named('last_over_time', 'The most recent value in the range.'),
    keepsMetricName: true,
    compile: gridAggregate('timeSeriesLastToGrid'),
  },
  (window) => pointOf(window, window.to - 1),
);

export const firstOverTime = windowFunction(
  { ...named('first_over_time', 'The oldest value in the range.'), keepsMetricName: true },
  (window) => pointOf(window, window.from),
);

export const presentOverTime = windowFunction(
  named('present_over_time', '1 for every series with a sample in the range.'),
  () => 1,
);

export const stdvarOverTime = numbersFunction(
  named('stdvar_over_time', 'The population variance of the values in the range.'),
  varianceOf,
);

export const stddevOverTime = numbersFunction(
  named('stddev_over_time', 'The population standard deviation of the values in the range.'),
  (numbers) => Math.sqrt(varianceOf(numbers)),
);

export const madOverTime = numbersFunction(
  {
    ...named('mad_over_time', 'The median absolute deviation of the values in the range.'),
    isExperimental: true,
  },
  ({ values, from, to }) => {
    if (values.subarray(from, to).some(Number.isNaN)) return Number.NaN;
    const median = quantileOf(values.slice(from, to), 0.5);
    return quantileOf(
      values.slice(from, to).map((value) => Math.abs(value - median)),
      0.5,
    );
  },
);

const timeOf = (name: string, doc: string) => ({ ...named(name, doc), isExperimental: true });

export const tsOfFirstOverTime = windowFunction(
  timeOf('ts_of_first_over_time', 'The time of the oldest sample in the range.'),
  ({ times, from }) => (times[from] as number) / 1000,
);

export const tsOfLastOverTime = windowFunction(
  timeOf('ts_of_last_over_time', 'The time of the most recent sample in the range.'),
  ({ times, to }) => (times[to - 1] as number) / 1000,
);

export const tsOfMinOverTime = numbersFunction(
  timeOf('ts_of_min_over_time', 'The time of the last smallest value in the range.'),
  (numbers) =>
    timeAt(
      numbers,
      indexOfExtreme(numbers, (value, best) => value <= best),
    ),
);

export const tsOfMaxOverTime = numbersFunction(
  timeOf('ts_of_max_over_time', 'The time of the last largest value in the range.'),
  (numbers) =>
    timeAt(
      numbers,
      indexOfExtreme(numbers, (value, best) => value >= best),
    ),
);

const timeAt = ({ times }: Numbers, index: number): number => (times[index] as number) / 1000;

const pointOf = ({ values, histograms }: Window, index: number): Point =>
  histograms?.[index] ?? (values[index] as number);

/** Numbers or histograms made into one; a mix of them is made into nothing. */
function foldAlike(
  window: Window,
  ofNumbers: (values: Float64Array, from: number, to: number) => number,
  ofHistograms: (histograms: readonly Histogram[]) => Total,
): Point | undefined {
  const kind = kindOf(window);
  if (kind === 'numbers') return ofNumbers(window.values, window.from, window.to);
  if (kind === 'mixed') {
    window.annotate(mixedSamples(window.name));
    return undefined;
  }
  const total = ofHistograms(histogramsOf(window));
  if (!total.histogram) {
    window.annotate(mixedSchemas(window.name));
    return undefined;
  }
  if (total.resetsCollide) window.annotate(resetCollision('aggregation'));
  if (total.boundsReconciled) window.annotate(mismatchedBounds('aggregation'));
  return total.histogram;
}

/** A NaN gives way to any other value. */
function indexOfExtreme(
  { values, from, to }: Numbers,
  isBetter: (value: number, best: number) => boolean,
): number {
  let best = from;
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number;
    const bestValue = values[best] as number;
    if (isBetter(value, bestValue) || Number.isNaN(bestValue)) best = i;
  }
  return best;
}

/** Welford's method, with compensated sums: 0 the mean, 1 the squares. */
function varianceOf({ values, from, to }: Numbers): number {
  const sums = new Float64Array(2);
  const lost = new Float64Array(2);
  const of = (i: 0 | 1): number => (sums[i] as number) + (lost[i] as number);
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    const distance = value - of(0);
    addCompensated(sums, lost, 0, distance / (i - from + 1));
    addCompensated(sums, lost, 1, distance * (value - of(0)));
  }
  return of(1) / (to - from);
}
