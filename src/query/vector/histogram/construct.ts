// Histograms from what formats and the store hold: spans and absolute counts.
import { bucketsFromSpans, noBuckets } from './buckets.ts';
import { type CounterReset, customSchema, type Histogram } from './histogram.ts';

export interface HistogramParts {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  /** offset, length, … as Prometheus has them. */
  readonly positiveSpans?: ArrayLike<number>;
  readonly positiveCounts?: ArrayLike<number>;
  readonly negativeSpans?: ArrayLike<number>;
  readonly negativeCounts?: ArrayLike<number>;
  readonly customBounds?: ArrayLike<number>;
  readonly counterReset?: CounterReset;
}

const noBounds = new Float64Array(0);

export function histogramFromSpans(parts: HistogramParts): Histogram {
  const isCustom = parts.schema === customSchema;
  return {
    schema: parts.schema,
    count: parts.count,
    sum: parts.sum,
    zeroThreshold: isCustom ? 0 : (parts.zeroThreshold ?? 0),
    zeroCount: isCustom ? 0 : (parts.zeroCount ?? 0),
    positive: bucketsFromSpans(parts.positiveSpans ?? [], parts.positiveCounts ?? []),
    negative: isCustom
      ? noBuckets
      : bucketsFromSpans(parts.negativeSpans ?? [], parts.negativeCounts ?? []),
    customBounds: isCustom && parts.customBounds ? Float64Array.from(parts.customBounds) : noBounds,
    counterReset: parts.counterReset ?? 'unknown',
  };
}
