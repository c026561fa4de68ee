// Scraping in a time that tests move, of targets that are functions, into a list of samples.
import type { TargetGroup } from '#discovery/discovery.ts';
import type { HttpRequest } from '#discovery/http-client.ts';
import { createStaticDiscovery, untilAborted } from '#discovery/static-discovery.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import { silentLogger } from '#lib/log.ts';
import { createTurns } from '#lib/turns.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import type { ScrapeConfig } from '#prometheus-config/config.ts';
import { parsePrometheusConfig } from '#prometheus-config/load.ts';
import type { FailedScrape } from '#receiver/scrape/failure-log.ts';
import { createScrapeInstruments } from '#receiver/scrape/instruments.ts';
import { ScrapeJobs } from '#receiver/scrape/scrape-jobs.ts';
import type { Sleep } from '#receiver/scrape/timer.ts';
import { rowsOf } from './columns.ts';

export const startMs = 1_700_000_000_000;

/** A clock, and sleepers that wake when it passes their time. */
export class TestTime {
  readonly clock = createManualClock(startMs);
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  readonly sleep: Sleep = (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const sleeper = { atMs: this.clock.nowMs() + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        resolve();
      });
    });

  async advance(ms: number): Promise<void> {
    const untilMs = this.clock.nowMs() + ms;
    await settled();
    for (;;) {
      const next = this.#sleepers
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.clock.advance(Math.max(0, next.atMs - this.clock.nowMs()));
      next.wake();
      await settled();
    }
    this.clock.advance(untilMs - this.clock.nowMs());
  }
}

/** Lets everything run that waits for nothing but the event loop. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 12; i++) await new Promise((resolve) => setImmediate(resolve));
}

export interface StoredSample {
  readonly series: string;
  readonly timeMs: number;
  readonly value: number | 'stale';
}

/** What a store would know after the batches that it took. */
export class SampleLog {
  samples: StoredSample[] = [];
  readonly batches: Batch[] = [];
  readonly #names = new Map<unknown, string>();

  take(batch: Batch): void {
    this.batches.push(batch);
    for (const row of rowsOf(batch, 'otel_series')) {
      const labels = Object.entries(row['labels'] as Record<string, string>)
        .map(([name, value]) => `${name}="${value}"`)
        .join(',');
      this.#names.set(row['series_id'], `${row['name']}{${labels}}`);
    }
    for (const row of rowsOf(batch, 'otel_samples')) {
      const times = row['time'] as number[];
      (row['value'] as number[]).forEach((value, i) => {
        const isStale = Number.isNaN(value) && row['has_stale'] === 1;
        this.samples.push({
          series: this.#names.get(row['series_id']) ?? 'unknown',
          timeMs: (times[i] as number) - startMs,
          value: isStale ? 'stale' : value,
        });
      });
    }
    batch.committed?.();
  }

  /** Times and values of the series whose text begins so. */
  of(prefix: string): (readonly [number, number | 'stale'])[] {
    return this.samples
      .filter(({ series }) => series.startsWith(prefix))
      .sort((a, b) => a.timeMs - b.timeMs)
      .map(({ timeMs, value }) => [timeMs, value]);
  }

  /** The values alone. */
  valuesOf(prefix: string): (number | 'stale')[] {
    return this.of(prefix).map(([, value]) => value);
  }

  series(): string[] {
    return [...new Set(this.samples.map(({ series }) => series))].sort();
  }
}

export interface TestPage {
  readonly status?: number;
  readonly contentType?: string;
  readonly body: string | Uint8Array;
}

export type Show = (request: HttpRequest) => TestPage | undefined;

export function scrapeConfigsOf(yaml: string): readonly ScrapeConfig[] {
  const { config, problems } = parsePrometheusConfig(yaml, { file: 'prometheus.yml', env: {} });
  if (config === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return config.scrapeConfigs;
}

/** `show` answers requests; undefined is a target that is not there. */
export function createScrapeHarness(show: Show) {
  const time = new TestTime();
  const log = new SampleLog();
  const bugs: unknown[] = [];
  const failures: FailedScrape[] = [];
  const shutdown = new AbortController();
  const tellGroups = new Map<string, (groups: readonly TargetGroup[]) => void>();
  const jobs = new ScrapeJobs({
    clock: time.clock,
    sleep: time.sleep,
    shutdown: shutdown.signal,
    onBug: (error) => bugs.push(error),
    logFailure: (failed) => failures.push(failed),
    identities: new IdentityCache(),
    turns: createTurns(),
    instruments: createScrapeInstruments(createMeter()),
    push: (batch) => log.take(batch),
    ageMsMax: undefined,
    keepsStarts: true,
    logger: silentLogger,
    userAgent: 'test',
    createClient: () => ({
      request: async (request) => answer(request, show(request)),
      stream: () => Promise.reject(new Error('not asked for')),
      close: () => {},
    }),
    createDiscovery: (config) =>
      config.kind === 'static'
        ? createStaticDiscovery(config)
        : {
            run: async (signal, onGroups) => {
              tellGroups.set(config.kind, onGroups);
              await untilAborted(signal);
            },
          },
  });
  return { jobs, time, log, bugs, failures, shutdown, tellGroups };
}

function answer(request: HttpRequest, page: TestPage | undefined) {
  if (page === undefined) {
    throw new OperationError(
      'http_unreachable',
      `cannot GET ${request.url}: connect ECONNREFUSED`,
      {
        retryable: true,
      },
    );
  }
  const { status = 200, contentType = 'text/plain', body } = page;
  return { status, headers: { 'content-type': contentType }, body: Buffer.from(body) };
}
