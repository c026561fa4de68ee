// Native histograms with fewer buckets: `native_histogram_bucket_limit` and
// `native_histogram_min_bucket_factor`.
import { customSchema, schemaMax, schemaMin } from '#codec/exposition/check-histogram.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';

/** The finest schema whose buckets grow by `factor` at least; 0 is no limit. */
export function schemaOfFactor(factor: number): number {
  if (factor <= 1) return schemaMax;
  const schema = Math.floor(-Math.log2(Math.log2(factor)));
  return Math.min(Math.max(schema, schemaMin), schemaMax);
}

/** Undefined when no schema has so few buckets. */
export function limitBuckets(
  histogram: HistogramSample,
  limit: number,
): HistogramSample | undefined {
  let reduced = histogram;
  while (reduced.positiveCounts.length + reduced.negativeCounts.length > limit) {
    if (reduced.schema === customSchema || reduced.schema <= schemaMin) return undefined;
    reduced = reduceResolution(reduced, reduced.schema - 1);
  }
  return reduced;
}

/** Buckets are joined until the schema is `schema`; a coarser histogram stays as it is. */
export function reduceResolution(histogram: HistogramSample, schema: number): HistogramSample {
  if (histogram.schema === customSchema || histogram.schema <= schema) return histogram;
  const factor = 2 ** (histogram.schema - schema);
  const positive = join(histogram.positiveSpans, histogram.positiveCounts, factor);
  const negative = join(histogram.negativeSpans, histogram.negativeCounts, factor);
  return {
    ...histogram,
    schema,
    positiveSpans: positive.spans,
    positiveCounts: positive.counts,
    negativeSpans: negative.spans,
    negativeCounts: negative.counts,
  };
}

function join(spans: Int32Array, counts: Float64Array, factor: number) {
  const joinedSpans: number[] = [];
  const joinedCounts: number[] = [];
  let index = 0;
  let at = 0;
  let last = 0;
  for (let i = 0; i < spans.length; i += 2) {
    index += spans[i] as number;
    for (let left = spans[i + 1] as number; left > 0; left--) {
      const target = Math.ceil(index++ / factor);
      const count = counts[at++] as number;
      if (joinedCounts.length > 0 && target === last) {
        (joinedCounts[joinedCounts.length - 1] as number) += count;
        continue;
      }
      const gap = joinedCounts.length === 0 ? target : target - last - 1;
      if (joinedCounts.length === 0 || gap > 0) joinedSpans.push(gap, 0);
      (joinedSpans[joinedSpans.length - 1] as number)++;
      joinedCounts.push(count);
      last = target;
    }
  }
  return { spans: Int32Array.from(joinedSpans), counts: Float64Array.from(joinedCounts) };
}
