// What is known of a target from its last scrape: which line of its page is which series, so that a
// line that comes again costs no labels; and which series were there, so that those that are gone
// get a stale marker.
import { type EntryKind, entryKind, type MetricType } from '#codec/exposition/page.ts';
import { PageMemory } from '#codec/exposition/page-memory.ts';
import { ByteBuffer } from '#lib/byte-buffer.ts';
import { Hash64 } from '#lib/hash.ts';
import type { Pairs } from '#model/canonical.ts';
import type { SeriesRef } from '#model/sample-batch.ts';

/** A series as it is stored. */
export class ScrapedSeries {
  readonly ref: SeriesRef;
  readonly labels: Pairs;
  /** The scrape that saw it last. */
  seenIn = 0;
  /** Of its newest sample with a timestamp of its own. */
  timeMs = Number.NEGATIVE_INFINITY;
  /** Its newest exemplar: the same one is shown again with every page. */
  exemplarText = '';
  exemplarMs = Number.NEGATIVE_INFINITY;

  constructor(ref: SeriesRef, labels: Pairs) {
    this.ref = ref;
    this.labels = labels;
  }
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

export interface LineFacts {
  readonly kind: EntryKind;
  /** The bytes that name the series; empty for a type, help or unit. */
  readonly key: string;
  readonly type: MetricType;
  /** Of a type, help or unit. */
  readonly metadata?: FamilyMetadata;
  /** Of a series: undefined when relabelling drops it. */
  readonly series?: ScrapedSeries | undefined;
  readonly member?: ClassicMember | undefined;
  readonly start?: StartTime | undefined;
}

/** A class, so that all have the same shape: one is looked at per line. */
export class CachedLine {
  readonly id: number;
  seenIn: number;
  readonly metadata: FamilyMetadata | undefined;
  readonly series: ScrapedSeries | undefined;
  readonly member: ClassicMember | undefined;
  readonly start: StartTime | undefined;
  readonly kind: EntryKind;
  readonly type: MetricType;
  readonly key: string;

  constructor(id: number, seenIn: number, facts: LineFacts) {
    this.id = id;
    this.seenIn = seenIn;
    this.metadata = facts.metadata;
    this.series = facts.series;
    this.member = facts.member;
    this.start = facts.start;
    this.kind = facts.kind;
    this.type = facts.type;
    this.key = facts.key;
  }
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
  /** Labels by name and value; forgotten when lines go, and made again by new ones. */
  readonly #pairs = new Map<string, Map<string, readonly [string, string]>>();
  /** Those that get a stale marker when they are not there any more. */
  #live: ScrapedSeries[] = [];
  #nextLive: ScrapedSeries[] = [];
  #sizeOfSuccess = 0;
  /** Lines of this page. */
  #seen = 0;

  line(id: number): CachedLine {
    return this.#lines[id] as CachedLine;
  }

  lineOfKey(key: string): CachedLine | undefined {
    return this.#lineByKey.get(key);
  }

  addLine(facts: LineFacts): CachedLine {
    const id = this.#free.pop() ?? this.#lines.length;
    const line = new CachedLine(id, 0, facts);
    this.#lines[id] = line;
    if (line.kind === entryKind.sample || line.kind === entryKind.histogram) {
      this.#lineByKey.set(line.key, line);
    }
    return line;
  }

  /** The line is on this page. */
  see(line: CachedLine): void {
    if (line.seenIn === this.scrape) return;
    line.seenIn = this.scrape;
    this.#seen++;
  }

  /** The series with these labels, which may stand on several lines. */
  seriesOf(given: Pairs, make: (labels: Pairs) => SeriesRef): ScrapedSeries {
    const identity = identityOf(given);
    const known = this.#series.get(identity);
    if (known) return known;
    const labels = given.map((pair) => this.#sharedPair(pair));
    const series = new ScrapedSeries(make(labels), labels);
    this.#series.set(identity, series);
    return series;
  }

  /** Most labels are those of other series, too: one pair serves all. */
  #sharedPair(pair: readonly [string, string]): readonly [string, string] {
    const [name, value] = pair;
    let byValue = this.#pairs.get(name);
    if (byValue === undefined) {
      byValue = new Map();
      this.#pairs.set(name, byValue);
    }
    const shared = byValue.get(value);
    if (shared !== undefined) return shared;
    byValue.set(value, pair);
    return pair;
  }

  /** The series is on this page and ends when it is not on the next. */
  track(series: ScrapedSeries): void {
    this.#nextLive.push(series);
  }

  /** Those that were there and are not now. */
  gone(): readonly ScrapedSeries[] {
    const { scrape } = this;
    return this.#live.filter(({ seenIn }) => seenIn !== scrape);
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
    this.#forgetStarts();
    // Pages that fail may be full of series that never come again.
    if (this.#size > this.#sizeOfSuccess * 2 + 1000) {
      this.before.start(nothing);
      this.#evict();
    }
    this.#next();
  }

  /** Nothing seen on the page so far counts as seen. */
  forgetPage(): void {
    this.#seen = 0;
    this.scrape++;
  }

  #next(): void {
    this.#live = this.#nextLive;
    this.#nextLive = [];
    this.#seen = 0;
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
    // The usual page has every line of the one before; families are looked at now and then.
    const isSame = this.#seen === this.#lines.length - this.#free.length;
    if (isSame && scrape % familyScrapesMax !== 0) return;
    this.#pairs.clear();
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

const bytes = new ByteBuffer(1024);
const hash = new Hash64();

/** A hash of labels, which must be sorted: series are told apart by it within one process. */
export function identityOf(labels: Pairs): bigint {
  bytes.length = 0;
  for (const [name, value] of labels) {
    appendText(name);
    appendText(value);
  }
  hash.update(bytes.bytes, 0, bytes.length, 0, 0);
  return (BigInt(hash.high) << 32n) | BigInt(hash.low);
}

/** UTF-8 of a text and an end that it never has. Short ASCII is copied by hand. */
function appendText(text: string): void {
  const { length } = text;
  bytes.reserve(length + 1);
  const target = bytes.bytes;
  const from = bytes.length;
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    seen |= code;
    target[from + i] = code;
  }
  if (seen < 0x80) bytes.length = from + length;
  else bytes.text(text);
  bytes.u8(0xff);
}
