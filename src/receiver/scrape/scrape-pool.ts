// The targets of one job: those that its discoveries find, each with its loop.
import type { Discovery, TargetGroup } from '#discovery/discovery.ts';
import type { HttpClient } from '#discovery/http-client.ts';
import type { Logger } from '#lib/log.ts';
import type { Pairs } from '#model/canonical.ts';
import type { ScrapeConfig } from '#prometheus-config/config.ts';
import type { DiscoveryConfig } from '#prometheus-config/discovery-config.ts';
import type { HttpClientConfig } from '#prometheus-config/http-client-config.ts';
import type { LabelPairs } from '#prometheus-config/relabel-config.ts';
import { type FetchPage, pageFetcher } from './fetch-page.ts';
import { type LoopDeps, ScrapeLoop } from './scrape-loop.ts';
import { Scraper, type ScraperDeps } from './scraper.ts';
import type { SeriesCache } from './series-cache.ts';
import { Target } from './target.ts';
import { labelTarget } from './target-labels.ts';

export interface PoolDeps extends LoopDeps, ScraperDeps {
  readonly logger: Logger;
  readonly userAgent: string;
  readonly createClient: (config: HttpClientConfig) => HttpClient;
  readonly createDiscovery: (config: DiscoveryConfig) => Discovery;
  /** Whether a loop of any job scrapes the series now. */
  readonly isScraped: (target: Target, labels: Pairs) => boolean;
}

export interface DroppedLabels {
  readonly discoveredLabels: LabelPairs;
  readonly scrapePool: string;
}

/** What a job leaves to the one that takes its place: per target, what is known of its series. */
export type Inheritance = ReadonlyMap<string, SeriesCache>;

export class ScrapePool {
  readonly config: ScrapeConfig;
  dropped: readonly DroppedLabels[] = [];
  readonly #deps: PoolDeps;
  readonly #client: HttpClient;
  readonly #fetch: FetchPage;
  readonly #loops = new Map<string, ScrapeLoop>();
  /** By discovery and source. */
  readonly #groups = new Map<string, TargetGroup>();
  readonly #inheritance: Map<string, SeriesCache>;
  readonly #stop = new AbortController();
  #discoveries: readonly Promise<void>[] = [];
  #isSyncDue = false;

  constructor(config: ScrapeConfig, deps: PoolDeps, inheritance: Inheritance = new Map()) {
    this.config = config;
    this.#deps = deps;
    this.#client = deps.createClient(config.http);
    this.#fetch = pageFetcher(this.#client, config, deps.userAgent);
    this.#inheritance = new Map(inheritance);
  }

  get loops(): Iterable<ScrapeLoop> {
    return this.#loops.values();
  }

  start(): void {
    this.#discoveries = this.config.discoveries.map((config, i) =>
      this.#deps.createDiscovery(config).run(this.#stop.signal, (groups) => {
        for (const group of groups) this.#keep(`${i}:${group.source}`, group);
        this.#scheduleSync();
      }),
    );
  }

  /** Resolves when nothing is asked any more; what the targets' series were is left to be ended. */
  async stop(): Promise<readonly ScrapeLoop[]> {
    this.#stop.abort();
    const loops = [...this.#loops.values()];
    this.#loops.clear();
    await Promise.all([...loops.map((loop) => loop.stop()), ...this.#discoveries]);
    this.#client.close();
    return loops;
  }

  #keep(key: string, group: TargetGroup): void {
    if (group.targets.length === 0) this.#groups.delete(key);
    else this.#groups.set(key, group);
  }

  /** Discoveries tell one group after the other; they are taken together. */
  #scheduleSync(): void {
    if (this.#isSyncDue) return;
    this.#isSyncDue = true;
    setImmediate(() => {
      this.#isSyncDue = false;
      if (this.#stop.signal.aborted) return;
      try {
        this.#sync();
      } catch (error) {
        this.#deps.onBug(error);
      }
    });
  }

  #sync(): void {
    const found = this.#targets();
    const gone = [...this.#loops].filter(([key]) => !found.has(key));
    for (const [key, loop] of gone) {
      this.#loops.delete(key);
      void loop.stop().then(() => this.endLoop(loop));
    }
    for (const [key, target] of found) {
      const known = this.#loops.get(key);
      if (known) known.target.discovered = target.discovered;
      else this.#loops.set(key, this.#loopOf(target));
    }
    this.#inheritance.clear();
    this.#checkTargetLimit();
    for (const loop of this.#loops.values()) loop.start();
  }

  /** The series of a loop that has stopped get stale markers, unless somebody scrapes them again. */
  endLoop(loop: ScrapeLoop): void {
    const { isScraped, onBug } = this.#deps;
    loop.endSeries((labels) => isScraped(loop.target, labels)).catch(onBug);
  }

  #loopOf(target: Target): ScrapeLoop {
    const cache = this.#inheritance.get(target.key);
    const scraper = new Scraper(target, this.config, this.#fetch, this.#deps, cache);
    return new ScrapeLoop(target, scraper, this.#deps);
  }

  #targets(): Map<string, Target> {
    const targets = new Map<string, Target>();
    const dropped: DroppedLabels[] = [];
    const { jobName, keepDroppedTargets } = this.config;
    for (const group of this.#groups.values()) {
      for (const labels of group.targets) {
        const found = labelTarget([...group.labels, ...labels], this.config);
        if (found.kind === 'target') {
          const target = new Target(found, this.config);
          targets.set(target.key, target);
        } else if (found.kind === 'wrong') {
          this.#deps.instruments.failedTargets(1);
          const { problem } = found;
          this.#deps.logger.error('what was discovered makes no target', { job: jobName, problem });
        } else if (keepDroppedTargets === 0 || dropped.length < keepDroppedTargets) {
          dropped.push({ discoveredLabels: found.discovered, scrapePool: jobName });
        }
      }
    }
    this.dropped = dropped;
    return targets;
  }

  #checkTargetLimit(): void {
    const { targetLimit } = this.config;
    const count = this.#loops.size;
    const isOver = targetLimit > 0 && count > targetLimit;
    if (isOver) this.#deps.instruments.exceededTargetLimit();
    const error = `target_limit exceeded (number of targets: ${count}, limit: ${targetLimit})`;
    for (const loop of this.#loops.values()) loop.scraper.forcedError = isOver ? error : undefined;
  }
}
