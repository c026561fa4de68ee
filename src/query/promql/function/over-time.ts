// The *_over_time family: what the values in a window are together.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#aggregation_over_time
import { quantileOf } from '#query/vector/quantile.ts';
import { meanOf, sumOf } from '#query/vector/sum.ts';
import { type Window, windowFunction } from './definition.ts';
import { gridAggregate } from './grid-aggregate.ts';

const named = (name: string, doc: string) => ({
  name,
  doc,
  example: `${name}(process_resident_memory_bytes[1h])`,
});

export const avgOverTime = windowFunction(
  named('avg_over_time', 'The average of all values in the range.'),
  ({ values, from, to }) => meanOf(values, from, to),
);

export const sumOverTime = windowFunction(
  named('sum_over_time', 'The sum of all values in the range.'),
  ({ values, from, to }) => sumOf(values, from, to),
);

export const countOverTime = windowFunction(
  named('count_over_time', 'The number of samples in the range.'),
  ({ from, to }) => to - from,
);

export const minOverTime = windowFunction(
  named('min_over_time', 'The smallest value in the range.'),
  (window) => window.values[indexOfExtreme(window, (value, best) => value < best)],
);

export const maxOverTime = windowFunction(
  named('max_over_time', 'The largest value in the range.'),
  (window) => window.values[indexOfExtreme(window, (value, best) => value > best)],
);

export const lastOverTime = windowFunction(
  {
    ...named('last_over_time', 'The most recent value in the range.'),
    keepsMetricName: true,
    compile: gridAggregate('timeSeriesLastToGrid'),
  },
  ({ values, to }) => values[to - 1],
);

export const firstOverTime = windowFunction(
  { ...named('first_over_time', 'The oldest value in the range.'), keepsMetricName: true },
  ({ values, from }) => values[from],
);

export const presentOverTime = windowFunction(
  named('present_over_time', '1 for every series with a sample in the range.'),
  () => 1,
);

export const stdvarOverTime = windowFunction(
  named('stdvar_over_time', 'The population variance of the values in the range.'),
  varianceOf,
);

export const stddevOverTime = windowFunction(
  named('stddev_over_time', 'The population standard deviation of the values in the range.'),
  (window) => Math.sqrt(varianceOf(window)),
);

export const madOverTime = windowFunction(
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

export const tsOfMinOverTime = windowFunction(
  timeOf('ts_of_min_over_time', 'The time of the last smallest value in the range.'),
  (window) =>
    timeAt(
      window,
      indexOfExtreme(window, (value, best) => value <= best),
    ),
);

export const tsOfMaxOverTime = windowFunction(
  timeOf('ts_of_max_over_time', 'The time of the last largest value in the range.'),
  (window) =>
    timeAt(
      window,
      indexOfExtreme(window, (value, best) => value >= best),
    ),
);

const timeAt = ({ times }: Window, index: number): number => (times[index] as number) / 1000;

/** A NaN gives way to any other value. */
function indexOfExtreme(
  { values, from, to }: Window,
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

/** Welford's method. */
function varianceOf({ values, from, to }: Window): number {
  let mean = 0;
  let squares = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    const distance = value - mean;
    mean += distance / (i - from + 1);
    squares += distance * (value - mean);
  }
  return squares / (to - from);
}
