// Which series a line of a page is: from the last page, from the cache, or from its labels.
import { parseFloatText } from '#codec/exposition/float.ts';
import { OpenMetricsPage } from '#codec/exposition/openmetrics.ts';
import { type EntryKind, entryKind, type MetricType, type Page } from '#codec/exposition/page.ts';
import { InputError } from '#lib/errors.ts';
import type { Pairs } from '#model/canonical.ts';
import { baseName, isOfFamily } from './family.ts';
import type { PageContext } from './page-intake.ts';
import { toStoredLabels } from './sample-labels.ts';
import type {
  CachedLine,
  ClassicGroup,
  ClassicMember,
  FamilyMetadata,
  ScrapedSeries,
  StartTime,
} from './series-cache.ts';
import { startKey } from './start-times.ts';

type ResolverContext = Pick<PageContext, 'config' | 'targetLabels' | 'cache' | 'builder'>;

export class LineResolver {
  readonly #page: Page;
  readonly #context: ResolverContext;
  /** Of the last type, help or unit. */
  #metadata: FamilyMetadata | undefined;

  constructor(page: Page, context: ResolverContext) {
    this.#page = page;
    this.#context = context;
  }

  /** The line that the page stands on. Throws InputError where its labels break a limit. */
  resolve(kind: EntryKind): CachedLine {
    const page = this.#page;
    const { cache } = this.#context;
    const line = page.known >= 0 ? cache.line(page.known) : this.#find(kind);
    cache.see(line);
    const { metadata, member } = line;
    if (metadata !== undefined) {
      this.#metadata = metadata;
      metadata.seenIn = cache.scrape;
      if (kind === entryKind.type) page.type = line.type;
    }
    if (member !== undefined) member.group.seenIn = cache.scrape;
    page.settle(line.id);
    return line;
  }

  /** A line that says since when samples count. */
  addStart(key: string, from: number, to: number): StartTime | undefined {
    const bytes = this.#page.keyBytes.subarray(from, to);
    const labels = startLabels(bytes);
    if (labels === undefined) return undefined;
    const { cache } = this.#context;
    const start = this.#startOf(startKey(labels, 'counter') as string);
    cache.startLines.set(key, start);
    return start;
  }

  #find(kind: EntryKind): CachedLine {
    if (kind !== entryKind.sample && kind !== entryKind.histogram) return this.#described(kind);
    const { keyBytes, keyFrom, keyTo } = this.#page;
    const { buffer, byteOffset } = keyBytes;
    const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset + keyFrom, keyTo - keyFrom);
    const key = bytes.toString('latin1');
    return this.#context.cache.lineOfKey(key) ?? this.#resolveSeries(kind, key);
  }

  #described(kind: EntryKind): CachedLine {
    const { family, text, type } = this.#page;
    const { cache } = this.#context;
    let metadata = cache.families.get(family);
    if (metadata === undefined) {
      const facts = { family, type: 'unknown', help: '', unit: '', seenIn: cache.scrape };
      metadata = { ...facts, isChanged: true, writtenDay: 0 };
      cache.families.set(family, metadata);
    }
    const part = kind === entryKind.type ? 'type' : kind === entryKind.help ? 'help' : 'unit';
    if (metadata[part] !== text) metadata.isChanged = true;
    metadata[part] = text;
    return cache.addLine({ kind, key: '', type, metadata });
  }

  #resolveSeries(kind: EntryKind, key: string): CachedLine {
    const page = this.#page;
    const { cache } = this.#context;
    const { type } = page;
    const shown = page.labels();
    const isClassic = kind === entryKind.sample;
    const member = isClassic && !page.isBesideNative ? this.#memberOf(shown, type) : undefined;
    const isKept = member === undefined || this.#context.config.alwaysScrapeClassicHistograms;
    const series = isKept ? this.#seriesOf(shown, type) : undefined;
    const start = isClassic && page.startMs === undefined ? this.#startFor(shown, type) : undefined;
    return cache.addLine({ kind, key, type, series, member, start });
  }

  #seriesOf(shown: Pairs, type: MetricType): ScrapedSeries | undefined {
    const { config, targetLabels, cache, builder } = this.#context;
    const labels = toStoredLabels(shown, targetLabels, config);
    if (labels === undefined) return undefined;
    const name = shown.find(([label]) => label === '__name__')?.[1] ?? '';
    const family = this.#familyOf(name, type);
    return cache.seriesOf(labels, (shared) => builder.series(shared, family));
  }

  #familyOf(name: string, type: MetricType) {
    const metadata = this.#metadata;
    if (metadata === undefined || !isOfFamily(name, metadata.family, type)) return undefined;
    return { type: metadata.type, unit: metadata.unit };
  }

  #startFor(shown: Pairs, type: MetricType): StartTime | undefined {
    const { cache } = this.#context;
    if (cache.startLines.size === 0) return undefined;
    const name = shown.find(([label]) => label === '__name__')?.[1] ?? '';
    if (name.endsWith('_created')) return undefined;
    const key = startKey(shown, type);
    return key === undefined ? undefined : this.#startOf(key);
  }

  #startOf(key: string): StartTime {
    const { starts } = this.#context.cache;
    let start = starts.get(key);
    if (start === undefined) {
      start = { timeMs: undefined };
      starts.set(key, start);
    }
    return start;
  }

  /** Of a line of a classic histogram that is to be converted: what it is in it. */
  #memberOf(shown: Pairs, type: MetricType): ClassicMember | undefined {
    if (!this.#context.config.convertClassicHistogramsToNhcb || type !== 'histogram') {
      return undefined;
    }
    const name = shown.find(([label]) => label === '__name__')?.[1] ?? '';
    const base = baseName(name, type);
    if (base !== this.#metadata?.family) return undefined;
    const part = name.slice(base.length + 1);
    if (part !== 'bucket' && part !== 'sum' && part !== 'count') return undefined;
    const bound = parseFloatText(shown.find(([label]) => label === 'le')?.[1] ?? '');
    if (part === 'bucket' && (bound === undefined || Number.isNaN(bound))) return undefined;
    const labels = shown
      .filter(([label]) => label !== 'le')
      .map(([label, value]) => [label, label === '__name__' ? base : value] as const);
    return { group: this.#groupOf(labels, type), part, bound: bound ?? 0 };
  }

  #groupOf(labels: Pairs, type: MetricType): ClassicGroup {
    const { cache } = this.#context;
    const key = JSON.stringify(labels);
    let group = cache.groups.get(key);
    if (group === undefined) {
      group = { series: this.#seriesOf(labels, type), seenIn: cache.scrape };
      cache.groups.set(key, group);
    }
    return group;
  }
}

/** Undefined for what is no line of a series: reading the page says what is wrong with it. */
function startLabels(line: Uint8Array): Pairs | undefined {
  try {
    const page = new OpenMetricsPage(Buffer.concat([line, Buffer.of(0x0a)]));
    if (page.next() !== entryKind.sample) return undefined;
    const labels = page.labels();
    const name = labels.find(([label]) => label === '__name__')?.[1] ?? '';
    return name.endsWith('_created') ? labels : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
