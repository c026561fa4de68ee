// /api/status of the fixture.

import type { Status } from '#api/admin/status-type.ts';
import type { FixtureAnswer } from './web-fixture.ts';

export function statusAnswer(): FixtureAnswer {
  const body: Status = {
    version: '0.1.0',
    startedAt: '2026-03-01T10:00:00Z',
    uptimeSeconds: 5025,
    isReady: true,
    ports: [
      { name: 'UI and all APIs', port: 3000, isBound: true },
      { name: 'OTLP gRPC', port: 4317, isBound: true },
      { name: 'OTLP HTTP', port: 4318, isBound: true },
      { name: 'Prometheus', port: 9090, isBound: false, message: 'port 9090 is in use' },
      { name: 'Loki', port: 3100, isBound: true },
      { name: 'Tempo', port: 3200, isBound: true },
    ],
    engine: {
      kind: 'embedded',
      version: '26.7.3',
      pid: 4711,
      restarts: 0,
      schemaVersion: 1,
      residentBytes: 412_000_000,
      memoryBytesMax: 4_294_967_296,
    },
    ingest: {
      spans: { accepted: 1_204_312, refused: 0 },
      logRecords: { accepted: 88_210, refused: 12 },
      metricPoints: { accepted: 402_118, refused: 0 },
      queueBytes: 18_400,
      queueBytesMax: 268_435_456,
    },
    retentionSeconds: { metrics: 2_592_000, logs: 604_800, traces: 604_800 },
    residentBytes: 182_000_000,
  };
  return { body };
}
