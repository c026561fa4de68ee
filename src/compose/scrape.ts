// Scraping by a prometheus.yml: its jobs, their way into the store, and what the API shows of them.
import { setMaxListeners } from 'node:events';
import type { ScrapeView } from '#api/prometheus/views.ts';
import type { Config } from '#config/options.ts';
import { createDiscovery } from '#discovery/create-discovery.ts';
import { createHttpClient } from '#discovery/http-client.ts';
import type { Meter } from '#internal-telemetry/meter.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/log.ts';
import type { Turns } from '#lib/turns.ts';
import type { Pairs } from '#model/canonical.ts';
import type { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import { createFailureLog } from '#receiver/scrape/failure-log.ts';
import { createScrapeInstruments } from '#receiver/scrape/instruments.ts';
import { Outbox } from '#receiver/scrape/outbox.ts';
import { ScrapeJobs } from '#receiver/scrape/scrape-jobs.ts';
import { systemSleep } from '#receiver/scrape/timer.ts';
import type { PrometheusFile } from './prometheus-file.ts';
import { ageLimitsOf } from './settings.ts';

export interface ScrapingDeps {
  /** Without one nothing is scraped. */
  readonly file: PrometheusFile | undefined;
  readonly consumer: Consumer;
  readonly identities: IdentityCache;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly turns: Turns;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Scraping {
  readonly view: ScrapeView;
  stop(): Promise<void>;
}

/** What has been scraped when the program stops gets this long to be written. */
const stopDeadlineMs = 3000;

/** Scrapes what the file says from its first reading on. */
export function createScraping(config: Config, deps: ScrapingDeps): Scraping {
  const { file, clock, meter, logger, env } = deps;
  const shutdown = new AbortController();
  // Every scrape that is under way listens.
  setMaxListeners(0, shutdown.signal);
  const bytesMax = config['scrape.buffer_bytes'];
  const outbox = new Outbox({ ...deps, sleep: systemSleep, bytesMax });
  const userAgent = `Sightline/${deps.version}`;
  const jobs = new ScrapeJobs({
    ...deps,
    sleep: systemSleep,
    shutdown: shutdown.signal,
    instruments: createScrapeInstruments(meter),
    push: (batch) => outbox.push(batch),
    ageMsMax: ageLimitsOf(config).ageMsMax.metrics,
    keepsStarts: config['scrape.start_timestamps'],
    userAgent,
    logFailure: createFailureLog(logger),
    onBug: (error) => {
      const stack = error instanceof Error ? error.stack : String(error);
      logger.error('scraping failed on our side', { error: stack });
    },
    createClient: (http) => createHttpClient({ config: http, env, userAgent, clock }),
    createDiscovery: (found) => createDiscovery(found, { env, clock, logger, meter }),
  });
  file?.onConfig(
    async ({ scrapeConfigs }) =>
      () =>
        jobs.apply(scrapeConfigs),
  );
  return {
    view: viewOf(jobs),
    stop: async () => {
      shutdown.abort();
      await jobs.stop();
      await outbox.stop(stopDeadlineMs);
    },
  };
}

function viewOf(jobs: ScrapeJobs): ScrapeView {
  return {
    active: () =>
      jobs.targets().map(({ pool, target }) => ({
        discoveredLabels: toLabels(target.discovered),
        labels: toLabels(target.labels),
        scrapePool: pool,
        scrapeUrl: target.url,
        globalUrl: target.url,
        lastError: target.lastError,
        lastScrapeMs: target.lastScrapeMs,
        lastScrapeDurationSeconds: target.lastDurationSeconds,
        health: target.health,
        scrapeIntervalMs: target.intervalMs,
        scrapeTimeoutMs: target.timeoutMs,
      })),
    dropped: () =>
      jobs.dropped().map(({ discoveredLabels, scrapePool }) => ({
        discoveredLabels: toLabels(discoveredLabels),
        scrapePool,
      })),
    pools: () => jobs.pools(),
    metadata: () =>
      jobs.targets().flatMap(({ target }) => {
        const labels = toLabels(target.labels);
        return target.metadata().map((entry) => ({ target: labels, ...entry }));
      }),
  };
}

const toLabels = (pairs: Pairs): Readonly<Record<string, string>> => Object.fromEntries(pairs);
