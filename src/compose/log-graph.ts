// A graph of log collection at work: targets → sources → nodes → writers. It stops in that order, so that
// what is on its way arrives.
import type { Meter } from '#internal-telemetry/meter.ts';
import type { LogCollectionConfig, LogNodeConfig } from '#pipeline/log/collection-config.ts';
import type { CollectedEntry, EntryNode, EntrySink } from '#pipeline/log/entry.ts';
import { createRelabelNode } from '#processor/log-relabel/relabel-node.ts';
import { createPipeline, type PipelineDeps } from '#processor/log-stage/pipeline.ts';
import { type LogSourceContext, type RunningSource, sourceOf } from './log-sources.ts';
import { type CreateDiscovery, LogTargets } from './log-targets.ts';

export interface LogGraphDeps {
  readonly source: Omit<LogSourceContext, 'sink'>;
  readonly pipeline: PipelineDeps;
  readonly meter: Meter;
  readonly createDiscovery: CreateDiscovery;
  readonly createWriteNode: (config: Extract<LogNodeConfig, { kind: 'write' }>) => EntrySink;
}

export interface LogGraph {
  /** Resolves when nothing of it hands anything on any more. */
  stop(): Promise<void>;
}

/** Starts it; the graph has to be one that `assertLogGraph` lets through. */
export async function startLogGraph(
  config: LogCollectionConfig,
  deps: LogGraphDeps,
): Promise<LogGraph> {
  const nodes = new Nodes(config.nodes, deps);
  const targets = new LogTargets(config.targets, deps.createDiscovery);
  const sources: RunningSource[] = [];
  const stop = async (): Promise<void> => {
    await targets.stop();
    await Promise.all(sources.map((source) => source.stop()));
    await nodes.stop();
  };
  try {
    for (const source of config.sources) {
      const running = sourceOf(source.kind)(source, {
        ...deps.source,
        sink: nodes.sinkOf(source.forwardTo),
      });
      sources.push(running);
      if ('targets' in source && running.setTargets) {
        targets.follow(source.targets, (found) => running.setTargets?.(found));
      }
    }
  } catch (error) {
    await stop();
    throw error;
  }
  targets.start();
  return { stop };
}

class Nodes {
  readonly #configs: ReadonlyMap<string, LogNodeConfig>;
  readonly #deps: LogGraphDeps;
  readonly #sinks = new Map<string, EntrySink>();
  /** Those that can hold something, the ones at the end first. */
  readonly #made: EntryNode[] = [];

  constructor(configs: readonly LogNodeConfig[], deps: LogGraphDeps) {
    this.#configs = new Map(configs.map((config) => [config.id, config]));
    this.#deps = deps;
  }

  sinkOf(ids: readonly string[]): EntrySink {
    return fanOut(ids.map((id) => this.#sink(id)));
  }

  /** Each hands on what it holds before the next one stops. */
  async stop(): Promise<void> {
    for (const node of [...this.#made].reverse()) await node.stop();
  }

  #sink(id: string): EntrySink {
    const known = this.#sinks.get(id);
    if (known) return known;
    const made = this.#make(this.#configs.get(id) as LogNodeConfig);
    this.#sinks.set(id, made);
    return made;
  }

  #make(config: LogNodeConfig): EntrySink {
    if (config.kind === 'write') return this.#deps.createWriteNode(config);
    const next = this.sinkOf(config.forwardTo);
    const node =
      config.kind === 'process'
        ? createPipeline(config.stages, next, this.#deps.pipeline)
        : createRelabelNode(config.rules, next, this.#deps);
    this.#made.push(node);
    return node;
  }
}

/** Every sink gets every entry, as one of its own; with no sink they are let go. */
export function fanOut(sinks: readonly EntrySink[]): EntrySink {
  const [only] = sinks;
  if (only && sinks.length === 1) return only;
  if (!only) {
    return {
      write: async (entries) => {
        for (const { receipt } of entries) receipt.release();
      },
    };
  }
  return {
    write: async (entries) => {
      // All are held before the first sink can release any.
      const batches = sinks.map((_, i) => (i === 0 ? entries : entries.map(cloneEntry)));
      await Promise.all(sinks.map((sink, i) => sink.write(batches[i] as CollectedEntry[])));
    },
  };
}

function cloneEntry(entry: CollectedEntry): CollectedEntry {
  const { labels, timeNano, line, metadata, tenant, receipt } = entry;
  receipt.hold();
  const copied = metadata.map(([name, value]): [string, string] => [name, value]);
  return { labels: new Map(labels), timeNano, line, metadata: copied, tenant, receipt };
}
