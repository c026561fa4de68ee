// Collects the parts of the graph while components are read.
import type {
  LogCollectionConfig,
  LogNodeConfig,
  LogSourceConfig,
  TargetsConfig,
} from '#pipeline/log/collection-config.ts';
import type { DiscoveryConfig, StaticGroup } from '#prometheus-config/discovery-config.ts';
import type { Place } from '#prometheus-config/place.ts';
import { isArray, isCapsule, isObject, type Value } from './value.ts';

/** How files of `local.file_match` are looked for. */
export interface FileMatch {
  readonly syncPeriodMs: number;
  readonly ignoresOlderThanMs: number;
}

export class GraphBuilder {
  readonly targets: TargetsConfig[] = [];
  readonly sources: LogSourceConfig[] = [];
  readonly nodes: LogNodeConfig[] = [];
  /** By the id of targets. */
  readonly #fileMatches = new Map<string, FileMatch>();

  get isEmpty(): boolean {
    return this.sources.length === 0 && this.nodes.length === 0 && this.targets.length === 0;
  }

  /** Without targets that no source of lines follows: those of scrapes would be looked for in vain. */
  get graph(): LogCollectionConfig {
    const followed = new Set<string>();
    const follow = (ids: readonly string[]): void => {
      for (const id of ids) {
        if (followed.has(id)) continue;
        followed.add(id);
        const targets = this.targets.find((one) => one.id === id);
        if (targets?.kind === 'relabel') follow(targets.from);
      }
    };
    for (const source of this.sources) if ('targets' in source) follow(source.targets);
    const targets = this.targets.filter(({ id }) => followed.has(id));
    return { targets, sources: this.sources, nodes: this.nodes };
  }

  setFileMatch(id: string, match: FileMatch): void {
    this.#fileMatches.set(id, match);
  }

  /** Of the targets themselves, or of those that they are made of. */
  fileMatchOf(ids: readonly string[]): FileMatch | undefined {
    for (const id of ids) {
      const own = this.#fileMatches.get(id);
      if (own) return own;
      const targets = this.targets.find((one) => one.id === id);
      const before = targets?.kind === 'relabel' ? this.fileMatchOf(targets.from) : undefined;
      if (before) return before;
    }
    return undefined;
  }

  addDiscovery(id: string, place: Place, discovery: DiscoveryConfig): void {
    this.targets.push({ kind: 'discovery', id, place, discoveries: [discovery] });
  }

  /**
   * Ids of the targets of a list of objects and of other components' targets; the objects become
   * targets of the id. `mistake` gets what is neither.
   */
  addTargets(
    id: string,
    place: Place,
    list: Value,
    mistake: (message: string) => void,
  ): readonly string[] {
    if (!isArray(list)) {
      if (isCapsule(list) && list.kind === 'unknown') {
        if (!list.isSilent) mistake(`${list.of} is known only to Alloy while it runs`);
      } else {
        mistake('targets should be a list of maps');
      }
      return [];
    }
    const ids: string[] = [];
    const groups: StaticGroup[] = [];
    for (const item of list) {
      if (isObject(item)) groups.push(groupOf(item));
      else if (isCapsule(item) && item.kind === 'targets') ids.push(item.id);
      else if (isCapsule(item) && item.kind === 'unknown') {
        if (!item.isSilent)
          mistake(`the targets of ${item.of} are known only to Alloy while it runs`);
      } else mistake('a target should be a map of labels');
    }
    if (groups.length > 0) {
      this.addDiscovery(id, place, { kind: 'static', groups, place });
      ids.push(id);
    }
    return ids;
  }
}

function groupOf(target: ReadonlyMap<string, Value>): StaticGroup {
  const labels = [...target].map(([name, value]) => [name, String(value ?? '')] as const);
  const address = labels.find(([name]) => name === '__address__')?.[1];
  return {
    // Targets without an address are not: one is made up, which nobody sees.
    targets: [address ?? 'localhost'],
    labels: labels.filter(([name]) => name !== '__address__').sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}
