// Runs a discovery and keeps the groups that it found last.
import type { Discovery, DiscoveryContext, TargetGroup } from '#discovery/discovery.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import type { DiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import { parsePrometheusConfig } from '#prometheus-config/load.ts';
import { formatProblem } from '#prometheus-config/place.ts';

export function discoveryContext(env: Record<string, string> = {}): DiscoveryContext {
  return { env, clock: systemClock, logger: silentLogger, meter: createMeter() };
}

/** The discovery of a job with these keys, files being named from `folder`. */
export function discoveryConfigOf<K extends DiscoveryConfig['kind']>(
  kind: K,
  keys: object,
  folder = '.',
): Extract<DiscoveryConfig, { kind: K }> {
  const job = { job_name: 'a', [`${kind}_sd_configs`]: [keys] };
  const text = JSON.stringify({ scrape_configs: [job] });
  const { config, problems } = parsePrometheusConfig(text, { file: `${folder}/p.yml`, env: {} });
  const found = config?.scrapeConfigs[0]?.discoveries[0];
  if (found?.kind !== kind) throw new Error(problems.map(formatProblem).join('\n'));
  return found as Extract<DiscoveryConfig, { kind: K }>;
}

export class FoundTargets {
  readonly groups = new Map<string, TargetGroup>();
  /** How often the discovery called. */
  calls = 0;
  /** The sources that it told of last. */
  told: readonly string[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;
  #waiting: (() => void)[] = [];

  constructor(discovery: Discovery) {
    this.#done = discovery.run(this.#stop.signal, (groups) => {
      this.calls++;
      this.told = groups.map(({ source }) => source);
      for (const group of groups) {
        if (group.targets.length === 0) this.groups.delete(group.source);
        else this.groups.set(group.source, group);
      }
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** Resolves when what was found is as wanted; the test's own time limit ends it otherwise. */
  async until(isWanted: (found: this) => boolean): Promise<void> {
    while (!isWanted(this)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** All labels of all targets, the group's own included, by address. */
  labels(): Record<string, Record<string, string>> {
    const all = [...this.groups.values()].flatMap(({ targets, labels }) =>
      targets.map((target): [string, Record<string, string>] => {
        const merged = Object.fromEntries([...labels, ...target]);
        return [merged['__address__'] ?? '', merged];
      }),
    );
    return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  addresses(): string[] {
    return Object.keys(this.labels());
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}
