// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
import {
  bucketQuantile,
  bucketsAt,
  gatherHistograms,
  makeMonotonic,
  warnMalformed,
} from './classic-histogram.ts';
import { type CallContext, defineFunction } from './definition.ts';
import { oneSeries, scalarOf, seriesOf, vectorOf } from './series.ts';

const documentation =
  'https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile';

export const histogramQuantile = defineFunction({
  name: 'histogram_quantile',
  args: ['scalar', 'vector'],
  returns: 'vector',
  doc: 'The φ-quantile (0 ≤ φ ≤ 1) of a histogram, interpolated within its bucket.',
  example: 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
  takesQuantile: true,
  evaluate: {
    kind: 'whole',
    of: ([quantile, vector], context) => {
      const phi = scalarOf(quantile);
      const histograms = gatherHistograms(seriesOf(vector), warnMalformed(context));
      const series = histograms.map((histogram) => {
        let wasForced = false;
        const result = oneSeries(histogram.labels, context.grid.count, (step) => {
          const buckets = bucketsAt(histogram, step);
          if (buckets.length === 0) return undefined;
          if (makeMonotonic(buckets)) wasForced = true;
          return bucketQuantile(phi[step] as number, buckets);
        });
        if (wasForced) hintForced(context, histogram.name);
        return result;
      });
      return vectorOf(series);
    },
  },
});

function hintForced({ annotate, args, span }: CallContext, name: string): void {
  annotate({
    level: 'info',
    text: `input to histogram_quantile needed to be fixed for monotonicity (see ${documentation}) for metric name ${JSON.stringify(name)}`,
    span: args[1]?.span ?? span,
  });
}
