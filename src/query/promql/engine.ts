// The PromQL engine: query text, times and tenant in, typed values out.

import { type Clock, systemClock } from '#lib/clock.ts';
import { BugError, InputError } from '#lib/errors.ts';
import { createGate, defaultPlaces, type Gate } from '#query/gate.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { sortByLabels } from '#query/vector/label.ts';
import type { Grid, GridSeries, Labels, RawSeries } from '#query/vector/value.ts';
import type { StoreReader } from '#store/contract.ts';
import { queryError } from './check/check.ts';
import { typeNames } from './check/type.ts';
import type { PushDownMode } from './compile/compile.ts';
import { forEachWindow } from './eval/window.ts';
import type { Value, Windows } from './function/definition.ts';
import { Budget, defaultPromqlLimits, type PromqlLimits } from './read/budget.ts';
import type { SampleSource } from './read/source.ts';
import { createStoreSource } from './read/store-source.ts';
import { checkQuery, run } from './run.ts';

export interface PromqlEngineOptions {
  /** Either a store … */
  readonly reader?: StoreReader;
  /** … or any other source of samples. */
  readonly source?: SampleSource;
  readonly limits?: Partial<PromqlLimits>;
  /** `query.push_down`; default auto. */
  readonly pushDown?: PushDownMode;
  /** `compat.strict`; default false. */
  readonly isStrict?: boolean;
  /** `query.lookback`; default 5 min. */
  readonly lookbackMs?: number;
  readonly clock?: Clock;
  /** Shared by all engines; default: one of its own. */
  readonly gate?: Gate;
}

interface QueryScope {
  readonly query: string;
  readonly tenant: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly lookbackMs?: number;
}

export interface InstantQuery extends QueryScope {
  readonly timeMs: number;
}

export interface RangeQuery extends QueryScope {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

interface Annotations {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Where `histogram` is one, `value` means nothing. */
export interface VectorSample {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram?: Histogram;
}

export type InstantValue =
  | { readonly kind: 'vector'; readonly samples: readonly VectorSample[] }
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'matrix'; readonly series: readonly RawSeries[] };

export interface InstantResult extends Annotations {
  readonly timeMs: number;
  readonly value: InstantValue;
}

export interface RangeResult extends Annotations {
  readonly grid: Grid;
  /** Ordered by labels; a scalar is one series without labels. */
  readonly series: readonly GridSeries[];
}

/**
 * Throws InputError for a query that is wrong or costs more than a limit, OperationError
 * `query_timeout`, `query_canceled`, `query_too_many`, and what the store throws.
 */
export interface PromqlEngine {
  instant(query: InstantQuery): Promise<InstantResult>;
  range(query: RangeQuery): Promise<RangeResult>;
}

export const pointsMax = 11_000;
const defaultLookbackMs = 300_000;
const defaultSubqueryStepMs = 60_000;

export function createPromqlEngine(options: PromqlEngineOptions): PromqlEngine {
  const { reader, pushDown = 'auto', clock = systemClock, isStrict = false } = options;
  const limits = { ...defaultPromqlLimits, ...options.limits };
  const source = options.source ?? (reader && createStoreSource(reader, pushDown));
  if (!source) throw new BugError('BUG: an engine needs a reader or a source');
  const gate = options.gate ?? createGate(defaultPlaces);

  const evaluateOn = (grid: Grid, query: QueryScope, isRange: boolean) => {
    const checked = checkQuery(query.query);
    if (isRange && checked.type !== 'scalar' && checked.type !== 'vector') {
      const what = `invalid expression type "${typeNames[checked.type]}" for range query, must be Scalar or instant Vector`;
      throw queryError(query.query, { code: 'promql_type', span: checked.root.span, what });
    }
    const { signal, timeoutMs, tenant } = query;
    const budget = new Budget({ limits, clock, timeoutMs, signal });
    return gate.pass(() => {
      budget.checkpoint();
      return run(checked, {
        source,
        grid,
        tenant,
        isStrict,
        budget,
        lookbackMs: query.lookbackMs ?? options.lookbackMs ?? defaultLookbackMs,
        subqueryStepMs: defaultSubqueryStepMs,
      });
    });
  };
  return {
    instant: async (query) => {
      const grid = { startMs: query.timeMs, stepMs: 1, count: 1 };
      const { value, warnings, infos } = await evaluateOn(grid, query, false);
      return { timeMs: query.timeMs, value: toInstant(value), warnings, infos };
    },
    range: async (query) => {
      const grid = gridOf(query);
      const { value, warnings, infos } = await evaluateOn(grid, query, true);
      return { grid, series: toSeries(value), warnings, infos };
    },
  };
}

function gridOf({ startMs, endMs, stepMs }: RangeQuery): Grid {
  if (stepMs <= 0) {
    throw new InputError(
      'promql_duration',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if (endMs < startMs) {
    throw new InputError('promql_duration', 'end timestamp must not be before start time');
  }
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  if (count > pointsMax) {
    throw new InputError(
      'limit_points',
      `exceeded maximum resolution of ${pointsMax.toLocaleString('en')} points per timeseries. Try decreasing the query resolution (?step=XX)`,
    );
  }
  return { startMs, stepMs, count };
}

function toSeries(value: Value): readonly GridSeries[] {
  if (value.kind === 'scalar') {
    const present = new Uint8Array(value.values.length).fill(1);
    return [{ labels: {}, values: value.values, present }];
  }
  if (value.kind !== 'vector') throw new BugError('BUG: a range query is of scalars or vectors');
  return sortByLabels(value.series.filter(({ present }) => present.includes(1)));
}

function toInstant(value: Value): InstantValue {
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', value: value.values[0] as number };
    case 'string':
      return value;
    case 'vector':
      return {
        kind: 'vector',
        samples: value.series
          .filter(({ present }) => present[0])
          .map(({ labels, values, histograms }) => {
            const value = values[0] as number;
            const histogram = histograms?.[0];
            return histogram ? { labels, value, histogram } : { labels, value };
          }),
      };
    case 'matrix':
      return { kind: 'matrix', series: insideWindow(value.windows) };
  }
}

function insideWindow(windows: Windows): RawSeries[] {
  const kept: RawSeries[] = [];
  for (const raw of windows.series) {
    forEachWindow(raw, windows, (_, from, to) => {
      const times = raw.times.slice(from, to);
      const histograms = raw.histograms?.slice(from, to);
      const values = raw.values.slice(from, to);
      kept.push({ labels: raw.labels, times, values, ...(histograms ? { histograms } : {}) });
    });
  }
  return sortByLabels(kept);
}
