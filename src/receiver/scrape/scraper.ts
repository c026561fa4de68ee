// One scrape of one target: asks for the page, writes what it says, ends what is gone, reports.
import { pageFormatOf } from '#codec/exposition/content-type.ts';
import type { Clock } from '#lib/clock.ts';
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import type { Turns } from '#lib/turns.ts';
import type { Batch } from '#model/batch.ts';
import type { Pairs } from '#model/canonical.ts';
import type { IdentityCache } from '#model/identity.ts';
import { SampleBatchBuilder } from '#model/sample-batch.ts';
import type { ScrapeConfig } from '#prometheus-config/config.ts';
import { fallbackFormat } from './accept.ts';
import type { FailedScrape } from './failure-log.ts';
import { type FetchedPage, type FetchPage, isBodyTooLarge } from './fetch-page.ts';
import type { ScrapeInstruments } from './instruments.ts';
import { intakePage, PageCounts } from './page-intake.ts';
import { ReportSeries } from './report.ts';
import { identityOf, SeriesCache } from './series-cache.ts';
import type { Target } from './target.ts';

export interface ScraperDeps {
  readonly clock: Clock;
  readonly identities: IdentityCache;
  readonly turns: Turns;
  readonly instruments: ScrapeInstruments;
  readonly push: (batch: Batch<'metrics'>) => void;
  /** Samples with older timestamps are refused; undefined is no limit. */
  readonly ageMsMax: number | undefined;
  /** `scrape.start_timestamps`: whether it is kept when counting began. */
  readonly keepsStarts: boolean;
  /** For jobs with `scrape_failure_log_file`. */
  readonly logFailure: (failed: FailedScrape) => void;
  /** Called with what nobody expects. */
  readonly onBug: (error: unknown) => void;
}

interface Outcome {
  readonly builder: SampleBatchBuilder;
  readonly error: string | undefined;
  readonly bodyBytes: number;
  readonly counts: PageCounts;
}

/** As Prometheus: timestamps further ahead are refused. */
const aheadMsMax = 600_000;
/** 1900: what the store can compare with. */
const earliestMs = -2_208_988_800_000;

export class Scraper {
  readonly #target: Target;
  readonly #config: ScrapeConfig;
  readonly #fetch: FetchPage;
  readonly #deps: ScraperDeps;
  readonly #report: ReportSeries;
  readonly #reported: ReadonlySet<bigint>;
  #hasReported = false;
  readonly cache: SeriesCache;
  /** Set when the target must not be asked: `target_limit` says how many may be. */
  forcedError: string | undefined;

  constructor(
    target: Target,
    config: ScrapeConfig,
    fetch: FetchPage,
    deps: ScraperDeps,
    cache = new SeriesCache(),
  ) {
    this.#target = target;
    this.#config = config;
    this.#fetch = fetch;
    this.#deps = deps;
    this.cache = cache;
    cache.owner = this;
    this.#report = new ReportSeries(target.labels, config.extraScrapeMetrics);
    this.#reported = new Set(this.#report.labels.map(identityOf));
    target.metadata = () =>
      [...cache.families.values()].map(({ family, type, help, unit }) => ({
        metric: family,
        type,
        help,
        unit,
      }));
  }

  /** Never rejects: a target that fails is down. */
  async scrape(timeMs: number, shutdown: AbortSignal): Promise<void> {
    const { clock, turns } = this.#deps;
    const startedMs = clock.monotonicMs();
    const fetched = await this.#ask(shutdown);
    // Stopped in the middle: the target did nothing wrong.
    if (shutdown.aborted) return;
    await turns.run(() => {
      const outcome = this.#take(fetched, timeMs);
      const durationSeconds = (clock.monotonicMs() - startedMs) / 1000;
      this.#finish(outcome, timeMs, durationSeconds);
    });
  }

  /** The series of this target are not there any more. */
  writeEnd(timeMs: number, isAlive: (labels: Pairs) => boolean): void {
    const builder = this.#builder();
    if (this.cache.owner === this) {
      this.cache.forgetPage();
      for (const { ref, labels } of this.cache.gone()) {
        if (!isAlive(labels)) builder.stale(ref, timeMs);
      }
      this.cache.fail();
    }
    this.#report.writeStale(builder, timeMs, isAlive);
    if (builder.items > 0) this.#deps.push(builder.build());
  }

  /** Whether the series with this identity was there in the last scrape. */
  has(identity: bigint): boolean {
    return this.#reported.has(identity) ? this.#hasReported : this.cache.isLive(identity);
  }

  #builder(): SampleBatchBuilder {
    const { identities, clock } = this.#deps;
    return new SampleBatchBuilder({ tenant: '', identities, clock });
  }

  async #ask(shutdown: AbortSignal): Promise<FetchedPage | Error> {
    if (this.forcedError !== undefined) return new InputError('scrape_limit', this.forcedError);
    try {
      return await this.#fetch(this.#target, shutdown);
    } catch (error) {
      return this.#expected(error);
    }
  }

  #expected(error: unknown): Error {
    if (error instanceof InputError || error instanceof OperationError) return error;
    this.#deps.onBug(error);
    return error instanceof Error ? error : new Error(messageOf(error));
  }

  #take(fetched: FetchedPage | Error, timeMs: number): Outcome {
    const builder = this.#builder();
    const counts = new PageCounts();
    if (fetched instanceof Error) {
      this.#endAll(timeMs, builder);
      const bodyBytes = isBodyTooLarge(fetched) ? -1 : 0;
      return { builder, error: fetched.message, bodyBytes, counts };
    }
    const bodyBytes = fetched.bytes.length;
    try {
      this.#read(fetched, timeMs, builder, counts);
      return { builder, error: undefined, bodyBytes, counts };
    } catch (error) {
      // Nothing of a page that fails half-way is written.
      const other = this.#builder();
      this.#endAll(timeMs, other);
      return { builder: other, error: this.#expected(error).message, bodyBytes, counts };
    }
  }

  #read(
    { bytes, contentType }: FetchedPage,
    timeMs: number,
    builder: SampleBatchBuilder,
    counts: PageCounts,
  ): void {
    const { cache } = this;
    const config = this.#config;
    if (bytes.length === 0) {
      this.#endAll(timeMs, builder);
      return;
    }
    const format = pageFormatOf(contentType, fallbackFormat(config.fallbackScrapeProtocol));
    const { ageMsMax, keepsStarts, clock } = this.#deps;
    const nowMs = clock.nowMs();
    const context = {
      config,
      targetLabels: this.#target.labels,
      cache,
      builder,
      timeMs,
      keepsStarts,
      timeMsMin: ageMsMax === undefined ? earliestMs : nowMs - ageMsMax,
      timeMsMax: nowMs + aheadMsMax,
    };
    intakePage(bytes, format, context, counts);
    for (const { ref } of cache.gone()) builder.stale(ref, timeMs);
    cache.succeed();
  }

  /** Every series that was there ends. */
  #endAll(timeMs: number, builder: SampleBatchBuilder): void {
    const { cache } = this;
    cache.forgetPage();
    for (const { ref } of cache.gone()) builder.stale(ref, timeMs);
    cache.fail();
  }

  #finish(outcome: Outcome, timeMs: number, durationSeconds: number): void {
    const { builder, error, bodyBytes, counts } = outcome;
    const { instruments, push } = this.#deps;
    const target = this.#target;
    target.report(timeMs, durationSeconds, error);
    if (error !== undefined) this.#logFailure(timeMs, error);
    this.#report.write(builder, timeMs, {
      isUp: error === undefined,
      durationSeconds,
      scraped: counts.scraped,
      added: counts.added,
      seriesAdded: counts.seriesAdded,
      timeoutSeconds: target.timeoutMs / 1000,
      sampleLimit: this.#config.sampleLimit,
      bodyBytes,
    });
    instruments.scraped(counts, error !== undefined);
    this.#hasReported = true;
    push(builder.build());
  }

  #logFailure(timeMs: number, error: string): void {
    const { scrapeFailureLogFile: file, jobName: job } = this.#config;
    if (file !== '') this.#deps.logFailure({ file, timeMs, job, url: this.#target.url, error });
  }
}
