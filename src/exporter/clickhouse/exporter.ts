// The end of every pipeline whose data stays here: batches into our own store.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Signal } from '#model/batch.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { StoreWriter } from '#store/contract.ts';

const itemNames: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  metrics: 'metric_points',
  logs: 'log_records',
};

const labels = { exporter: 'clickhouse' };

/** Passes on what the writer throws; whoever consumes decides whether to send again. */
export function createClickhouseExporter(writer: StoreWriter, meter: Meter): Consumer {
  const sent = countersOf(meter, 'sent', 'committed to the store');
  const failed = countersOf(meter, 'send_failed', 'that could not be committed to the store');
  return {
    async consume(batch, signal) {
      if (batch.rows.length === 0 && batch.identities.length === 0) {
        return { accepted: 0, rejected: undefined };
      }
      try {
        await writer.write(batch, signal);
      } catch (error) {
        failed[batch.signal].add(batch.items, labels);
        throw error;
      }
      sent[batch.signal].add(batch.items, labels);
      return { accepted: batch.items, rejected: undefined };
    },
  };
}

function countersOf(meter: Meter, verb: string, meaning: string) {
  const counter = (signal: Signal) =>
    meter.counter(
      `otelcol_exporter_${verb}_${itemNames[signal]}`,
      `${itemNames[signal].replace('_', ' ')} ${meaning}.`,
    );
  return { traces: counter('traces'), metrics: counter('metrics'), logs: counter('logs') };
}
