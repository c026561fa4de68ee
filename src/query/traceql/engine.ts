// TraceQL from text to answer: parse → check → plan → (compile → read → evaluate) per slice of time.
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import type { UnixNano } from '#model/unit.ts';
import { createGate, defaultPlaces, type Gate } from '#query/gate.ts';
import { timedReader } from '#query/timed-reader.ts';
import type { StoreReader } from '#store/contract.ts';
import { indexedReadSettings } from '#store/table/spans.ts';
import { check } from './check/check.ts';
import { isPushed } from './compile/search.ts';
import { compileTrace } from './compile/trace.ts';
import { hexOf, unhex } from './eval/span-rows.ts';
import { asTempoKeeps, type FullSpanRow, toStoredSpans } from './eval/stored-spans.ts';
import type { FoundTrace } from './eval/summary.ts';
import type { Value } from './eval/value.ts';
import type { MetricsAnswer, MetricsRequest } from './metrics/answer.ts';
import { runMetrics } from './metrics/run.ts';
import { createOriginReader, type OriginReader } from './origins.ts';
import { planSearch } from './plan/plan.ts';
import { runRankedSearch } from './ranked-search.ts';
import { spansOfOneMax, spansPerRead, tooManySpans, withinRows } from './read-traces.ts';
import { runSearch, type SearchAnswer } from './search.ts';
import { defaultOrder, parseCursor, type SearchOrder } from './search-cursor.ts';
import { parse, parseTag } from './syntax/parse.ts';
import { intrinsicTags, readTags, readTagValues, type TagNames, tagScopes } from './tags.ts';
import { parseTraceId } from './trace-id.ts';

export interface TraceqlLimits {
  /** `query.traceql.max_traces`: traces that one search may read whole. Default 100,000. */
  readonly tracesMax: number;
  /** `query.traceql.max_series`: series of one metrics answer. Default 20,000. */
  readonly seriesMax: number;
  /** `query.traceql.trace_spread`: how far around its matching span a trace is looked for. Default 6 h. */
  readonly traceSpreadMs: number;
  /** The time range of a search without start. Default 7 d. */
  readonly searchRangeMs: number;
  /** The time range of completion without start. Default 6 h. */
  readonly tagRangeMs: number;
  /** `query.timeout`, for all reads of one question together. Default 2 min. */
  readonly timeoutMs: number;
}

export const defaultTraceqlLimits: TraceqlLimits = {
  tracesMax: 100_000,
  seriesMax: 20_000,
  traceSpreadMs: 6 * 3_600_000,
  searchRangeMs: 7 * 86_400_000,
  tagRangeMs: 6 * 3_600_000,
  timeoutMs: 120_000,
};

export interface TraceqlOptions {
  readonly reader: StoreReader;
  readonly clock: Clock;
  readonly limits?: Partial<TraceqlLimits>;
  /** Refuse what Tempo refuses. */
  readonly isStrict?: boolean;
  /** `never` reads every trace of the range and evaluates it here; `always` fails instead. */
  readonly pushDown?: 'auto' | 'always' | 'never';
  /** Every question passes it once; shared by all engines. */
  readonly gate?: Gate;
}

/** Half-open, in nanoseconds; without an end it is now. */
export interface RequestRange {
  readonly tenant: string;
  readonly fromNano?: UnixNano | undefined;
  readonly toNano?: UnixNano | undefined;
}

export interface SearchRequest extends RequestRange {
  readonly query: string;
  /** Traces of the answer; 0 for none. */
  readonly limit: number;
  readonly spansPerSpanset: number;
  /** Newest first unless named; ties by trace id. */
  readonly orderBy?: SearchOrder | undefined;
  /** `next` of an answer in the same order: the traces that follow it. */
  readonly after?: string | undefined;
  /**
   * Told the first traces of the answer, each once and in its order, while others are looked for. In
   * orders but the default it is not called.
   */
  readonly onTraces?: ((traces: readonly FoundTrace[]) => void) | undefined;
}

export interface TagRequest extends RequestRange {
  readonly limit: number;
  /** Only attributes of spans that this query's first filter keeps. */
  readonly filter?: string | undefined;
}

export interface TraceqlEngine {
  /** In a total order, so that the same data gives the same answer and pages miss nothing. */
  search(request: SearchRequest, signal?: AbortSignal): Promise<SearchAnswer>;
  /** Every span of a trace by start, or undefined when there is none. */
  trace(request: TraceRequest, signal?: AbortSignal): Promise<FoundSpans | undefined>;
  /** Series of values over time. */
  metricsRange(request: MetricsRequest, signal?: AbortSignal): Promise<MetricsAnswer>;
  /** One value per series, over the whole range. */
  metricsInstant(request: MetricsRequest, signal?: AbortSignal): Promise<MetricsAnswer>;
  /** Several traces in one read, whole, in the order asked for; ids (32 hex digits) that are not there are left out. */
  traces(request: TracesRequest, signal?: AbortSignal): Promise<FoundSpans[]>;
  /** Names by scope; all scopes unless one is named. */
  tags(
    request: TagRequest & { readonly scope?: string | undefined },
    signal?: AbortSignal,
  ): Promise<TagNames[]>;
  /** Values of an attribute or intrinsic, written as in a query. */
  tagValues(request: TagRequest & { readonly tag: string }, signal?: AbortSignal): Promise<Value[]>;
}

export interface TraceRequest {
  readonly tenant: string;
  /** As people write it: see trace-id.ts. */
  readonly traceId: string;
}

export interface TracesRequest {
  readonly tenant: string;
  /** 32 hex digits each. */
  readonly traceIds: readonly string[];
}

export interface FoundSpans {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly spans: readonly StoredSpan[];
}

const nanoPerMs = 1_000_000n;

export function createTraceqlEngine(options: TraceqlOptions): TraceqlEngine {
  const { clock, isStrict = false, pushDown = 'auto' } = options;
  const limits = { ...defaultTraceqlLimits, ...options.limits };
  const origins = createOriginReader(options.reader);
  const gate = options.gate ?? createGate(defaultPlaces);
  const admit = <T>(work: (reader: StoreReader) => Promise<T>): Promise<T> =>
    gate.pass(() => work(timedReader(options.reader, clock, limits.timeoutMs)));
  const rangeOf = (request: RequestRange, defaultMs: number) => {
    const toNano = request.toNano ?? clock.nowNano();
    const fromNano = request.fromNano ?? toNano - BigInt(defaultMs) * nanoPerMs;
    if (fromNano > toNano) {
      throw new InputError('traceql_range', 'cannot search: the end lies before the start');
    }
    return { tenant: request.tenant, fromNano, toNano };
  };
  const tagOptions = (request: TagRequest) => ({
    range: rangeOf(request, limits.tagRangeMs),
    filter: request.filter,
    limit: request.limit,
  });

  const metrics = (kind: 'range' | 'instant', request: MetricsRequest, signal?: AbortSignal) =>
    admit((reader) =>
      runMetrics(kind, request, {
        reader,
        origins,
        isStrict,
        pushDown,
        nowNano: clock.nowNano(),
        traceSpreadNano: BigInt(limits.traceSpreadMs) * nanoPerMs,
        ...limits,
        signal,
      }),
    );

  return {
    metricsRange: (request, signal) => metrics('range', request, signal),
    metricsInstant: (request, signal) => metrics('instant', request, signal),
    traces: (request, signal) =>
      admit((reader) => readTraces({ reader, origins }, request, signal)),
    search: async (request, signal) => {
      const plan = planSearch(check(parse(request.query, { isStrict }), { isStrict }));
      if (pushDown === 'always' && !isPushed(plan)) {
        const message = 'cannot run this query wholly in the engine; set query.push_down to auto';
        throw new InputError('traceql_not_pushed', message);
      }
      const range = rangeOf(request, limits.searchRangeMs);
      const { limit, spansPerSpanset, orderBy = defaultOrder, onTraces } = request;
      const after = request.after === undefined ? undefined : parseCursor(request.after, orderBy);
      const searchOptions = { range, limit, spansPerSpanset, after, onTraces, signal };
      const settings = {
        origins,
        pushDown: pushDown !== 'never',
        traceSpreadNano: BigInt(limits.traceSpreadMs) * nanoPerMs,
        tracesMax: limits.tracesMax,
      };
      return admit((reader) =>
        orderBy === 'start'
          ? runSearch(plan, { ...settings, reader }, searchOptions)
          : runRankedSearch(plan, orderBy, { ...settings, reader }, searchOptions),
      );
    },
    trace: (request, signal) =>
      admit((reader) => readTrace({ reader, origins, isStrict }, request, signal)),
    tags: async (request, signal) => {
      const { scope } = request;
      const isAll = scope === undefined || scope === '' || scope === 'none';
      const wanted = tagScopes.filter((each) => isAll || each === scope);
      const named = await admit((reader) =>
        readTags(wanted, tagOptions(request), { reader, isStrict, signal }),
      );
      const hasIntrinsics = isAll || scope === 'intrinsic';
      return hasIntrinsics ? [...named, { scope: 'intrinsic', tags: intrinsicTags }] : named;
    },
    tagValues: (request, signal) => {
      const field = parseTag(request.tag, { isStrict });
      return admit((reader) =>
        readTagValues(field, tagOptions(request), { reader, isStrict, signal }),
      );
    },
  };
}

interface TraceSources {
  readonly reader: StoreReader;
  readonly origins: OriginReader;
  readonly isStrict: boolean;
}

async function readTrace(
  { isStrict, ...sources }: TraceSources,
  { tenant, traceId }: TraceRequest,
  signal: AbortSignal | undefined,
): Promise<FoundSpans | undefined> {
  // Of what may be meant the first that is there.
  const [found] = await readTraces(
    sources,
    { tenant, traceIds: parseTraceId(traceId, isStrict) },
    signal,
  );
  if (found === undefined || !isStrict) return found;
  return { ...found, spans: found.spans.map(asTempoKeeps) };
}

/** A few granules of many: a third of the engine's work is saved. */
const pointRead = { max_threads: 1, ...indexedReadSettings };

async function readTraces(
  { reader, origins }: Omit<TraceSources, 'isStrict'>,
  { tenant, traceIds }: TracesRequest,
  signal: AbortSignal | undefined,
): Promise<FoundSpans[]> {
  if (traceIds.length === 0) return [];
  const select = compileTrace(tenant, traceIds.map(unhex));
  const max = traceIds.length === 1 ? spansOfOneMax : spansPerRead;
  const rows = await withinRows(max, (maxRows) =>
    reader.rows<FullSpanRow>(select, {
      maxRows,
      settings: pointRead,
      ...(signal ? { signal } : {}),
    }),
  );
  if (rows === undefined) throw tooManySpans(max);
  let fromNano = rows[0]?.start_unix_nano ?? 0n;
  let toNano = fromNano;
  const byTrace = new Map<string, FullSpanRow[]>(traceIds.map((id) => [id, []]));
  for (const row of rows) {
    if (row.start_unix_nano < fromNano) fromNano = row.start_unix_nano;
    if (row.start_unix_nano > toNano) toNano = row.start_unix_nano;
    byTrace.get(hexOf(row.trace_id))?.push(row);
  }
  const scopeIds = [...new Set(rows.map((row) => row.scope_id))];
  const known = await origins.read(scopeIds, { tenant, fromNano, toNano }, signal);
  return [...byTrace]
    .filter(([, of]) => of.length > 0)
    .map(([traceId, of]) => ({ traceId, spans: toStoredSpans(of, known) }));
}
