// The targets of a graph of log collection: what discoveries find, relabelled, and handed on whenever it
// changes.
import { setMaxListeners } from 'node:events';
import type { Discovery, TargetGroup } from '#discovery/discovery.ts';
import { relabel } from '#discovery/relabel.ts';
import type { TargetsConfig } from '#pipeline/log/collection-config.ts';
import type { DiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';

export type CreateDiscovery = (config: DiscoveryConfig) => Discovery;

interface Follower {
  readonly from: readonly string[];
  readonly onTargets: (targets: readonly LabelPairs[]) => void;
  last: string | undefined;
}

export class LogTargets {
  readonly #configs: ReadonlyMap<string, TargetsConfig>;
  readonly #createDiscovery: CreateDiscovery;
  readonly #abort = new AbortController();
  /** Groups of each discovery, by the id of its targets. */
  readonly #groups = new Map<string, Map<string, TargetGroup>[]>();
  readonly #followers: Follower[] = [];
  #running: Promise<unknown> = Promise.resolve();
  #handing: NodeJS.Immediate | undefined;

  constructor(configs: readonly TargetsConfig[], createDiscovery: CreateDiscovery) {
    this.#configs = new Map(configs.map((config) => [config.id, config]));
    this.#createDiscovery = createDiscovery;
    // Every discovery listens.
    setMaxListeners(0, this.#abort.signal);
  }

  /** Called with all targets of these ids, at once when it starts and then when they are others. */
  follow(from: readonly string[], onTargets: Follower['onTargets']): void {
    this.#followers.push({ from, onTargets, last: undefined });
  }

  start(): void {
    const runs: Promise<void>[] = [];
    for (const config of this.#configs.values()) {
      if (config.kind !== 'discovery') continue;
      const found = config.discoveries.map(() => new Map<string, TargetGroup>());
      this.#groups.set(config.id, found);
      config.discoveries.forEach((discovery, i) => {
        const groups = found[i] as Map<string, TargetGroup>;
        runs.push(
          this.#createDiscovery(discovery).run(this.#abort.signal, (changed) => {
            for (const group of changed) {
              if (group.targets.length > 0) groups.set(group.source, group);
              else groups.delete(group.source);
            }
            this.#handOnSoon();
          }),
        );
      });
    }
    this.#running = Promise.all(runs);
    this.#handOn();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    clearImmediate(this.#handing);
    await this.#running;
  }

  /** Groups come one after the other; they are handed on together. */
  #handOnSoon(): void {
    this.#handing ??= setImmediate(() => {
      this.#handing = undefined;
      if (!this.#abort.signal.aborted) this.#handOn();
    });
  }

  #handOn(): void {
    const known = new Map<string, readonly LabelPairs[]>();
    for (const follower of this.#followers) {
      const targets = follower.from.flatMap((id) => this.#targetsOf(id, known));
      const text = JSON.stringify(targets);
      if (text === follower.last) continue;
      follower.last = text;
      follower.onTargets(targets);
    }
  }

  #targetsOf(id: string, known: Map<string, readonly LabelPairs[]>): readonly LabelPairs[] {
    const before = known.get(id);
    if (before) return before;
    const config = this.#configs.get(id);
    const targets = config?.kind === 'relabel' ? this.#relabelled(config, known) : this.#found(id);
    known.set(id, targets);
    return targets;
  }

  #relabelled(
    { from, rules }: Extract<TargetsConfig, { kind: 'relabel' }>,
    known: Map<string, readonly LabelPairs[]>,
  ): LabelPairs[] {
    return from
      .flatMap((id) => this.#targetsOf(id, known))
      .flatMap((target) => {
        const labels = relabel(target, rules);
        return labels === undefined || labels.length === 0 ? [] : [labels];
      });
  }

  #found(id: string): LabelPairs[] {
    const groups = (this.#groups.get(id) ?? []).flatMap((found) => [...found.values()]);
    return groups.flatMap(({ targets, labels }) =>
      targets.map((target) => [...new Map([...labels, ...target])].sort(byName)),
    );
  }
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : a > b ? 1 : 0;
