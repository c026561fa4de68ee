// Searches in another order than the newest first: all candidates are ranked by the engine, and read
// whole from the first on until enough of them match. Complete and the same every time.
import { compileRanked } from './compile/ranked.ts';
import { evaluatePipeline } from './eval/pipeline.ts';
import { hexOf } from './eval/span-rows.ts';
import { type FoundTrace, summarize } from './eval/summary.ts';
import type { SearchPlan } from './plan/plan.ts';
import { inTurns, readTraces, type TracePage } from './read-traces.ts';
import {
  type CandidateRow,
  marginNano,
  pageSizeMax,
  pageSizeMin,
  type SearchAnswer,
  type SearchOptions,
  type SearchSettings,
  tooManyTraces,
} from './search.ts';
import { type Place, printCursor, type SearchOrder } from './search-cursor.ts';

interface RankedRow extends CandidateRow {
  readonly key: bigint;
}

export async function runRankedSearch(
  plan: SearchPlan,
  order: SearchOrder,
  settings: SearchSettings,
  options: SearchOptions,
): Promise<SearchAnswer> {
  const { limit, range, signal } = options;
  const candidates = grown(range, marginNano);
  const whole = grown(candidates, settings.traceSpreadNano);
  const found: FoundTrace[] = [];
  let { after } = options;
  let inspectedTraces = 0;
  let pageSize = Math.min(Math.max(limit * 2, pageSizeMin), pageSizeMax);
  while (found.length < limit) {
    const select = compileRanked(plan, {
      order,
      candidates,
      whole,
      range,
      after,
      limit: pageSize,
      pushDown: settings.pushDown,
    });
    const rows = await settings.reader.rows<RankedRow>(select, signal ? { signal } : {});
    for await (const page of readTraces(plan, rows, settings, options)) {
      inspectedTraces += page.candidates.length;
      after = await evaluatePage(page);
      if (found.length === limit) break;
    }
    if (rows.length < pageSize) break;
    if (inspectedTraces >= settings.tracesMax) throw tooManyTraces(settings.tracesMax);
    pageSize = Math.min(pageSize * 2, pageSizeMax);
  }
  const next = limit > 0 && found.length === limit && after ? printCursor(order, after) : undefined;
  return { traces: found, next, inspectedTraces };

  /** Adds what matches, up to the limit; the place of the last that was looked at. */
  async function evaluatePage({ candidates: of, traces }: TracePage<RankedRow>) {
    const matches = new Map<string, FoundTrace>();
    for await (const trace of inTurns(traces)) {
      const spansets = evaluatePipeline(plan.pipeline, trace);
      if (spansets.length === 0) continue;
      const { spansPerSpanset } = options;
      matches.set(trace.traceId, summarize(trace, spansets, { ...plan, spansPerSpanset }));
    }
    let place: Place | undefined;
    for (const row of of) {
      if (found.length === limit) break;
      const traceId = hexOf(row.trace_id);
      place = { key: row.key, traceId };
      const match = matches.get(traceId);
      if (match) found.push(match);
    }
    return place;
  }
}

function grown<Range extends { readonly fromNano: bigint; readonly toNano: bigint }>(
  range: Range,
  byNano: bigint,
): Range {
  return { ...range, fromNano: range.fromNano - byNano, toNano: range.toNano + byNano };
}
