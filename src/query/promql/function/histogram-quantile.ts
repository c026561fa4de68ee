// https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
import type { TextSpan } from '#lib/errors.ts';
import { histogramQuantile as nativeQuantile } from '#query/vector/histogram/quantile.ts';
import { setLabels } from '#query/vector/label.ts';
import type { Pausable } from '#query/vector/pausable.ts';
import type { GridSeries } from '#query/vector/value.ts';
import { printDecimal } from '../syntax/number.ts';
import { bucketQuantile } from './classic-histogram.ts';
import { type CallContext, defineFunction, type Value } from './definition.ts';
import { GridBuilder } from './grid-builder.ts';
import { type HistogramInput, histogramsIn } from './histogram-input.ts';
import { badQuantile, forcedMonotonic, nanObserved } from './note.ts';
import { scalarOf, seriesOf, textOf, vectorOf } from './series.ts';

export const histogramQuantile = defineFunction({
  name: 'histogram_quantile',
  histogramNeed: 'whole',
  args: ['scalar', 'vector'],
  returns: 'vector',
  doc: 'The φ-quantile (0 ≤ φ ≤ 1) of a histogram, interpolated within its bucket.',
  example: 'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
  evaluate: {
    kind: 'whole',
    *of([quantile, vector], context) {
      const phi = scalarOf(quantile);
      const span = spanOf(context, 1);
      warnQuantiles(phi, spanOf(context, 0), context);
      const inputs = histogramsIn(seriesOf(vector), span, context);
      const series: GridSeries[] = [];
      for (const input of inputs) {
        series.push(quantilesOf(input, phi, { context, span }).build(input.labels, true));
        yield;
      }
      return vectorOf(series);
    },
  },
});

export const histogramQuantiles = defineFunction({
  name: 'histogram_quantiles',
  histogramNeed: 'whole',
  args: ['vector', 'string', 'scalar', 'scalar'],
  optional: 1,
  mostArgs: 12,
  returns: 'vector',
  doc: 'Several φ-quantiles of a histogram, told apart by a label that has φ as its value.',
  example: 'histogram_quantiles(rate(http_request_duration_seconds[5m]), "quantile", 0.5, 0.9)',
  isExperimental: true,
  evaluate: {
    kind: 'whole',
    of: ([vector, label, ...quantiles], context) => {
      const span = spanOf(context, 0);
      const name = textOf(label);
      const phis = quantiles.map(scalarOf);
      for (const [i, phi] of phis.entries()) warnQuantiles(phi, spanOf(context, i + 2), context);
      const inputs = histogramsIn(seriesOf(vector), span, context);
      return labelledQuantiles(inputs, phis, { name, span, context });
    },
  },
});

/** φ may differ from step to step, and so may the series that its point belongs to. */
function* labelledQuantiles(
  inputs: readonly HistogramInput[],
  phis: readonly Float64Array[],
  { name, span, context }: { name: string; span: TextSpan; context: CallContext },
): Pausable<Value> {
  const series: GridSeries[] = [];
  for (const phi of phis) {
    const texts = Array.from(phi, printQuantile);
    for (const input of inputs) {
      const { present, values } = quantilesOf(input, phi, { context, span }).build({});
      const different = new Set(texts);
      context.reserve(different.size * phi.length);
      for (const text of different) {
        const here = present.map((one, step) => (texts[step] === text ? one : 0));
        const labels = setLabels(input.labels, [[name, text]]);
        series.push({ labels, values, present: here, dropsName: true });
      }
      yield;
    }
  }
  return vectorOf(series);
}

/** A float as a label has it: never without a point or an exponent. */
function printQuantile(phi: number): string {
  const text = printDecimal(phi);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

const spanOf = ({ args, span }: CallContext, i: number): TextSpan => args[i]?.span ?? span;

function warnQuantiles(phi: Float64Array, span: TextSpan, { annotate }: CallContext): void {
  for (const wrong of new Set(phi.filter((one) => !(one >= 0 && one <= 1)))) {
    annotate({ ...badQuantile(wrong), span });
  }
}

function quantilesOf(
  { name, at }: HistogramInput,
  phi: Float64Array,
  { context, span }: { context: CallContext; span: TextSpan },
): GridBuilder {
  const points = new GridBuilder(phi.length);
  for (let step = 0; step < phi.length; step++) {
    const here = at(step);
    if (here?.kind === 'classic') {
      const { value, wasForced } = bucketQuantile(phi[step] as number, here.buckets);
      points.set(step, value);
      if (wasForced) context.annotate({ ...forcedMonotonic(name), span });
    }
    if (here?.kind === 'native') {
      const { value, nanObserved: kind } = nativeQuantile(phi[step] as number, here.histogram);
      points.set(step, value);
      if (kind) context.annotate({ ...nanObserved(kind, name), span });
    }
  }
  return points;
}
