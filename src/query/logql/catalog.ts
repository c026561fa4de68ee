// Names and values of stream labels, and streams: what the label endpoints ask for.
import type { Labels } from '#query/vector/value.ts';
import { labelsKey, sortedLabels } from '#query/vector/value.ts';
import type { StoreReader } from '#store/contract.ts';
import { checkSelector } from './check/check.ts';
import { selectLabelNames, selectLabelValues, selectVolume } from './compile/catalog.ts';
import type { StreamWindow } from './compile/stream.ts';
import { readStreams } from './eval/context.ts';
import type { Matcher } from './syntax/ast.ts';
import { parseMatchers } from './syntax/parser.ts';

export interface CatalogRequest extends StreamWindow {
  readonly signal?: AbortSignal;
}

export interface LogCatalog {
  /** Sorted. `selector` is a stream selector or ''. */
  labels(request: CatalogRequest, selector: string): Promise<string[]>;
  /** Sorted. */
  labelValues(request: CatalogRequest, name: string, selector: string): Promise<string[]>;
  /** The label sets that any of the selectors matches; all of them without a selector. */
  series(request: CatalogRequest, selectors: readonly string[]): Promise<Labels[]>;
  /** How much the selector matches. */
  volume(request: CatalogRequest, selector: string): Promise<LogVolume>;
}

export interface LogVolume {
  readonly streams: number;
  readonly entries: number;
  readonly bytes: number;
}

export interface LogCatalogOptions {
  readonly reader: StoreReader;
  /** Refuse what Loki refuses: a selector that selects nothing. */
  readonly isStrict: boolean;
}

export function createLogCatalog({ reader, isStrict }: LogCatalogOptions): LogCatalog {
  const matchersOf = (selector: string): readonly Matcher[] => readSelector(selector, isStrict);
  // The series endpoint takes any selector, in Loki too.
  const anyMatchersOf = (selector: string): readonly Matcher[] => readSelector(selector, false);
  const readOf = ({ signal }: CatalogRequest) => (signal ? { signal } : {});
  return {
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
      for (const selector of selectors.length === 0 ? [''] : selectors) {
        const context = { reader, read: readOf(request) };
        for (const { labels } of await readStreams(context, request, anyMatchersOf(selector))) {
          const sorted = sortedLabels(labels);
          found.set(labelsKey(sorted), sorted);
        }
      }
      return [...found.values()];
    },
    volume: async (request, selector) => {
      const select = selectVolume(request, matchersOf(selector));
      const [row] = await reader.rows<LogVolume>(select, readOf(request));
      return row ?? { streams: 0, entries: 0, bytes: 0 };
    },
  };
}

function readSelector(selector: string, isStrict: boolean): readonly Matcher[] {
  if (selector.trim() === '') return [];
  const matchers = parseMatchers(selector);
  checkSelector(matchers, { isStrict });
  return matchers;
}
