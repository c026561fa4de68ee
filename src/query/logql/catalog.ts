// Names and values of stream labels, streams, and how much they hold: what the endpoints ask for that
// are no queries. Answered from the table of streams and from sizes, never from bodies.

import type { Meter } from '#internal-telemetry/meter.ts';
import { InputError } from '#lib/errors.ts';
import { createGate, defaultPlaces, type Gate } from '#query/gate.ts';
import type { Labels } from '#query/vector/value.ts';
import { labelsKey, sortedLabels } from '#query/vector/value.ts';
import type { StoreReader } from '#store/contract.ts';
import { checkSelector } from './check/check.ts';
import { selectLabelCounts, selectLabelNames, selectLabelValues } from './compile/catalog.ts';
import type { StreamWindow } from './compile/stream.ts';
import { type DetectedLabel, detectLabels, type LabelCount } from './detected-labels.ts';
import { readStreams } from './eval/context.ts';
import { checkLength, defaultLogqlLimits, type LogqlLimits } from './limits.ts';
import type { MinedPattern } from './patterns/miner.ts';
import { readPatterns } from './patterns/read.ts';
import type { Matcher } from './syntax/ast.ts';
import { parse } from './syntax/parser.ts';
import type { VolumeGrouping } from './volume/series.ts';
import { type LogVolume, readStats, readVolumeSlots, type VolumeSlot } from './volume/volume.ts';

export interface CatalogRequest extends StreamWindow {
  readonly signal?: AbortSignal;
}

export interface VolumeRequest extends CatalogRequest, VolumeGrouping {
  /** 0n: one slot for the whole range. */
  readonly stepNano: bigint;
}

export interface LogCatalog {
  /** Sorted. `selector` is a stream selector or ''. */
  labels(request: CatalogRequest, selector: string): Promise<string[]>;
  /** Sorted. */
  labelValues(request: CatalogRequest, name: string, selector: string): Promise<string[]>;
  /** The label sets that any of the selectors matches; all of them without a selector. */
  series(request: CatalogRequest, selectors: readonly string[]): Promise<Labels[]>;
  /** The labels that tell streams apart, and their numbers of values. */
  detectedLabels(request: CatalogRequest, selector: string): Promise<DetectedLabel[]>;
  /** How much the selector matches. An empty selector is an error. */
  stats(request: CatalogRequest, selector: string): Promise<LogVolume>;
  /** The same by labels. An empty selector is an error, `{}` means everything. */
  volumes(request: VolumeRequest, selector: string): Promise<VolumeSlot[]>;
  /** What the lines say, the most frequent first. An empty selector is an error. */
  patterns(
    request: CatalogRequest,
    selector: string,
    stepNano: bigint,
  ): Promise<readonly MinedPattern[]>;
}

export interface LogCatalogOptions {
  readonly reader: StoreReader;
  /** Refuse what Loki refuses, and tell sizes as Loki does. */
  readonly isStrict: boolean;
  /** For the length of a range and the time that an answer may take. */
  readonly limits?: LogqlLimits;
  /** Shared with the engines. */
  readonly gate?: Gate;
  /** `query.max_pattern_lines`: lines that patterns are made of; of more a sample is taken. */
  readonly patternLinesMax?: number;
  readonly meter?: Meter;
}

const patternLinesDefault = 20_000;

export function createLogCatalog(options: LogCatalogOptions): LogCatalog {
  const { reader, isStrict, gate = createGate(defaultPlaces) } = options;
  const { limits = defaultLogqlLimits, patternLinesMax: linesMax = patternLinesDefault } = options;
  const lines = options.meter?.counter(
    'sightline_query_pattern_lines_total',
    'Log lines that patterns were asked of, by whether they were looked at or passed over.',
  );
  const matchersOf = (selector: string): readonly Matcher[] => readSelector(selector, isStrict);
  // The series endpoint takes any selector, in Loki too.
  const anyMatchersOf = (selector: string): readonly Matcher[] => readSelector(selector, false);
  const readOf = (request: CatalogRequest) => {
    const { fromNano: startNano, toNano: endNano, signal } = request;
    if (isStrict) checkLength({ startNano, endNano }, limits, isStrict);
    return { timeoutMs: limits.timeoutMs, ...(signal ? { signal } : {}) };
  };
  const volumeContext = (request: CatalogRequest) => ({ reader, isStrict, read: readOf(request) });
  const catalog: LogCatalog = {
    labels: async (request, selector) => {
      const select = selectLabelNames(request, matchersOf(selector));
      const rows = await reader.rows<{ name: string }>(select, readOf(request));
      return rows.map(({ name }) => name);
    },
    labelValues: async (request, name, selector) => {
      const select = selectLabelValues(request, name, matchersOf(selector));
      const rows = await reader.rows<{ value: string }>(select, readOf(request));
      return rows.map(({ value }) => value);
    },
    series: async (request, selectors) => {
      const found = new Map<string, Labels>();
      const groups = selectors.length === 0 ? [''] : [...new Set(selectors)];
      const matchersOfGroups = groups.map(anyMatchersOf);
      if (isStrict && groups.length > 1) checkGroups(groups, matchersOfGroups);
      const context = { reader, read: readOf(request) };
      for (const matchers of matchersOfGroups) {
        for (const { labels } of await readStreams(context, request, matchers)) {
          const sorted = sortedLabels(labels);
          found.set(labelsKey(sorted), sorted);
        }
      }
      return [...found.values()];
    },
    detectedLabels: async (request, selector) => {
      const select = selectLabelCounts(request, matchersOf(selector));
      return detectLabels(await reader.rows<LabelCount>(select, readOf(request)));
    },
    stats: async (request, selector) =>
      readStats(volumeContext(request), request, requireSelector(selector, isStrict)),
    volumes: async (request, selector) => {
      const acceptsAll = isEverything(selector);
      const matchers = requireSelector(selector, isStrict && !acceptsAll);
      return readVolumeSlots(volumeContext(request), request, { ...request, matchers });
    },
    patterns: async (request, selector, stepNano) => {
      const matchers = requireSelector(selector, isStrict);
      const context = { reader, read: readOf(request), linesMax };
      const { patterns, total, looked } = await readPatterns(context, request, matchers, stepNano);
      lines?.add(looked, { result: 'looked_at' });
      lines?.add(total - looked, { result: 'passed_over' });
      return patterns;
    },
  };
  return {
    labels: (...asked) => gate.pass(() => catalog.labels(...asked)),
    labelValues: (...asked) => gate.pass(() => catalog.labelValues(...asked)),
    series: (...asked) => gate.pass(() => catalog.series(...asked)),
    detectedLabels: (...asked) => gate.pass(() => catalog.detectedLabels(...asked)),
    stats: (...asked) => gate.pass(() => catalog.stats(...asked)),
    volumes: (...asked) => gate.pass(() => catalog.volumes(...asked)),
    patterns: (...asked) => gate.pass(() => catalog.patterns(...asked)),
  };
}

/** Loki takes `{}` alone. */
function checkGroups(groups: readonly string[], matchers: readonly (readonly Matcher[])[]): void {
  const empty = matchers.findIndex(({ length }) => length === 0);
  if (empty >= 0) throw new InputError('logql_check', `0 matchers in group: ${groups[empty]}`);
}

const isEverything = (selector: string): boolean => /^\s*\{\s*\}\s*$/.test(selector);

function requireSelector(selector: string, isStrict: boolean): readonly Matcher[] {
  const expr = parse(selector);
  if (expr.kind !== 'log' || expr.stages.length > 0) {
    throw new InputError('logql_check', 'only label matchers are supported', { span: expr.span });
  }
  checkSelector(expr.matchers, { isStrict });
  return expr.matchers;
}

const readSelector = (selector: string, isStrict: boolean): readonly Matcher[] =>
  selector.trim() === '' ? [] : requireSelector(selector, isStrict);
