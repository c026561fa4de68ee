// Samples of rules into the write line.
import type { Clock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { IdentityCache } from '#model/identity.ts';
import { type HistogramSample, SampleBatchBuilder } from '#model/sample-batch.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { spansOf } from '#query/vector/histogram/buckets.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import type { RuleWriter } from './evaluation.ts';

export interface RuleWriterDeps {
  readonly consumer: Consumer;
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly tenant: string;
  readonly flush: () => Promise<void>;
}

/** Throws OperationError `rule_write` for samples that the store will never take. */
export function createRuleWriter(deps: RuleWriterDeps): RuleWriter {
  const { consumer, identities, clock, tenant, flush } = deps;
  return {
    flush,
    write: async (samples) => {
      if (samples.length === 0) return;
      const builder = new SampleBatchBuilder({ tenant, identities, clock });
      for (const { labels, timeMs, value, histogram, isStale } of samples) {
        const series = builder.series(Object.entries(labels));
        if (isStale) builder.stale(series, timeMs);
        else if (histogram) builder.histogram(series, timeMs, toSample(histogram));
        else builder.number(series, timeMs, value);
      }
      const { rejected } = await consumer.consume(builder.build());
      if (!rejected) return;
      const what = `${rejected.count} samples of the rule were not taken: ${rejected.message}`;
      throw new OperationError('rule_write', what, { retryable: false });
    },
  };
}

const resetCodes = { unknown: 0, reset: 1, 'not-reset': 2, gauge: 3 };

function toSample(histogram: Histogram): HistogramSample {
  const { schema, count, sum, zeroThreshold, zeroCount, positive, negative, customBounds } =
    histogram;
  return {
    schema,
    count,
    sum,
    zeroThreshold,
    zeroCount,
    positiveSpans: spansOf(positive),
    positiveCounts: positive.counts,
    negativeSpans: spansOf(negative),
    negativeCounts: negative.counts,
    customBounds,
    counterReset: resetCodes[histogram.counterReset],
  };
}
