// The PromQL engine: query text, times and tenant in, typed values out.

import { type Clock, systemClock } from '#lib/clock.ts';
import { BugError, InputError } from '#lib/errors.ts';
import { createGate, defaultPlaces, type Gate } from '#query/gate.ts';
import type { Histogram } from '#query/vector/histogram/histogram.ts';
import { dropName, sortByLabels } from '#query/vector/label.ts';
import { mergeEqualLabels, withoutEmpty } from '#query/vector/merge.ts';
import {
  type Grid,
  type GridSeries,
  type Labels,
  labelsKey,
  type RawSeries,
} from '#query/vector/value.ts';
import type { StoreReader } from '#store/contract.ts';
import { cachedSource } from './cache/cached-source.ts';
import type { CacheMemory } from './cache/memory.ts';
import { queryError } from './check/check.ts';
import { typeNames } from './check/type.ts';
import type { PushDownMode } from './compile/compile.ts';
import { Turns } from './eval/turns.ts';
import { forEachWindow } from './eval/window.ts';
import type { Value, Windows } from './function/definition.ts';
import { ObservedSource, type Pushed } from './observed-source.ts';
import { plan } from './plan/plan.ts';
import { Budget, defaultPromqlLimits, type PromqlLimits } from './read/budget.ts';
import type { SampleSource } from './read/source.ts';
import { createStoreSource } from './read/store-source.ts';
import { checkQuery, run } from './run.ts';
import { countSamples, type QueryStats } from './stats.ts';
import type { Matcher } from './syntax/ast.ts';

export interface PromqlEngineOptions {
  /** Either a store … */
  readonly reader?: StoreReader;
  /** … or any other source of samples. */
  readonly source?: SampleSource;
  readonly limits?: Partial<PromqlLimits>;
  /** Answers and samples are remembered in it; default: nothing is. */
  readonly cache?: CacheMemory | undefined;
  /** `query.push_down`; default auto. */
  readonly pushDown?: PushDownMode;
  /** `compat.strict`; default false. */
  readonly isStrict?: boolean;
  /** `query.lookback`; default 5 min. */
  readonly lookbackMs?: number;
  /** The step of subqueries that name none, asked for at each query; default 1 min. */
  readonly subqueryStepMs?: (() => number) | undefined;
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
  /** Counts samples and times; the query then runs outside of the engine. */
  readonly wantsStats?: boolean;
}

export interface InstantQuery extends QueryScope {
  readonly timeMs: number;
}

export interface RangeQuery extends QueryScope {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** Whole series by their selectors, any of which may match. */
export interface SelectQuery extends Omit<QueryScope, 'query' | 'lookbackMs' | 'wantsStats'> {
  readonly selectors: readonly (readonly Matcher[])[];
  /** Exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

interface Annotations {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

interface Outcome extends Annotations {
  /** How much of it was given to the engine, or to what is remembered of its answers. */
  readonly pushed: Pushed;
  /** When they were wanted. */
  readonly stats?: QueryStats;
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

export interface InstantResult extends Outcome {
  readonly timeMs: number;
  readonly value: InstantValue;
}

export interface RangeResult extends Outcome {
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
  /** Each series once, ordered by labels, stale markers included. */
  select(query: SelectQuery): Promise<readonly RawSeries[]>;
}

export const pointsMax = 11_000;
const defaultLookbackMs = 300_000;
const defaultSubqueryStepMs = 60_000;

export function createPromqlEngine(options: PromqlEngineOptions): PromqlEngine {
  const { reader, pushDown = 'auto', clock = systemClock, isStrict = false } = options;
  const limits = { ...defaultPromqlLimits, ...options.limits };
  const stored = options.source ?? (reader && createStoreSource(reader, pushDown));
  if (!stored) throw new BugError('BUG: an engine needs a reader or a source');
  const source = options.cache ? cachedSource(stored, options.cache) : stored;
  const gate = options.gate ?? createGate(defaultPlaces);

  const admit = <T>(query: Pick<QueryScope, 'signal' | 'timeoutMs'>, work: Work<T>): Promise<T> => {
    const { signal, timeoutMs } = query;
    const budget = new Budget({ limits, clock, timeoutMs, signal });
    return gate.pass(() => {
      budget.checkpoint();
      return work(budget);
    });
  };
  const evaluateOn = async (grid: Grid, query: QueryScope, endMs?: number): Promise<Ran> => {
    const watch = new Stopwatch(clock);
    const checked = checkQuery(query.query);
    if (endMs !== undefined && checked.type !== 'scalar' && checked.type !== 'vector') {
      const what = `invalid expression type "${typeNames[checked.type]}" for range query, must be Scalar or instant Vector`;
      throw queryError(query.query, { code: 'promql_type', span: checked.root.span, what });
    }
    const observed = new ObservedSource(source, query.wantsStats ?? false);
    const planning = {
      grid,
      ...(endMs === undefined ? {} : { endMs }),
      lookbackMs: query.lookbackMs ?? options.lookbackMs ?? defaultLookbackMs,
      subqueryStepMs: options.subqueryStepMs?.() ?? defaultSubqueryStepMs,
    };
    watch.lap('queryPreparationTime');
    return admit(query, async (budget) => {
      watch.lap('execQueueTime');
      const scope = { tenant: query.tenant, isStrict, budget };
      const result = await run(checked, { ...planning, ...scope, source: observed });
      watch.lap('innerEvalTime');
      if (!query.wantsStats) return { ...result, pushed: observed.pushed };
      const turns = new Turns(clock, () => budget.checkpoint());
      const counting = countSamples(plan(checked, planning).root, observed.samplesOf);
      const samples = await turns.finish(counting);
      return { ...result, pushed: observed.pushed, stats: { timings: watch.timings(), samples } };
    });
  };
  return {
    instant: async (query) => {
      const grid = { startMs: query.timeMs, stepMs: 1, count: 1 };
      const { value, ...outcome } = await evaluateOn(grid, query);
      return { timeMs: query.timeMs, value: toInstant(value), ...outcome };
    },
    range: async (query) => {
      const grid = gridOf(query);
      const { value, ...outcome } = await evaluateOn(grid, query, query.endMs);
      return { grid, series: toSeries(value), ...outcome };
    },
    select: (query) =>
      admit(query, async (budget) => {
        const { fromMs, toMs, tenant } = query;
        const bySelector = await Promise.all(
          query.selectors.map((matchers) =>
            source.select(
              { matchers, fromMs, toMs, withStale: true },
              { tenant, isStrict, budget },
            ),
          ),
        );
        const byLabels = new Map(bySelector.flat().map((one) => [labelsKey(one.labels), one]));
        return sortByLabels([...byLabels.values()]);
      }),
  };
}

type Work<T> = (budget: Budget) => Promise<T>;

interface Ran extends Outcome {
  readonly value: Value;
}

/** How long the phases of a query take. */
class Stopwatch {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #laps = { queryPreparationTime: 0, execQueueTime: 0, innerEvalTime: 0 };
  #lastMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
    this.#lastMs = this.#startMs;
  }

  /** The time since the last call belongs to `phase`. */
  lap(phase: 'queryPreparationTime' | 'execQueueTime' | 'innerEvalTime'): void {
    const nowMs = this.#clock.monotonicMs();
    this.#laps[phase] = secondsOf(nowMs - this.#lastMs);
    this.#lastMs = nowMs;
  }

  timings(): QueryStats['timings'] {
    const { queryPreparationTime, execQueueTime, innerEvalTime } = this.#laps;
    return {
      evalTotalTime: secondsOf((queryPreparationTime + innerEvalTime) * 1000),
      // Series come sorted from the source.
      resultSortTime: 0,
      queryPreparationTime,
      innerEvalTime,
      execQueueTime,
      execTotalTime: secondsOf(this.#lastMs - this.#startMs),
    };
  }
}

/** To the nanosecond. */
const secondsOf = (ms: number): number => Math.round(ms * 1e6) / 1e9;

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
  // As Prometheus counts: steps after the first.
  if (count > pointsMax + 1) {
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
  return sortByLabels(withFinalLabels(withoutEmpty(value.series)));
}

/** Names that were kept to the end only because operators may still look at them. */
function withFinalLabels(series: readonly GridSeries[]): readonly GridSeries[] {
  if (!series.some(({ dropsName }) => dropsName)) return series;
  return mergeEqualLabels(
    series.map((one) =>
      one.dropsName ? { ...one, labels: dropName(one.labels), dropsName: false } : one,
    ),
  );
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
        samples: withFinalLabels(value.series)
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
