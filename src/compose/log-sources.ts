// The sources of log collection by kind. To add one: a line in `logSources`.
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import { messageOf } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { FileSource, LogSourceConfig } from '#pipeline/log/collection-config.ts';
import type { EntrySink, PositionStore } from '#pipeline/log/entry.ts';
import type { ReadTimes } from '#pipeline/log/read-times.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import { LogFileSource } from '#receiver/log-file/log-file-source.ts';
import { DockerLogSource } from '#receiver/log-source/docker/docker-log-source.ts';
import { JournalSource } from '#receiver/log-source/journal/journal-source.ts';
import { KubernetesLogSource } from '#receiver/log-source/kubernetes/kubernetes-log-source.ts';
import {
  type LokiApiSettings,
  LokiApiSource,
} from '#receiver/log-source/loki-api/loki-api-source.ts';
import { SyslogSource } from '#receiver/log-source/syslog/syslog-source.ts';
import { parsePromtailPositions } from '#receiver/positions/promtail-positions.ts';

/** What a source gets. */
export interface LogSourceContext {
  readonly sink: EntrySink;
  readonly positions: PositionStore;
  /** Shared by all sources of the process. */
  readonly times: ReadTimes;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `logs.max_open_files`; 256 when it is missing. */
  readonly openFilesMax?: number;
  /** `logs.max_syslog_connections`; 1000 when it is missing. */
  readonly syslogConnectionsMax?: number;
  /** Of push APIs; without it they are open, with small limits. */
  readonly pushApi?: LokiApiSettings;
}

/** A source that hands entries on until it is stopped. */
export interface RunningSource {
  /** Of sources with targets: all of now. The first call starts the reading. */
  setTargets?(targets: readonly LabelPairs[]): void;
  /** Hands nothing on afterwards. */
  stop(): Promise<void>;
}

/** Throws InputError for settings that no source can have. It may begin at once. */
type CreateSource<C extends LogSourceConfig> = (
  config: C,
  context: LogSourceContext,
) => RunningSource;

type Sources = {
  readonly [K in LogSourceConfig['kind']]: CreateSource<Extract<LogSourceConfig, { kind: K }>>;
};

const logSources: Sources = {
  file: createFileSource,
  docker: (config, context) => new DockerLogSource(config, context),
  kubernetes: (config, context) => new KubernetesLogSource(config, context),
  journal: (config, context) => new JournalSource(config, context),
  syslog: (config, { syslogConnectionsMax: connectionsMax = 1000, ...context }) =>
    new SyslogSource(config, { ...context, connectionsMax }),
  api: (config, { pushApi: settings = openPushApi, ...context }) =>
    new LokiApiSource(config, { ...context, settings }),
};

const openPushApi: LokiApiSettings = {
  auth: { users: {}, tokens: [] },
  bodyBytesMax: 16 << 20,
  bytesInFlightMax: 64 << 20,
};

export const sourceOf = (kind: LogSourceConfig['kind']): CreateSource<LogSourceConfig> =>
  logSources[kind] as CreateSource<LogSourceConfig>;

function createFileSource(config: FileSource, context: LogSourceContext): RunningSource {
  return new LogFileSource(config, {
    ...context,
    // As Promtail asks for it.
    hostname: context.env['HOSTNAME'] || hostname(),
    importedOffsets: importOffsets(config.positionsFile, context.logger),
  });
}

/** Positions of a Promtail that ran here before; none when its file is not there or cannot be read. */
function importOffsets(file: string | undefined, logger: Logger): ReadonlyMap<string, number> {
  if (!file || !existsSync(file)) return new Map();
  try {
    return parsePromtailPositions(readFileSync(file, 'utf8'), file).offsets;
  } catch (error) {
    logger.warn('cannot take the positions of Promtail', { file, error: messageOf(error) });
    return new Map();
  }
}
