// What PromQL knows about counter resets of histograms that were stored: never that there is one, since
// Prometheus's storage does not vouch for what came before. Only where the count and the sum of
// histograms are asked for, and nothing else of them, samples are compared as they are read.
// https://github.com/prometheus/prometheus/blob/main/tsdb/chunkenc/histogram_meta.go (counterResetHint)
// https://github.com/prometheus/prometheus/blob/main/promql/histogram_stats_iterator.go
import { detectReset } from '#query/vector/histogram/detect-reset.ts';
import type { CounterReset, Histogram } from '#query/vector/histogram/histogram.ts';
import type { RawSeries } from '#query/vector/value.ts';
import type { FunctionDefinition } from '../function/definition.ts';
import type { PlanNode } from '../plan/node.ts';

/** What the nodes above a selector want of its histograms; a `whole` above all others wins. */
export type HistogramNeed = FunctionDefinition['histogramNeed'];

/** What is needed below `node`. */
export function neededBelow(node: PlanNode, above: HistogramNeed): HistogramNeed {
  if (above === 'whole' || node.kind === 'subquery') return 'whole';
  if (node.kind === 'binary') {
    return node.operator === '</' || node.operator === '>/' ? 'whole' : above;
  }
  if (node.kind !== 'call') return above;
  return node.definition.histogramNeed ?? above;
}

export function withReadResets(raw: RawSeries, need: HistogramNeed): RawSeries {
  if (!raw.histograms) return raw;
  let previous: Histogram | undefined;
  const histograms = raw.histograms.map((histogram) => {
    if (!histogram) return undefined;
    const before = previous;
    previous = histogram;
    const counterReset =
      need === 'statistics' ? compared(histogram, before) : unvouched(histogram.counterReset);
    return counterReset === histogram.counterReset ? histogram : { ...histogram, counterReset };
  });
  return { ...raw, histograms };
}

const unvouched = (stored: CounterReset): CounterReset => (stored === 'reset' ? 'unknown' : stored);

function compared(histogram: Histogram, previous: Histogram | undefined): CounterReset {
  const known = unvouched(histogram.counterReset);
  if (known !== 'unknown' || !previous) return known;
  return detectReset({ ...histogram, counterReset: known }, previous) ? 'reset' : 'not-reset';
}
