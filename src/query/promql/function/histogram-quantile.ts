// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
import { labelOf, METRIC_NAME } from '#query/vector/label.ts';
import { bucketQuantile, bucketsAt, gatherHistograms, makeMonotonic } from './classic-histogram.ts';
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
      const histograms = gatherHistograms(seriesOf(vector), ({ labels }) => {
        const le = JSON.stringify(labelOf(labels, 'le'));
        const name = labelOf(labels, METRIC_NAME);
        warnMalformed(
          context,
          `bucket label "le" is missing or has a malformed value of ${le}${forMetric(name)}`,
        );
      });
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

const forMetric = (name: string): string =>
  name === '' ? '' : ` for metric name ${JSON.stringify(name)}`;

function warnMalformed({ annotate, args, span }: CallContext, text: string): void {
  annotate({ level: 'warning', text, span: args[1]?.span ?? span });
}

function hintForced({ annotate, args, span }: CallContext, name: string): void {
  annotate({
    level: 'info',
    text: `input to histogram_quantile needed to be fixed for monotonicity (see ${documentation})${forMetric(name)}`,
    span: args[1]?.span ?? span,
  });
}
