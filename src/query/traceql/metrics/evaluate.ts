// Traces of a metrics query, page by page: whole where the query needs them whole, else only those of
// their spans that can count, if need be with the root. A page is bounded by spans, so that memory is bounded however many match.
import type { UnixNano } from '#model/unit.ts';
import type { Select } from '#sql/tree.ts';
import type { StoreReader } from '#store/contract.ts';
import {
  compileExemplars,
  compileRoots,
  compileSpanCounts,
  compileSpans,
  compileSpansOf,
  compileTraces,
  compileWholeTraces,
  type ReadOptions,
  type SpanId,
} from '../compile/metrics-reads.ts';
import type { TimeRange } from '../compile/search.ts';
import { type SpanRow, toTraces } from '../eval/span-rows.ts';
import { Trace, type TraceSpan } from '../eval/trace.ts';
import type { OriginReader } from '../origins.ts';
import { tooManyTraces } from '../search.ts';
import type { ExemplarSlots } from './exemplars.ts';
import type { Intervals } from './interval.ts';
import type { MetricsPlan } from './plan.ts';

export interface SpanSourceSettings {
  readonly reader: StoreReader;
  readonly origins: OriginReader;
  readonly tenant: string;
  readonly pushDown: boolean;
  readonly traceSpreadNano: bigint;
  readonly tracesMax: number;
  readonly signal: AbortSignal | undefined;
}

interface TraceRow {
  readonly trace_id: Uint8Array;
  readonly first: bigint;
  readonly spans: number;
}

/** Traces with the spans that can count and, unless `countsAll`, others that only tell of the trace. */
export type SpanPage =
  | { readonly traces: Iterable<Trace>; readonly countsAll: true }
  | {
      readonly traces: Iterable<Trace>;
      readonly countsAll: false;
      readonly counts: (span: TraceSpan) => boolean;
    };

/** Also what is decoded in one go, so that the event loop does not stand still for long. */
const spansPerPage = 5_000;
const tracesPerPage = 1_000;
const partsPerCount = 256n;
/** Spans of a slot to choose one of: of a few traces at least, so that hardly a slot finds none. */
const exemplarCandidates = 64;
/** A larger share of all spans takes nearly as long as all. */
const sharePays = 0.25;

export class SpanSource {
  readonly #plan: MetricsPlan;
  readonly #range: TimeRange;
  readonly #settings: SpanSourceSettings;
  readonly #options: ReadOptions;

  constructor(plan: MetricsPlan, intervals: Intervals, settings: SpanSourceSettings) {
    const { tenant, traceSpreadNano, pushDown } = settings;
    this.#plan = plan;
    this.#settings = settings;
    this.#range = { tenant, fromNano: intervals.firstNano, toNano: intervals.endNano };
    this.#options = { pushDown, around: this.#around(this.#range, traceSpreadNano) };
  }

  async *pages(): AsyncGenerator<SpanPage> {
    const { reads } = this.#plan;
    if (reads === 'traces') {
      for (const page of pagesOf(await this.#traceRows())) {
        yield { traces: await this.#readWhole(page), countsAll: true };
      }
      return;
    }
    for await (const range of this.#slices(this.#range)) {
      const traces = await this.#read(compileSpans(this.#plan, range, this.#options), range);
      if (reads === 'spans') yield { traces: traces.values(), countsAll: true };
      else yield await this.#withRoots(traces, range);
    }
  }

  /** Roots are read apart: they may lie outside of the slice, or not count themselves. */
  async #withRoots(traces: ReadonlyMap<string, Trace>, slice: TimeRange): Promise<SpanPage> {
    if (traces.size === 0) return { traces: [], countsAll: true };
    const around = this.#around(slice, this.#settings.traceSpreadNano);
    const select = compileRoots(this.#plan, slice, { ...this.#options, around });
    const rows = await this.#settings.reader.rows<SpanRow>(select, this.#readOptions());
    const roots = toTraces(rows, new Map());
    const own = new Set([...traces.values()].flatMap(({ spans }) => spans));
    const whole = [...traces].map(([traceId, trace]) => {
      const known = roots.get(traceId);
      return known ? new Trace(traceId, [...known.spans, ...trace.spans]) : trace;
    });
    return { traces: whole, countsAll: false, counts: (span) => own.has(span) };
  }

  /** Of the `spans` spans that `counted` reads, one of each slot. */
  async exemplars(counted: Select, slots: ExemplarSlots, spans: number): Promise<SpanPage> {
    const find = (share: number): Promise<SpanId[]> =>
      this.#settings.reader.rows<SpanId>(
        compileExemplars(counted, slots, share),
        this.#readOptions(),
      );
    const share = (exemplarCandidates * slots.count) / spans;
    let ids = await find(share < sharePays ? share : 1);
    // Ids that are not random may all lie beyond it.
    if (ids.length === 0 && share < sharePays) ids = await find(1);
    if (ids.length === 0) return { traces: [], countsAll: true };
    const traces = await this.#read(compileSpansOf(this.#plan, ids, this.#range), this.#range);
    return { traces: traces.values(), countsAll: true };
  }

  /** Stretches of time with so many spans each; one that is full in a nanosecond stays whole. */
  async *#slices(range: TimeRange): AsyncGenerator<TimeRange> {
    const { tenant, fromNano, toNano } = range;
    const widthNano = (toNano - fromNano + partsPerCount - 1n) / partsPerCount;
    const options = { ...this.#options, widthNano };
    const counts = await this.#settings.reader.rows<{ part: bigint; spans: number }>(
      compileSpanCounts(this.#plan, range, options),
      this.#readOptions(),
    );
    const startOf = (part: bigint): UnixNano => fromNano + part * widthNano;
    const upTo = (end: bigint): UnixNano => (end < toNano ? end : toNano);
    let slice: { from: UnixNano; to: UnixNano; spans: number } | undefined;
    for (const { part, spans } of counts) {
      const [from, to] = [startOf(part), upTo(startOf(part + 1n))];
      if (slice && slice.spans + spans > spansPerPage) {
        yield { tenant, fromNano: slice.from, toNano: slice.to };
        slice = undefined;
      }
      if (spans > spansPerPage && widthNano > 1n) {
        yield* this.#slices({ tenant, fromNano: from, toNano: to });
      } else {
        slice = { from: slice?.from ?? from, to, spans: (slice?.spans ?? 0) + spans };
      }
    }
    if (slice) yield { tenant, fromNano: slice.from, toNano: slice.to };
  }

  async #traceRows(): Promise<TraceRow[]> {
    const { reader, tracesMax } = this.#settings;
    const select = compileTraces(this.#plan, this.#range, {
      ...this.#options,
      limit: tracesMax + 1,
    });
    const rows = await reader.rows<TraceRow>(select, this.#readOptions());
    if (rows.length > tracesMax) throw tooManyTraces(tracesMax);
    return rows;
  }

  async #readWhole(page: readonly TraceRow[]): Promise<Iterable<Trace>> {
    const { tenant, traceSpreadNano } = this.#settings;
    const span: TimeRange = {
      tenant,
      fromNano: (page[0] as TraceRow).first,
      toNano: (page.at(-1) as TraceRow).first,
    };
    const around = this.#around(span, traceSpreadNano);
    const ids = page.map((row) => row.trace_id);
    return (await this.#read(compileWholeTraces(this.#plan, ids, around), around)).values();
  }

  async #read(select: Select, range: TimeRange): Promise<Map<string, Trace>> {
    const { reader, origins, signal } = this.#settings;
    const rows = await reader.rows<SpanRow>(select, this.#readOptions());
    const scopeIds = [...new Set(rows.map((row) => row.scope_id))];
    return toTraces(rows, await origins.read(scopeIds, range, signal));
  }

  #around({ tenant, fromNano, toNano }: TimeRange, spreadNano: bigint): TimeRange {
    return { tenant, fromNano: fromNano - spreadNano, toNano: toNano + spreadNano };
  }

  #readOptions(): { signal?: AbortSignal } {
    return this.#settings.signal ? { signal: this.#settings.signal } : {};
  }
}

/** By the spans that can count; the others of their traces come on top. */
function* pagesOf(rows: readonly TraceRow[]): Generator<readonly TraceRow[]> {
  let page: TraceRow[] = [];
  let spans = 0;
  for (const row of rows) {
    const isFull = page.length >= tracesPerPage || spans + row.spans > spansPerPage;
    if (page.length > 0 && isFull) {
      yield page;
      page = [];
      spans = 0;
    }
    page.push(row);
    spans += row.spans;
  }
  if (page.length > 0) yield page;
}
