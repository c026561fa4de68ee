// A stage of the write line that shows spans to connectors: before any sampler, so that they see all of
// them, and after the commit, so that a batch that is refused and sent again counts once.
import type { Meter } from '#internal-telemetry/meter.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { Batch } from '#model/batch.ts';
import type { Consumer } from '#pipeline/consumer.ts';

export interface SpanObserver {
  /** Every batch of spans, once, after the consumer has accepted it. */
  observe(batch: Batch<'traces'>): void;
}

export interface ObserveSpansDeps {
  readonly meter: Meter;
  readonly logger: Logger;
}

/** What `next` has accepted is shown to each observer; other signals pass. */
export function observeSpans(
  next: Consumer,
  observers: readonly SpanObserver[],
  { meter, logger }: ObserveSpansDeps,
): Consumer {
  const failed = meter.counter(
    'sightline_trace_metrics_failed_batches_total',
    'Batches of spans that metrics could not be made of, because of a bug.',
  );
  const show = (batch: Batch<'traces'>): void => {
    for (const observer of observers) {
      try {
        observer.observe(batch);
      } catch (error) {
        // The spans are committed: their sender must not send them again.
        failed.add(1);
        const stack = error instanceof Error ? error.stack : undefined;
        logger.error('metrics of a batch of spans', { problem: messageOf(error), stack });
      }
    }
  };
  return {
    consume: async (batch, signal) => {
      const result = await next.consume(batch, signal);
      if (isTraces(batch)) show(batch);
      return result;
    },
  };
}

const isTraces = (batch: Batch): batch is Batch<'traces'> => batch.signal === 'traces';
