// What the listeners count of themselves.
import type { Meter } from '#internal-telemetry/meter.ts';

export type ServerInstruments = ReturnType<typeof createServerInstruments>;

export function createServerInstruments(meter: Meter) {
  return {
    requests: meter.counter(
      'sightline_server_requests_total',
      'Requests answered, by listener, protocol, route, method and status.',
    ),
    durations: meter.histogram(
      'sightline_server_request_duration_seconds',
      'Time from the head of a request to the end of its answer, by listener and route.',
    ),
    receivedBytes: meter.counter(
      'sightline_server_received_bytes_total',
      'Bytes of request bodies as sent, by listener.',
    ),
    refused: meter.counter(
      'sightline_server_refused_total',
      'Requests refused or failed, by listener and reason: the code of the error.',
    ),
  };
}
