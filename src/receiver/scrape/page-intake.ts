// One page into a batch: every line becomes a sample of its series, which is known from the last page
// or resolved now.
import type { PageFormat } from '#codec/exposition/content-type.ts';
import { openPage } from '#codec/exposition/open-page.ts';
import { type EntryKind, entryKind, type Page } from '#codec/exposition/page.ts';
import { InputError } from '#lib/errors.ts';
import type { Pairs } from '#model/canonical.ts';
import type { HistogramSample } from '#model/histogram-sample.ts';
import type { SampleBatchBuilder } from '#model/sample-batch.ts';
import { dayOfMs } from '#model/unit.ts';
import type { ScrapeConfig } from '#prometheus-config/config.ts';
import { ClassicHistograms, type ConvertedHistogram } from './classic-histogram.ts';
import { ExemplarIntake } from './exemplar-intake.ts';
import { LineResolver } from './line-resolver.ts';
import { limitBuckets, reduceResolution, schemaOfFactor } from './reduce-resolution.ts';
import type { CachedLine, FamilyMetadata, ScrapedSeries, SeriesCache } from './series-cache.ts';
import { readStarts } from './start-times.ts';

export interface PageContext {
  readonly config: ScrapeConfig;
  /** Of the target: on every series. */
  readonly targetLabels: Pairs;
  readonly cache: SeriesCache;
  readonly builder: SampleBatchBuilder;
  /** Of the scrape: of samples without a timestamp of their own. */
  readonly timeMs: number;
  /** Whether it is kept when counting began. */
  readonly keepsStarts: boolean;
  /** Samples and exemplars with timestamps outside are not taken. */
  readonly timeMsMin: number;
  readonly timeMsMax: number;
}

/** What came of the page, also when reading it failed half-way. */
export class PageCounts {
  scraped = 0;
  added = 0;
  seriesAdded = 0;
  outOfOrder = 0;
  outOfBounds = 0;
  duplicates = 0;
}

/** Throws InputError when the page is no page, or breaks a limit: nothing of it counts then. */
export function intakePage(
  bytes: Uint8Array,
  format: PageFormat,
  context: PageContext,
  counts: PageCounts,
): void {
  const { cache, config } = context;
  const page = openPage(bytes, format, {
    memory: { before: cache.before, now: cache.now },
    nativeHistograms: config.scrapeNativeHistograms,
    alwaysClassic: config.alwaysScrapeClassicHistograms,
  });
  const intake = new PageIntake(page, context, counts);
  if (format === 'openmetrics' && context.keepsStarts) {
    readStarts(bytes, cache.startLines, (key, from, to) => intake.addStart(key, from, to));
  }
  intake.run();
}

class PageIntake {
  readonly #page: Page;
  readonly #context: PageContext;
  readonly #counts: PageCounts;
  readonly #lines: LineResolver;
  readonly #exemplars: ExemplarIntake;
  readonly #classic: ClassicHistograms | undefined;
  readonly #schemaMax: number;
  #appended = 0;
  #isOverSampleLimit = false;
  #isOverBucketLimit = false;

  constructor(page: Page, context: PageContext, counts: PageCounts) {
    const { config } = context;
    this.#page = page;
    this.#context = context;
    this.#counts = counts;
    this.#lines = new LineResolver(page, context);
    this.#exemplars = new ExemplarIntake(context);
    this.#classic = config.convertClassicHistogramsToNhcb ? new ClassicHistograms() : undefined;
    this.#schemaMax = schemaOfFactor(config.nativeHistogramMinBucketFactor);
  }

  addStart(key: string, from: number, to: number) {
    return this.#lines.addStart(key, from, to);
  }

  run(): void {
    const page = this.#page;
    for (;;) {
      const kind = page.next();
      if (kind === entryKind.end) break;
      const line = this.#lines.resolve(kind);
      if (line.metadata !== undefined) continue;
      if (line.member === undefined) {
        this.#convert(this.#classic?.end());
        this.#takeLine(line, kind);
      } else {
        this.#convert(this.#classic?.add(line.member, this.#partOf(line)));
        if (this.#keepsClassic(line)) this.#takeLine(line, kind);
      }
    }
    this.#convert(this.#classic?.end());
    this.#checkLimits();
    this.#writeMetadata();
  }

  #startOf(line: CachedLine): number | undefined {
    if (!this.#context.keepsStarts) return undefined;
    return this.#page.startMs ?? line.start?.timeMs;
  }

  /** Beside a native histogram, classic lines are only there when both are wanted. */
  #keepsClassic(line: CachedLine): boolean {
    return this.#context.config.alwaysScrapeClassicHistograms && line.member !== undefined;
  }

  #partOf(line: CachedLine) {
    const page = this.#page;
    return {
      value: page.value,
      timeMs: page.hasTime ? page.timeMs : undefined,
      startMs: this.#startOf(line),
      exemplar: () => page.exemplar(),
    };
  }

  #convert(converted: ConvertedHistogram | undefined): void {
    if (converted === undefined) return;
    const { group, histogram, timeMs, startMs, exemplars } = converted;
    this.#counts.scraped++;
    const series = group.series;
    if (series === undefined) return;
    this.#counts.added++;
    const isTaken = this.#take(series, timeMs, (at) => {
      this.#appendHistogram(series, at, histogram, startMs);
    });
    if (isTaken) this.#exemplars.takeAll(series, exemplars);
  }

  #takeLine(line: CachedLine, kind: EntryKind): void {
    const page = this.#page;
    this.#counts.scraped++;
    const { series } = line;
    if (series === undefined) return;
    this.#counts.added++;
    const startMs = this.#startOf(line);
    const ownMs = page.hasTime ? page.timeMs : undefined;
    const { histogram } = page;
    const isTaken =
      kind === entryKind.sample
        ? this.#takeNumber(series, ownMs, page.value, startMs)
        : this.#take(series, ownMs, (at) => {
            this.#appendHistogram(series, at, histogram as HistogramSample, startMs);
          });
    if (isTaken) {
      this.#exemplars.take(series, page, ownMs ?? this.#context.timeMs, kind === entryKind.sample);
    }
  }

  /** As #take, without a function per sample. */
  #takeNumber(
    series: ScrapedSeries,
    ownMs: number | undefined,
    value: number,
    startMs: number | undefined,
  ): boolean {
    const timeMs = this.#admit(series, ownMs);
    if (timeMs === undefined) return false;
    const start = startMs !== undefined && startMs <= timeMs ? startMs : undefined;
    this.#context.builder.number(series.ref, timeMs, value, start);
    return true;
  }

  #take(
    series: ScrapedSeries,
    ownMs: number | undefined,
    append: (timeMs: number) => void,
  ): boolean {
    const timeMs = this.#admit(series, ownMs);
    if (timeMs === undefined) return false;
    append(timeMs);
    return true;
  }

  /** The time of a sample that is to be stored; undefined when it is not to be. */
  #admit(series: ScrapedSeries, shownMs: number | undefined): number | undefined {
    const { config, cache, timeMs, timeMsMin, timeMsMax } = this.#context;
    const counts = this.#counts;
    const ownMs = config.honorTimestamps ? shownMs : undefined;
    const isSeen = series.seenIn === cache.scrape;
    const isNew = series.seenIn === 0;
    if (ownMs === undefined && isSeen) {
      counts.duplicates++;
      return undefined;
    }
    if (!isSeen && (ownMs === undefined || config.trackTimestampsStaleness)) cache.track(series);
    series.seenIn = cache.scrape;
    if (config.sampleLimit > 0 && ++this.#appended > config.sampleLimit) {
      this.#isOverSampleLimit = true;
      return undefined;
    }
    if (isNew) counts.seriesAdded++;
    if (ownMs === undefined) return timeMs;
    if (ownMs < timeMsMin || ownMs > timeMsMax) {
      counts.outOfBounds++;
      return undefined;
    }
    // A page often shows the same sample again, which is stored already.
    if (ownMs <= series.timeMs) {
      if (ownMs < series.timeMs) counts.outOfOrder++;
      return undefined;
    }
    series.timeMs = ownMs;
    return ownMs;
  }

  #appendHistogram(
    series: ScrapedSeries,
    timeMs: number,
    histogram: HistogramSample,
    startMs: number | undefined,
  ): void {
    const limit = this.#context.config.nativeHistogramBucketLimit;
    const reduced = reduceResolution(histogram, this.#schemaMax);
    const limited = limit > 0 ? limitBuckets(reduced, limit) : reduced;
    if (limited === undefined) this.#isOverBucketLimit = true;
    else this.#context.builder.histogram(series.ref, timeMs, limited, startMs);
  }

  #checkLimits(): void {
    const { sampleLimit, nativeHistogramBucketLimit } = this.#context.config;
    if (this.#isOverSampleLimit) {
      throw new InputError('scrape_limit', `sample_limit exceeded (limit: ${sampleLimit})`);
    }
    if (this.#isOverBucketLimit) {
      const message = `native_histogram_bucket_limit exceeded (limit: ${nativeHistogramBucketLimit})`;
      throw new InputError('scrape_limit', message);
    }
  }

  /** What is new, changed, or not yet written on this day. */
  #writeMetadata(): void {
    const { cache, builder, timeMs } = this.#context;
    const day = dayOfMs(timeMs);
    for (const metadata of cache.families.values()) {
      if (metadata.seenIn !== cache.scrape) continue;
      if (!metadata.isChanged && metadata.writtenDay === day) continue;
      metadata.isChanged = false;
      metadata.writtenDay = day;
      builder.metadata(metadata.family, textOf(metadata));
    }
  }
}

const textOf = ({ type, help, unit }: FamilyMetadata) => ({ type, help, unit });
