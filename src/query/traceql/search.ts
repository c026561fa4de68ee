// The search itself: newest traces first, complete and in the same order every time.
//
// A trace starts no later than its first candidate span. So after all candidates whose first span
// starts at T or later have been looked at, no unseen trace starts after T: once the limit is full
// of traces that start at T or later, the answer is final. Time is walked backwards in slices, because
// the newest minutes are usually enough.
import { InputError } from '#lib/errors.ts';
import type { UnixNano } from '#model/unit.ts';
import type { ReadOptions, StoreReader } from '#store/contract.ts';
import { indexedReadSettings } from '#store/table/spans.ts';
import { compileCandidates, isIndexed, isPushed, type TimeRange } from './compile/search.ts';
import { evaluatePipeline } from './eval/pipeline.ts';
import { hexOf } from './eval/span-rows.ts';
import { type FoundTrace, summarize } from './eval/summary.ts';
import type { Trace } from './eval/trace.ts';
import type { OriginReader } from './origins.ts';
import type { SearchPlan } from './plan/plan.ts';
import { inTurns, readTraces } from './read-traces.ts';
import { comparePlaces, type Place, printCursor } from './search-cursor.ts';
import { nextSliceStart } from './search-slices.ts';

export interface SearchSettings {
  readonly reader: StoreReader;
  readonly origins: OriginReader;
  readonly pushDown: boolean;
  /** A trace is looked for this far around its candidate span. */
  readonly traceSpreadNano: bigint;
  readonly tracesMax: number;
}

export interface SearchOptions {
  readonly range: TimeRange;
  readonly limit: number;
  readonly spansPerSpanset: number;
  /** Only what comes after this place in the order. */
  readonly after?: Place | undefined;
  /** Told the first traces of the answer, once each, as soon as no other can come before them. */
  readonly onTraces?: ((traces: readonly FoundTrace[]) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface SearchAnswer {
  readonly traces: readonly FoundTrace[];
  /** Where the next page begins (search-cursor.ts); undefined when this was the last. */
  readonly next?: string | undefined;
  /** Traces that were read whole. */
  readonly inspectedTraces: number;
}

export interface CandidateRow {
  readonly trace_id: Uint8Array;
  readonly first: bigint;
}

/** Traces that overlap the range may have their matching span a little outside of it. */
export const marginNano = 900_000_000_000n;
export const pageSizeMin = 100;
export const pageSizeMax = 2_000;
/** So many traces may be read by the first of several conditions. */
const leadingTracesMax = 600;

export async function runSearch(
  plan: SearchPlan,
  settings: SearchSettings,
  options: SearchOptions,
): Promise<SearchAnswer> {
  const { tenant, fromNano, toNano } = options.range;
  const first = fromNano - marginNano;
  const last = toNano + marginNano;
  const spread = settings.traceSpreadNano;
  // Where the other spans of candidates are.
  const whole = { tenant, fromNano: first - spread, toNano: last + spread };
  const search = new Search(plan, settings, options);
  let top = last;
  if (options.after && options.after.key < last) {
    // What starts no later than the page before can have its first candidate span after it.
    top = options.after.key + 1n;
    const latestSpan = { tenant, fromNano: top, toNano: earliest(last, top + spread) };
    await search.readSlice(latestSpan, whole, top);
  }
  const newest = earliest(toNano, top);
  for (let end = top; end > first && !search.isFull(end); ) {
    const { found, isDear } = search;
    const progress = { toNano: newest, end, found, limit: options.limit, isDear };
    const from = latest(nextSliceStart(progress), first);
    await search.readSlice({ tenant, fromNano: from, toNano: end }, whole);
    end = from;
    await search.report(end);
  }
  await search.readWaiting();
  return search.answer();
}

const latest = (a: bigint, b: bigint): bigint => {
  if (a > b) return a;
  return b;
};

const earliest = (a: bigint, b: bigint): bigint => {
  if (a < b) return a;
  return b;
};

class Search {
  readonly #plan: SearchPlan;
  readonly #settings: SearchSettings;
  readonly #options: SearchOptions;
  readonly #seen = new Set<string>();
  /** Candidates that are known by their ids only. */
  #waiting: CandidateRow[] = [];
  #found: FoundTrace[] = [];
  /** Of these `onTraces` knows. */
  #reported = 0;
  /** Every candidate is one of the answer, but for a few. */
  readonly #isPushed: boolean;
  readonly #isIndexed: boolean;
  readonly #leading: SearchPlan | undefined;

  constructor(plan: SearchPlan, settings: SearchSettings, options: SearchOptions) {
    this.#plan = plan;
    this.#settings = settings;
    this.#options = options;
    this.#isPushed = settings.pushDown && isPushed(plan);
    this.#isIndexed = settings.pushDown && isIndexed(plan.candidate);
    this.#leading = settings.pushDown && !this.#isIndexed ? leadingOf(plan) : undefined;
  }

  get #isLed(): boolean {
    return this.#leading !== undefined && this.#seen.size < leadingTracesMax;
  }

  /** Whether a slice costs much however short it is: what narrows it is looked for in all of the time. */
  get isDear(): boolean {
    return this.#isIndexed || (this.#leading !== undefined && !this.#isLed);
  }

  /** Whether no trace that was not seen can belong to the answer; those start before `bound`. */
  isFull(bound: UnixNano): boolean {
    const last = this.#found[this.#options.limit - 1];
    return this.#options.limit === 0 || (last !== undefined && last.startUnixNano > bound);
  }

  /** Traces so far, or what will be some. */
  get found(): number {
    return this.#found.length + this.#waiting.length;
  }

  answer(): SearchAnswer {
    const { limit } = this.#options;
    const traces = this.#found.slice(0, limit);
    const last = traces.length === limit ? traces.at(-1) : undefined;
    const next = last && printCursor('start', placeOf(last));
    return { traces, next, inspectedTraces: this.#seen.size };
  }

  /** `startedBefore`: traces without a span before it are left out. */
  async readSlice(slice: TimeRange, range: TimeRange, startedBefore?: UnixNano): Promise<void> {
    const { pushDown, reader, tracesMax } = this.#settings;
    let limit = this.#firstPage();
    for (let offset = 0; ; ) {
      const isLed = this.#isLed;
      const plan = (isLed ? this.#leading : undefined) ?? this.#plan;
      const select = compileCandidates(plan, slice, {
        range,
        limit,
        offset,
        pushDown,
        ...(startedBefore === undefined ? {} : { startedBefore }),
      });
      const rows = await reader.rows<CandidateRow>(select, this.#readOptions());
      this.#waiting.push(...rows.filter((row) => !this.#seen.has(hexOf(row.trace_id))));
      for (const row of rows) this.#seen.add(hexOf(row.trace_id));
      const isWhole = rows.length < limit;
      if (!isWhole || !this.#isPushed || this.found >= this.#options.limit) {
        await this.readWaiting();
      }
      if (isWhole || this.isFull((rows.at(-1) as CandidateRow).first)) return;
      if (this.#seen.size >= tracesMax) throw tooManyTraces(tracesMax);
      // Without what it led, the order of candidates is another.
      offset = isLed && !this.#isLed ? 0 : offset + limit;
      limit = Math.min(limit * 2, pageSizeMax);
    }
  }

  /** Reads the traces of the candidates so far; only then the answer is known so far. */
  async readWaiting(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for await (const { traces } of readTraces(this.#plan, waiting, this.#settings, this.#options)) {
      await this.#evaluate(traces);
    }
  }

  /** All that starts at `end` or later has been looked at. */
  async report(end: UnixNano): Promise<void> {
    const { onTraces } = this.#options;
    if (onTraces === undefined) return;
    await this.readWaiting();
    const sure = this.#found.filter(({ startUnixNano }) => startUnixNano >= end);
    if (sure.length > this.#reported) onTraces(sure.slice(this.#reported));
    this.#reported = sure.length;
  }

  /** Few more than the answer needs where every candidate is one of the answer. */
  #firstPage(): number {
    const { limit } = this.#options;
    if (this.#isPushed) {
      return Math.min(Math.ceil(limit * 1.25) + 5, pageSizeMax);
    }
    return Math.min(Math.max(limit * 2, pageSizeMin), pageSizeMax);
  }

  async #evaluate(traces: Iterable<Trace>): Promise<void> {
    const { after } = this.#options;
    const { fromNano, toNano } = this.#options.range;
    for await (const trace of inTurns(traces)) {
      if (trace.startUnixNano > toNano || trace.endUnixNano < fromNano) continue;
      if (after && comparePlaces('start', placeOf(trace), after) <= 0) continue;
      const spansets = evaluatePipeline(this.#plan.pipeline, trace);
      if (spansets.length === 0) continue;
      const { spansPerSpanset } = this.#options;
      this.#found.push(summarize(trace, spansets, { ...this.#plan, spansPerSpanset }));
    }
    this.#found.sort(newestFirst);
    this.#found = this.#found.slice(0, this.#options.limit);
  }

  #readOptions(): ReadOptions {
    const { signal } = this.#options;
    return { settings: indexedReadSettings, ...(signal ? { signal } : {}) };
  }
}

/**
 * The plan of its first condition alone. What narrows to traces with other spans as well is looked for in
 * all of the time, for every slice; to look at some traces more is cheaper, as long as they are few.
 */
function leadingOf(plan: SearchPlan): SearchPlan | undefined {
  const { candidate } = plan;
  const [first] = candidate.kind === 'all' ? candidate.of : [];
  return first && { ...plan, candidate: first, isCandidateEnough: false };
}

const placeOf = ({
  startUnixNano,
  traceId,
}: {
  startUnixNano: UnixNano;
  traceId: string;
}): Place => ({
  key: startUnixNano,
  traceId,
});

const newestFirst = (a: FoundTrace, b: FoundTrace): number =>
  comparePlaces('start', placeOf(a), placeOf(b));

export const tooManyTraces = (tracesMax: number): InputError =>
  new InputError(
    'traceql_limit_traces',
    `cannot search: more than ${tracesMax} traces would have to be read whole`,
    {
      hint: 'Narrow the time range, or add a condition on a span; the limit is query.traceql.max_traces.',
    },
  );
