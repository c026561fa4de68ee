// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_fraction
import {
  bucketFraction,
  bucketsAt,
  gatherHistograms,
  makeMonotonic,
  warnMalformed,
} from './classic-histogram.ts';
import { defineFunction } from './definition.ts';
import { oneSeries, scalarOf, seriesOf, vectorOf } from './series.ts';

export const histogramFraction = defineFunction({
  name: 'histogram_fraction',
  args: ['scalar', 'scalar', 'vector'],
  returns: 'vector',
  doc: 'The estimated share of the observations of a histogram between two values.',
  example: 'histogram_fraction(0, 0.2, rate(http_request_duration_seconds_bucket[1h]))',
  evaluate: {
    kind: 'whole',
    of: ([lower, upper, vector], context) => {
      const lowers = scalarOf(lower);
      const uppers = scalarOf(upper);
      const histograms = gatherHistograms(seriesOf(vector), warnMalformed(context));
      const series = histograms.map((histogram) =>
        oneSeries(histogram.labels, context.grid.count, (step) => {
          const buckets = bucketsAt(histogram, step);
          if (buckets.length === 0) return undefined;
          makeMonotonic(buckets);
          return bucketFraction(lowers[step] as number, uppers[step] as number, buckets);
        }),
      );
      return vectorOf(series);
    },
  },
});
