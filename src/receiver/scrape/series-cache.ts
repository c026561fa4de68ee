// What is known of a target from its last scrape: which line of its page is which series, so that a
// line that comes again costs no labels; and which series were there, so that those that are gone
// get a stale marker.
import { type EntryKind, entryKind, type MetricType } from '#codec/exposition/page.ts';
import { PageMemory } from '#codec/exposition/page-memory.ts';
import { CanonicalBytes, type Pairs } from '#model/canonical.ts';
import type { SeriesRef } from '#model/sample-batch.ts';

/** A series as it is stored. */
export interface ScrapedSeries {
  readonly ref: SeriesRef;
  readonly labels: Pairs;
  /** The scrape that saw it last. */
  seenIn: number;
  /** Of its newest sample with a timestamp of its own. */
  timeMs: number;
  /** Its newest exemplar: the same one is shown again with every page. */
  exemplarText: string;
  exemplarMs: number;
}

/** What a family of metrics is said to be. */
export interface FamilyMetadata {
  readonly family: string;
  type: string;
  help: string;
  unit: string;
  seenIn: number;
  /** Whether it is to be written with the page being read. */
  isChanged: boolean;
  writtenDay: number;
}

/** Since when the samples of a line count, when the page says it elsewhere. */
export interface StartTime {
  timeMs: number | undefined;
}

/** A classic histogram that becomes a native one. */
export interface ClassicGroup {
  readonly series: ScrapedSeries | undefined;
  seenIn: number;
}

export interface ClassicMember {
  readonly group: ClassicGroup;
  readonly part: 'bucket' | 'sum' | 'count';
  readonly bound: number;
}

export interface CachedLine {
  readonly id: number;
  readonly kind: EntryKind;
  /** Of a series: undefined when relabelling drops it. */
  series: ScrapedSeries | undefined;
  member: ClassicMember | undefined;
  start: StartTime | undefined;
  /** Of a type, help or unit. */
  readonly metadata: FamilyMetadata | undefined;
  readonly type: MetricType;
  readonly key: string;
  seenIn: number;
}

/** Families are remembered for some scrapes after they are gone, as Prometheus does. */
const familyScrapesMax = 10;

export class SeriesCache {
  /** Who scrapes with it: after a reload another one than before. */
  owner: object | undefined;
  /** Counts scrapes; never 0. */
  scrape = 1;
  before = new PageMemory();
  now = new PageMemory();
  readonly families = new Map<string, FamilyMetadata>();
  readonly groups = new Map<string, ClassicGroup>();
  /** By what their series have in common, and by the text of the line that says them. */
  readonly starts = new Map<string, StartTime>();
  readonly startLines = new Map<string, StartTime>();
  #lines: (CachedLine | undefined)[] = [];
  #free: number[] = [];
  readonly #lineByKey = new Map<string, CachedLine>();
  readonly #series = new Map<bigint, ScrapedSeries>();
  /** Those that get a stale marker when they are not there any more. */
  #live: ScrapedSeries[] = [];
  #nextLive: ScrapedSeries[] = [];
  #sizeOfSuccess = 0;

  line(id: number): CachedLine {
    return this.#lines[id] as CachedLine;
  }

  lineOfKey(key: string): CachedLine | undefined {
    return this.#lineByKey.get(key);
  }

  addLine(line: Omit<CachedLine, 'id' | 'seenIn'>): CachedLine {
    const id = this.#free.pop() ?? this.#lines.length;
    const added = { ...line, id, seenIn: this.scrape };
    this.#lines[id] = added;
    if (line.kind === entryKind.sample || line.kind === entryKind.histogram) {
      this.#lineByKey.set(line.key, added);
    }
    return added;
  }

  /** The series with these labels, which may stand on several lines. */
  seriesOf(labels: Pairs, make: () => SeriesRef): ScrapedSeries {
    const identity = identityOf(labels);
    const known = this.#series.get(identity);
    if (known) return known;
    const never = Number.NEGATIVE_INFINITY;
    const facts = { seenIn: 0, timeMs: never, exemplarText: '', exemplarMs: never };
    const series = { ref: make(), labels, ...facts };
    this.#series.set(identity, series);
    return series;
  }

  /** The series is on this page and ends when it is not on the next. */
  track(series: ScrapedSeries): void {
    this.#nextLive.push(series);
  }

  /** Those that were there and are not now. */
  *gone(): Iterable<ScrapedSeries> {
    for (const series of this.#live) if (series.seenIn !== this.scrape) yield series;
  }

  /** Whether the last scrape had it. */
  isLive(identity: bigint): boolean {
    const series = this.#series.get(identity);
    return series !== undefined && series.seenIn >= this.scrape - 1;
  }

  /** Ends a scrape whose page was read. */
  succeed(): void {
    this.#sizeOfSuccess = this.#size;
    [this.before, this.now] = [this.now, this.before];
    this.now.start(nothing);
    this.#evict();
    this.#next();
  }

  /** Ends one that failed, or had an empty page: none of its series count as seen. */
  fail(): void {
    this.#nextLive = [];
    // Pages that fail may be full of series that never come again.
    if (this.#size > this.#sizeOfSuccess * 2 + 1000) {
      this.before.start(nothing);
      this.#evict();
    }
    this.#next();
  }

  /** Nothing seen on the page so far counts as seen. */
  forgetPage(): void {
    this.scrape++;
  }

  #next(): void {
    this.#live = this.#nextLive;
    this.#nextLive = [];
    this.scrape++;
  }

  get #size(): number {
    return this.#lines.length - this.#free.length + this.families.size;
  }

  /** Starts are not counted one by one: when most must be old, all lines are looked at anew. */
  #forgetStarts(): void {
    if (this.startLines.size <= this.#lines.length * 2 + 1000) return;
    this.starts.clear();
    this.startLines.clear();
    this.#lines = [];
    this.#free = [];
    this.#lineByKey.clear();
    this.before.start(nothing);
  }

  #evict(): void {
    this.#forgetStarts();
    const { scrape } = this;
    for (const line of this.#lines) {
      if (line === undefined || line.seenIn === scrape) continue;
      this.#lines[line.id] = undefined;
      this.#free.push(line.id);
      if (this.#lineByKey.get(line.key) === line) this.#lineByKey.delete(line.key);
    }
    for (const [identity, { seenIn }] of this.#series) {
      if (seenIn !== scrape) this.#series.delete(identity);
    }
    for (const [key, { seenIn }] of this.groups) if (seenIn !== scrape) this.groups.delete(key);
    for (const [family, { seenIn }] of this.families) {
      if (scrape - seenIn > familyScrapesMax) this.families.delete(family);
    }
  }
}

const nothing = new Uint8Array(0);

export const identityOf = (labels: Pairs): bigint => new CanonicalBytes().pairs(labels).hash();
