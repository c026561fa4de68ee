// The answer of /api/status and the reason for not being ready, from the parts that know.
import { signalCounts } from '#api/admin/status.ts';
import type { PortStatus, Status } from '#api/admin/status-type.ts';
import type { Config } from '#config/options.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { BoundListener } from '#server/server.ts';
import type { Store } from '#store/contract.ts';
import { type PortName, portOf, type UdpPortName } from './settings.ts';

export interface StatusDeps {
  readonly store: Store;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly version: string;
  readonly bound: () => readonly BoundListener[];
}

export interface StatusReader {
  readonly read: () => Status;
  /** Undefined when ready. */
  readonly notReady: () => string | undefined;
  readonly uptimeMs: () => number;
  readonly startedAt: string;
}

export function createStatusReader(config: Config, deps: StatusDeps): StatusReader {
  const { store, meter, clock, version } = deps;
  const startedAtMs = clock.nowMs();
  const startedAt = new Date(startedAtMs).toISOString();
  const uptimeMs = (): number => clock.nowMs() - startedAtMs;
  const notReady = (): string | undefined =>
    store.status().isReady ? undefined : 'the engine is starting, or does not answer';
  const read = (): Status => {
    const message = notReady();
    const families = meter.collect();
    const { bytes, bytesMax } = store.writer.queue;
    return {
      version,
      startedAt,
      uptimeSeconds: Math.round(uptimeMs() / 1000),
      isReady: message === undefined,
      ...(message === undefined ? {} : { message }),
      ports: deps.bound().map((listener) => portStatus(config, listener)),
      engine: engineStatus(store),
      ingest: {
        spans: signalCounts(families, 'spans'),
        logRecords: signalCounts(families, 'log_records'),
        metricPoints: signalCounts(families, 'metric_points'),
        queueBytes: bytes,
        queueBytesMax: bytesMax,
      },
      retentionSeconds: {
        metrics: config['retention.metrics'] / 1000,
        logs: config['retention.logs'] / 1000,
        traces: config['retention.traces'] / 1000,
      },
      residentBytes: process.memoryUsage.rss(),
    };
  };
  meter.observe('sightline_ready', '1 when the program can take and answer.', () =>
    notReady() === undefined ? 1 : 0,
  );
  meter.observe('process_resident_memory_bytes', 'Resident bytes of the program.', () =>
    process.memoryUsage.rss(),
  );
  return { read, notReady, uptimeMs, startedAt };
}

function portStatus(config: Config, { name, port, problem }: BoundListener): PortStatus {
  return {
    name,
    port: port ?? portOf(name as PortName | UdpPortName, config),
    isBound: port !== undefined,
    ...(problem === undefined ? {} : { message: problem }),
  };
}

function engineStatus(store: Store): Status['engine'] {
  const { engine, version, pid, restarts, cluster, schemaVersion, memoryBytesMax } = store.status();
  const residentBytes = store.engineRssBytes();
  return {
    kind: engine,
    version,
    restarts,
    schemaVersion,
    ...(pid === undefined ? {} : { pid }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(residentBytes === undefined ? {} : { residentBytes }),
    ...(memoryBytesMax === undefined ? {} : { memoryBytesMax }),
  };
}
