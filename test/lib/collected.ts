// A graph of log collection from the text of an Alloy or a Promtail file, with its entries in a list instead
// of a store.
import { parseAlloyConfig } from '../../src/alloy-config/load.ts';
import { type LogGraph, startLogGraph } from '../../src/compose/log-graph.ts';
import { assertLogGraph } from '../../src/compose/log-graph-check.ts';
import type { LogSourceContext } from '../../src/compose/log-sources.ts';
import { logStageTools } from '../../src/compose/log-stage-tools.ts';
import { createDiscovery } from '../../src/discovery/create-discovery.ts';
import { createMeter } from '../../src/internal-telemetry/meter.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger, type LogRecord } from '../../src/lib/log.ts';
import type {
  CollectedEntry,
  PositionStore,
  SourcePosition,
} from '../../src/pipeline/log/entry.ts';
import { createReadTimes } from '../../src/pipeline/log/read-times.ts';
import { StageMetrics } from '../../src/processor/log-stage/stage-metrics.ts';
import { parsePromtailConfig } from '../../src/promtail-config/load.ts';
import { eventually } from './eventually.ts';

export interface Collected {
  readonly entries: CollectedEntry[];
  readonly log: LogRecord[];
  readonly positions: PositionStore;
  /** Entries wait for their commit while it is false. */
  commits: boolean;
  /** Writes wait while it is true. */
  isFull: boolean;
  commitAll(): void;
  lines(): string[];
  /** The value of one of our metrics, over all its labels. */
  counted(name: string): number;
  untilLines(count: number): Promise<string[]>;
  /** The first record of our log with this message. */
  said(message: string): Promise<LogRecord>;
  /** The port that a listener says it has opened. */
  port(message: string): Promise<number>;
  stop(): Promise<void>;
}

export interface CollectOptions {
  /** Of an earlier run. */
  readonly positions?: PositionStore;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly context?: Pick<LogSourceContext, 'syslogConnectionsMax' | 'pushApi'>;
}

export function createPositions(): PositionStore {
  const all = new Map<string, SourcePosition>();
  return {
    get: (key) => all.get(key),
    set: (key, position) => void all.set(key, position),
    delete: (key) => void all.delete(key),
    list: (prefix) => [...all].filter(([key]) => key.startsWith(prefix)),
    save: () => {},
    flush: async () => {},
  };
}

export const collectAlloy = (text: string, options: CollectOptions = {}): Promise<Collected> => {
  const { config, problems } = parseAlloyConfig([{ file: 'config.alloy', text }], { env: {} });
  return collect(config, problems, options);
};

export const collectPromtail = (text: string, options: CollectOptions = {}): Promise<Collected> => {
  const { config, problems } = parsePromtailConfig(text, { file: 'promtail.yml', env: {} });
  return collect(config, problems, options);
};

async function collect(
  config: ReturnType<typeof parseAlloyConfig>['config'],
  problems: readonly { readonly message: string }[],
  { positions = createPositions(), env = {}, context = {} }: CollectOptions,
): Promise<Collected> {
  if (!config) throw new Error(problems.map(({ message }) => message).join('; '));
  assertLogGraph(config, logStageTools);
  const meter = createMeter();
  const clock = systemClock;
  const log: LogRecord[] = [];
  const logger = createLogger({ write: () => {}, listener: (record) => void log.push(record) });
  const entries: CollectedEntry[] = [];
  let graph: LogGraph | undefined;
  const collected: Collected = {
    ...{ entries, log, positions, commits: true, isFull: false },
    commitAll: () => {
      for (const { receipt } of entries) receipt.release();
    },
    lines: () => entries.map(({ line }) => line),
    counted: (name) =>
      (meter.collect().find((family) => family.name === name)?.points ?? []).reduce(
        (sum, { value }) => sum + value,
        0,
      ),
    untilLines: (count) =>
      eventually(`${count} lines`, () => (entries.length >= count ? collected.lines() : undefined)),
    said: (message) => eventually(message, () => log.find((record) => record.message === message)),
    port: async (message) => {
      const { fields } = await collected.said(message);
      return Number(String(fields.address).split(':').at(-1));
    },
    stop: async () => graph?.stop(),
  };
  graph = await startLogGraph(config, {
    meter,
    source: { positions, times: createReadTimes(clock), clock, meter, logger, env, ...context },
    pipeline: {
      clock,
      meter,
      metrics: new StageMetrics({ meter, clock, seriesMax: 10 }),
      random: () => 0,
      after: (delayMs, run) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
      tools: logStageTools,
    },
    createDiscovery: (found) => createDiscovery(found, { env, clock, logger, meter }),
    createWriteNode: () => ({
      write: async (given) => {
        entries.push(...given);
        if (collected.commits) for (const { receipt } of given) receipt.release();
        if (collected.isFull) await eventually('room', () => !collected.isFull || undefined);
      },
    }),
  });
  return collected;
}

/** Labels of each entry, as an object. */
export const labelsOf = ({ entries }: Collected): Record<string, string>[] =>
  entries.map(({ labels }) => Object.fromEntries(labels));
