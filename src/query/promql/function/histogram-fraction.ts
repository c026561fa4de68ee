// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_fraction
import { histogramFraction as nativeFraction } from '#query/vector/histogram/fraction.ts';
import type { GridSeries } from '#query/vector/value.ts';
import { bucketFraction } from './classic-histogram.ts';
import { defineFunction } from './definition.ts';
import { GridBuilder } from './grid-builder.ts';
import { histogramsIn } from './histogram-input.ts';
import { nanOutOfFractions } from './note.ts';
import { scalarOf, seriesOf, vectorOf } from './series.ts';

export const histogramFraction = defineFunction({
  name: 'histogram_fraction',
  histogramNeed: 'whole',
  args: ['scalar', 'scalar', 'vector'],
  returns: 'vector',
  doc: 'The estimated share of the observations of a histogram between two values.',
  example: 'histogram_fraction(0, 0.2, rate(http_request_duration_seconds_bucket[1h]))',
  evaluate: {
    kind: 'whole',
    *of([lower, upper, vector], context) {
      const lowers = scalarOf(lower);
      const uppers = scalarOf(upper);
      const { args, span, grid } = context;
      const place = args[2]?.span ?? span;
      const inputs = histogramsIn(seriesOf(vector), place, context);
      const series: GridSeries[] = [];
      for (const input of inputs) {
        const points = new GridBuilder(grid.count);
        for (let step = 0; step < grid.count; step++) {
          const here = input.at(step);
          if (!here) continue;
          const [from, to] = [lowers[step] as number, uppers[step] as number];
          if (here.kind === 'classic') points.set(step, bucketFraction(from, to, here.buckets));
          else {
            const { value, hasNan } = nativeFraction(from, to, here.histogram);
            points.set(step, value);
            if (hasNan) context.annotate({ ...nanOutOfFractions(input.name), span: place });
          }
        }
        series.push(points.build(input.labels, true));
        yield;
      }
      return vectorOf(series);
    },
  },
});
