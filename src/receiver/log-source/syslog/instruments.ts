// What is counted of syslog, by the names that Promtail has where it has one.
import type { Meter } from '#internal-telemetry/meter.ts';

export interface SyslogInstruments {
  readonly entries: (count: number) => void;
  readonly empty: () => void;
  readonly malformed: () => void;
  /** A message, or a connection, that was turned away by a limit. */
  readonly refused: (
    reason: 'message_too_long' | 'udp_queue_full' | 'connections' | 'idle',
  ) => void;
  readonly connections: (change: 1 | -1) => void;
}

const open = new WeakMap<Meter, { count: number }>();

export function createSyslogInstruments(meter: Meter): SyslogInstruments {
  const entries = meter.counter(
    'promtail_syslog_target_entries_total',
    'Messages that syslog listeners took.',
  );
  const empty = meter.counter(
    'promtail_syslog_empty_messages_total',
    'Syslog messages without a text, which are passed over.',
  );
  const errors = meter.counter(
    'promtail_syslog_target_parsing_errors_total',
    'Syslog messages that could not be read.',
  );
  const refused = meter.counter(
    'sightline_syslog_refused_total',
    'Syslog messages and connections that a limit turned away, by reason.',
  );
  let connections = open.get(meter);
  if (!connections) {
    const counted = { count: 0 };
    connections = counted;
    open.set(meter, counted);
    meter.observe(
      'sightline_syslog_connections',
      'Open connections of syslog listeners.',
      () => counted.count,
    );
  }
  const shared = connections;
  return {
    entries: (count) => entries.add(count),
    empty: () => empty.add(1),
    malformed: () => errors.add(1),
    refused: (reason) => refused.add(1, { reason }),
    connections: (change) => {
      shared.count += change;
    },
  };
}
