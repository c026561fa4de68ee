// All jobs of a prometheus.yml. A new file replaces the jobs that it changes; the others go on.
import type { Pairs } from '#model/canonical.ts';
import type { ScrapeConfig } from '#prometheus-config/config.ts';
import { configText } from '#prometheus-config/config-text.ts';
import type { ScrapeLoop } from './scrape-loop.ts';
import { type DroppedLabels, type Inheritance, type PoolDeps, ScrapePool } from './scrape-pool.ts';
import { identityOf } from './series-cache.ts';
import type { Target } from './target.ts';

export type JobsDeps = Omit<PoolDeps, 'isScraped'>;

export interface ScrapedTarget {
  readonly pool: string;
  readonly target: Target;
}

export class ScrapeJobs {
  readonly #deps: PoolDeps;
  #pools = new Map<string, ScrapePool>();
  #applying: Promise<void> = Promise.resolve();

  constructor(deps: JobsDeps) {
    this.#deps = { ...deps, isScraped: (target, labels) => this.#isScraped(target, labels) };
  }

  /** Resolves when the jobs are those of `configs`. */
  apply(configs: readonly ScrapeConfig[]): Promise<void> {
    // What failed before was said to its caller.
    this.#applying = this.#applying.catch(() => {}).then(() => this.#apply(configs));
    return this.#applying;
  }

  async stop(): Promise<void> {
    await this.#applying.catch(() => {});
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.stop()));
  }

  /** In the order of the file. */
  pools(): readonly string[] {
    return [...this.#pools.keys()];
  }

  targets(): readonly ScrapedTarget[] {
    return [...this.#pools].flatMap(([name, { loops }]) =>
      [...loops].map(({ target }) => ({ pool: name, target })),
    );
  }

  dropped(): readonly DroppedLabels[] {
    return [...this.#pools.values()].flatMap(({ dropped }) => dropped);
  }

  async #apply(configs: readonly ScrapeConfig[]): Promise<void> {
    if (this.#deps.shutdown.aborted) return;
    const before = this.#pools;
    const stopped = await stopChanged(before, configs);
    const pools = new Map<string, ScrapePool>();
    for (const config of configs) {
      const name = config.jobName;
      const gone = stopped.get(name);
      const kept = gone === undefined ? before.get(name) : undefined;
      pools.set(name, kept ?? new ScrapePool(config, this.#deps, inheritanceOf(gone, config)));
    }
    this.#pools = pools;
    for (const [name, pool] of pools) if (before.get(name) !== pool) pool.start();
    for (const { pool, loops } of stopped.values()) for (const loop of loops) pool.endLoop(loop);
  }

  /** Only a loop of the same address or instance can have the same series. */
  #isScraped({ url, labels }: Target, series: Pairs): boolean {
    const instance = labelOf(labels, 'instance');
    const identity = identityOf(series);
    for (const pool of this.#pools.values()) {
      for (const { target, scraper } of pool.loops) {
        if (target.url !== url && labelOf(target.labels, 'instance') !== instance) continue;
        if (scraper.has(identity)) return true;
      }
    }
    return false;
  }
}

interface StoppedPool {
  readonly pool: ScrapePool;
  readonly loops: readonly ScrapeLoop[];
}

async function stopChanged(
  pools: ReadonlyMap<string, ScrapePool>,
  configs: readonly ScrapeConfig[],
): Promise<Map<string, StoppedPool>> {
  const texts = new Map(configs.map((config) => [config.jobName, configText(config)]));
  const changed = [...pools].filter(([name, pool]) => texts.get(name) !== configText(pool.config));
  const stopped = changed.map(
    async ([name, pool]) => [name, { pool, loops: await pool.stop() }] as const,
  );
  return new Map(await Promise.all(stopped));
}

/** What is known of series stays true as long as the same keys decide about labels. */
function inheritanceOf(stopped: StoppedPool | undefined, config: ScrapeConfig): Inheritance {
  if (stopped === undefined) return new Map();
  if (labelText(stopped.pool.config) !== labelText(config)) return new Map();
  return new Map(stopped.loops.map(({ target, scraper }) => [target.key, scraper.cache]));
}

const labelText = (config: ScrapeConfig): string =>
  configText({
    ...config,
    scrapeIntervalMs: 0,
    scrapeTimeoutMs: 0,
    sampleLimit: 0,
    discoveries: [],
    bodySizeLimitBytes: 0,
    targetLimit: 0,
  });

const labelOf = (labels: Pairs, name: string): string | undefined =>
  labels.find(([label]) => label === name)?.[1];
