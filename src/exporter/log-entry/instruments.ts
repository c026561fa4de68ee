// What is counted of collected entries that go into the store.
import type { Meter } from '#internal-telemetry/meter.ts';

export interface EntryInstruments {
  accepted(count: number): void;
  refused(count: number): void;
  batch(entries: number): void;
  retried(): void;
  waited(): void;
  /** Its bytes are counted no longer. */
  stop(): void;
}

/** Writers of one program share the meter: their bytes are added. */
const buffersOf = new WeakMap<Meter, Set<() => number>>();

const labels = { receiver: 'log_collection', transport: 'local' };

export function createEntryInstruments(meter: Meter, bytes: () => number): EntryInstruments {
  const accepted = meter.counter(
    'otelcol_receiver_accepted_log_records',
    'log records committed, by receiver and transport.',
  );
  const refused = meter.counter(
    'otelcol_receiver_refused_log_records',
    'log records that were decoded and not taken, by receiver and transport.',
  );
  const sent = meter.counter('promtail_sent_entries_total', 'Collected entries that were written.');
  const retries = meter.counter(
    'promtail_batch_retries_total',
    'Batches of collected entries that had to be sent again.',
  );
  const waits = meter.counter(
    'sightline_log_buffer_waits_total',
    'How often a log source had to wait because logs.buffer_bytes was full.',
  );
  const buffers = buffersOf.get(meter) ?? new Set();
  buffersOf.set(meter, buffers);
  buffers.add(bytes);
  meter.observe(
    'sightline_log_buffer_bytes',
    'Collected log entries that wait for their commit (logs.buffer_bytes).',
    () => [...buffers].reduce((sum, read) => sum + read(), 0),
  );
  return {
    accepted: (count) => accepted.add(count, labels),
    refused: (count) => refused.add(count, labels),
    batch: (entries) => sent.add(entries),
    retried: () => retries.add(1),
    waited: () => waits.add(1),
    stop: () => void buffers.delete(bytes),
  };
}
