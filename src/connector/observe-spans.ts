// A stage of the write line that shows spans to connectors: before any sampler, so that they see all of
// them, and after the commit, so that a batch that is refused and sent again counts once. So does one
// whose answer was lost: it comes again with the same spans, which the store keeps once, too.
import type { Meter } from '#internal-telemetry/meter.ts';
import { messageOf } from '#lib/errors.ts';
import { Hash64 } from '#lib/hash.ts';
import type { Logger } from '#lib/log.ts';
import type { Batch } from '#model/batch.ts';
import type { FixedColumn } from '#model/column.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { RecentKeys } from './recent-keys.ts';

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
  const seen = new SeenBatches();
  const show = (batch: Batch<'traces'>): void => {
    if (seen.hasSeen(batch)) return;
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

/** Of the batches that were accepted last: some minutes of a thousand senders. */
const batchesMax = 32_768;

class SeenBatches {
  readonly #hash = new Hash64();
  readonly #keys = new RecentKeys(batchesMax);

  /** Whether the same spans came in one batch before; from now on they did. */
  hasSeen(batch: Batch<'traces'>): boolean {
    this.#hashKey(batch);
    const { low, high } = this.#hash;
    if (this.#keys.has(low, high)) return true;
    this.#keys.add(low, high);
    return false;
  }

  /** Of who sends, and of the ids and starts of the spans. */
  #hashKey({ tenant, rows }: Batch<'traces'>): void {
    const hash = this.#hash;
    const name = Buffer.from(tenant);
    hash.update(name, 0, name.length, 0, 0);
    for (const { table, columns } of rows) {
      if (table !== 'otel_spans') continue;
      for (const column of ['trace_id', 'span_id', 'start_unix_nano']) {
        const { bytes, length } = (columns[column] as FixedColumn).data;
        hash.update(bytes, 0, length, hash.low, hash.high);
      }
    }
  }
}
