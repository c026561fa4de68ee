// TraceQL from text to answer: parse → check → plan → (compile → read → evaluate) per slice of time.
import type { Clock } from '#lib/clock.ts';
import { InputError } from '#lib/errors.ts';
import type { StoredSpan } from '#model/stored-span.ts';
import type { UnixNano } from '#model/unit.ts';
import { createGate, defaultPlaces, type Gate } from '#query/gate.ts';
import type { StoreReader } from '#store/contract.ts';
import { check } from './check/check.ts';
import { isPushed } from './compile/search.ts';
import { compileTrace } from './compile/trace.ts';
import { hexOf, unhex } from './eval/span-rows.ts';
import { type FullSpanRow, toStoredSpans } from './eval/stored-spans.ts';
import type { Value } from './eval/value.ts';
import { createOriginReader, type OriginReader } from './origins.ts';
import { planSearch } from './plan/plan.ts';
import { runSearch, type SearchAnswer } from './search.ts';
import { parse, parseTag } from './syntax/parse.ts';
import { intrinsicTags, readTags, readTagValues, type TagNames, tagScopes } from './tags.ts';
import { parseTraceId } from './trace-id.ts';

export interface TraceqlLimits {
  /** `query.traceql.max_traces`: traces that one search may read whole. Default 100,000. */
  readonly tracesMax: number;
  /** A trace is looked for this far before and after its matching span. Default 6 h. */
  readonly traceSpreadMs: number;
  /** The time range of a search without start. Default 7 d. */
  readonly searchRangeMs: number;
  /** The time range of completion without start. Default 6 h. */
  readonly tagRangeMs: number;
}

export const defaultTraceqlLimits: TraceqlLimits = {
  tracesMax: 100_000,
  traceSpreadMs: 6 * 3_600_000,
  searchRangeMs: 7 * 86_400_000,
  tagRangeMs: 6 * 3_600_000,
};

export interface TraceqlOptions {
  readonly reader: StoreReader;
  readonly clock: Clock;
  readonly limits?: Partial<TraceqlLimits>;
  /** Refuse what Tempo refuses. */
  readonly isStrict?: boolean;
  /** `never` reads every trace of the range and evaluates it here; `always` fails instead. */
  readonly pushDown?: 'auto' | 'always' | 'never';
  /** Searches and completion pass it; shared by all engines. */
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
}

export interface TagRequest extends RequestRange {
  readonly limit: number;
  /** Only attributes of spans that this query's first filter keeps. */
  readonly filter?: string | undefined;
}

export interface TraceqlEngine {
  /** Newest traces first; the same data gives the same answer. */
  search(request: SearchRequest, signal?: AbortSignal): Promise<SearchAnswer>;
  /** Every span of a trace by start, or undefined when there is none. */
  trace(request: TraceRequest, signal?: AbortSignal): Promise<FoundSpans | undefined>;
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

export interface FoundSpans {
  /** 32 hex digits. */
  readonly traceId: string;
  readonly spans: readonly StoredSpan[];
}

const nanoPerMs = 1_000_000n;

export function createTraceqlEngine(options: TraceqlOptions): TraceqlEngine {
  const { reader, clock, isStrict = false, pushDown = 'auto' } = options;
  const limits = { ...defaultTraceqlLimits, ...options.limits };
  const origins = createOriginReader(reader);
  const gate = options.gate ?? createGate(defaultPlaces);
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

  return {
    search: async (request, signal) => {
      const plan = planSearch(check(parse(request.query, { isStrict })));
      if (pushDown === 'always' && !isPushed(plan)) {
        const message = 'cannot run this query wholly in the engine; set query.push_down to auto';
        throw new InputError('traceql_not_pushed', message);
      }
      const range = rangeOf(request, limits.searchRangeMs);
      const { limit, spansPerSpanset } = request;
      const settings = {
        reader,
        origins,
        pushDown: pushDown !== 'never',
        traceSpreadNano: BigInt(limits.traceSpreadMs) * nanoPerMs,
        tracesMax: limits.tracesMax,
      };
      return gate.pass(() => runSearch(plan, settings, { range, limit, spansPerSpanset, signal }));
    },
    trace: (request, signal) => readTrace({ reader, origins, isStrict }, request, signal),
    tags: async (request, signal) => {
      const { scope } = request;
      const isAll = scope === undefined || scope === '' || scope === 'none';
      const wanted = tagScopes.filter((each) => isAll || each === scope);
      const named = await gate.pass(() =>
        readTags(wanted, tagOptions(request), { reader, isStrict, signal }),
      );
      const hasIntrinsics = isAll || scope === 'intrinsic';
      return hasIntrinsics ? [...named, { scope: 'intrinsic', tags: intrinsicTags }] : named;
    },
    tagValues: (request, signal) => {
      const field = parseTag(request.tag, { isStrict });
      return gate.pass(() =>
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
  { reader, origins, isStrict }: TraceSources,
  { tenant, traceId }: TraceRequest,
  signal: AbortSignal | undefined,
): Promise<FoundSpans | undefined> {
  const ids = parseTraceId(traceId, isStrict);
  const options = signal ? { signal } : {};
  const all = await reader.rows<FullSpanRow>(compileTrace(tenant, ids.map(unhex)), options);
  const id = ids.find((each) => all.some((row) => hexOf(row.trace_id) === each));
  if (id === undefined) return undefined;
  const rows = all.filter((row) => hexOf(row.trace_id) === id);
  const starts = BigInt64Array.from(rows, (row) => row.start_unix_nano).sort();
  const range = {
    tenant,
    fromNano: starts[0] as bigint,
    toNano: starts.at(-1) as bigint,
  };
  const scopeIds = [...new Set(rows.map((row) => row.scope_id))];
  return { traceId: id, spans: toStoredSpans(rows, await origins.read(scopeIds, range, signal)) };
}
