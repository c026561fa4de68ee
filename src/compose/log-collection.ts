// Log collection: the graphs that files describe, and the one of `logs.files`, each at work until its
// file says something else or the program stops.
import { join } from 'node:path';
import type { Config } from '#config/options.ts';
import { createDiscovery } from '#discovery/create-discovery.ts';
import { EntryWriter } from '#exporter/log-entry/entry-writer.ts';
import { createWriteNode } from '#exporter/log-entry/write-node.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import { randomFraction } from '#lib/random.ts';
import type { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { LogCollectionConfig } from '#pipeline/log/collection-config.ts';
import { createReadTimes } from '#pipeline/log/read-times.ts';
import type { After } from '#processor/log-stage/definition.ts';
import { countStages } from '#processor/log-stage/pipeline.ts';
import { StageMetrics } from '#processor/log-stage/stage-metrics.ts';
import { DiskPositions } from '#receiver/positions/disk-positions.ts';
import { systemSleep } from '#receiver/scrape/timer.ts';
import { createAlloyFile } from './alloy-file.ts';
import type { CollectionFile, CollectionFileDeps, PrepareCollection } from './collection-file.ts';
import { logFilesConfig } from './log-files.ts';
import { type LogGraph, type LogGraphDeps, startLogGraph } from './log-graph.ts';
import { assertLogGraph } from './log-graph-check.ts';
import { logStageTools } from './log-stage-tools.ts';
import { createPromtailFile } from './promtail-file.ts';
import { reloadAll } from './reload.ts';
import { ageLimitsOf, authSettingsOf } from './settings.ts';

export interface LogCollectionDeps {
  readonly consumer: Consumer<'logs'>;
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface LogCollection {
  /** Collects `logs.files`, and what `promtail.config_file` and `alloy.config` say. Throws InputError. */
  start(): Promise<void>;
  /** Reads those two again. Throws InputError when one is wrong: what it said before goes on. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** What has been read when a graph stops gets this long to be committed. */
const stopDeadlineMs = 5000;

export function createLogCollection(config: Config, deps: LogCollectionDeps): LogCollection {
  const { clock, meter, logger, env } = deps;
  const metrics = new StageMetrics({ meter, clock, seriesMax: config['logs.max_stage_series'] });
  // They are there, and known to readers, before anything is collected.
  countStages(meter);
  const times = createReadTimes(clock);
  let positions: DiskPositions | undefined;
  const start = async (graph: LogCollectionConfig): Promise<LogGraph> => {
    positions ??= new DiskPositions({ path: join(config.data_dir, 'log-positions'), logger });
    const writer = createWriter(config, deps);
    const graphDeps: LogGraphDeps = {
      meter,
      source: { positions, times, clock, meter, logger, env, ...sourceSettingsOf(config) },
      pipeline: { clock, meter, metrics, random: randomFraction, after, tools: logStageTools },
      createDiscovery: (found) => createDiscovery(found, { env, clock, logger, meter }),
      createWriteNode: (node) => createWriteNode(writer, node),
    };
    const running = await startLogGraph(graph, graphDeps);
    return {
      stop: async () => {
        await running.stop();
        await writer.stop(stopDeadlineMs);
      },
    };
  };
  const followed: Followed[] = [];
  const followedAs = (name: string): Followed => {
    const graph = new Followed(start, () => logger.info('collecting lines', { by: name }));
    followed.push(graph);
    return graph;
  };
  const files = collectionFiles(config, deps);
  for (const file of files) file.onConfig(followedAs(file.key).prepare);
  return {
    start: async () => {
      const graph = logFilesConfig(config['logs.files'] ?? []);
      if (graph) await (await followedAs('logs.files').prepare(graph))();
      for (const file of files) await file.start();
    },
    reload: reloadAll(files),
    stop: async () => {
      await Promise.all(followed.map((graph) => graph.stop()));
      await positions?.stop();
    },
  };
}

function collectionFiles(config: Config, deps: CollectionFileDeps): CollectionFile[] {
  const promtail = config['promtail.config_file'];
  const alloy = config['alloy.config'];
  return [
    ...(promtail === undefined ? [] : [createPromtailFile(promtail, deps)]),
    ...(alloy === undefined ? [] : [createAlloyFile(alloy, deps)]),
  ];
}

/** What one file says; a new graph begins where the old one has ended. */
class Followed {
  readonly #start: (graph: LogCollectionConfig) => Promise<LogGraph>;
  readonly #onStarted: () => void;
  #graph: LogGraph | undefined;
  #isStopped = false;
  #working: Promise<void> = Promise.resolve();

  constructor(start: (graph: LogCollectionConfig) => Promise<LogGraph>, onStarted: () => void) {
    this.#start = start;
    this.#onStarted = onStarted;
  }

  readonly prepare: PrepareCollection = async (graph) => {
    assertLogGraph(graph, logStageTools);
    return () => {
      const replaced = this.#working.then(() => this.#replace(graph));
      this.#working = replaced.catch(() => {});
      return replaced;
    };
  };

  async #replace(graph: LogCollectionConfig): Promise<void> {
    const before = this.#graph;
    this.#graph = undefined;
    await before?.stop();
    if (this.#isStopped) return;
    this.#graph = await this.#start(graph);
    this.#onStarted();
  }

  /** A graph that is being started is started, and then stopped. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#working;
    await this.#graph?.stop();
  }
}

/** Settings of sources that files of Promtail and Alloy do not have. */
const sourceSettingsOf = (config: Config) => ({
  openFilesMax: config['logs.max_open_files'],
  syslogConnectionsMax: config['logs.max_syslog_connections'],
  pushApi: {
    auth: authSettingsOf(config, undefined),
    bodyBytesMax: config['ingest.max_body_bytes'],
    bytesInFlightMax: Math.max(config['logs.buffer_bytes'], config['ingest.max_body_bytes']),
  },
});

function createWriter(config: Config, deps: LogCollectionDeps): EntryWriter {
  const { ageMsMax, futureMsMax } = ageLimitsOf(config);
  const settings = {
    bufferBytesMax: config['logs.buffer_bytes'],
    ageMsMax: ageMsMax.logs,
    futureMsMax,
    lineBytesMax: config['ingest.max_attribute_bytes'],
    tenancyEnabled: config['tenancy.enabled'],
  };
  return new EntryWriter(settings, { ...deps, sleep: systemSleep });
}

const after: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs).unref();
  return () => clearTimeout(timer);
};
