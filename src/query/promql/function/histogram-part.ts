// What native histograms tell by themselves; anything else is left out.
// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_count-and-histogram_sum
import { histogramAverage, histogramVariance } from '#query/vector/histogram/deviation.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { defineFunction, type FunctionDefinition } from './definition.ts';
import { mapPoints } from './series.ts';

const part = (
  name: string,
  doc: string,
  of: (histogram: Histogram) => number,
  need: Pick<FunctionDefinition, 'histogramNeed'> = {},
): FunctionDefinition =>
  defineFunction({
    name,
    ...need,
    args: ['vector'],
    returns: 'vector',
    doc,
    example: `${name}(rate(http_request_duration_seconds[5m]))`,
    evaluate: {
      kind: 'whole',
      of: ([vector]) =>
        mapPoints(vector, (point) => (typeof point === 'number' ? undefined : of(point))),
    },
  });

const statistics = { histogramNeed: 'statistics' } as const;

export const histogramCount = part(
  'histogram_count',
  'The number of observations of a native histogram.',
  ({ count }) => count,
  statistics,
);
export const histogramSum = part(
  'histogram_sum',
  'The sum of the observations of a native histogram.',
  ({ sum }) => sum,
  statistics,
);
export const histogramAvg = part(
  'histogram_avg',
  'The average of the observations of a native histogram.',
  histogramAverage,
  statistics,
);
export const histogramStdvar = part(
  'histogram_stdvar',
  'The estimated variance of the observations of a native histogram.',
  histogramVariance,
);
export const histogramStddev = part(
  'histogram_stddev',
  'The estimated standard deviation of the observations of a native histogram.',
  (histogram) => Math.sqrt(histogramVariance(histogram)),
);
