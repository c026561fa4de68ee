// Searches in another order than the newest first: all candidates are ranked by the engine, and read
// whole from the first on until enough of them match. Complete and the same every time.
import { compileRanked } from './compile/ranked.ts';
import { evaluatePipeline } from './eval/pipeline.ts';
import { hexOf } from './eval/span-rows.ts';
import { type FoundTrace, summarize } from './eval/summary.ts';
import type { SearchPlan } from './plan/plan.ts';
import {
  type CandidateRow,
  marginNano,
  pageSizeMax,
  pageSizeMin,
  readTraces,
  type SearchAnswer,
  type SearchOptions,
  type SearchSettings,
  tooManyTraces,
  tracesPerRead,
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
    for (let at = 0; at < rows.length && found.length < limit; at += tracesPerRead) {
      const page = rows.slice(at, at + tracesPerRead);
      inspectedTraces += page.length;
      after = await evaluatePage(page, found);
    }
    if (rows.length < pageSize) break;
    if (inspectedTraces >= settings.tracesMax) throw tooManyTraces(settings.tracesMax);
    pageSize = Math.min(pageSize * 2, pageSizeMax);
  }
  const next = limit > 0 && found.length === limit && after ? printCursor(order, after) : undefined;
  return { traces: found, next, inspectedTraces };

  /** Adds what matches, up to the limit; the place of the last that was looked at. */
  async function evaluatePage(page: readonly RankedRow[], into: FoundTrace[]) {
    const traces = new Map(
      [...(await readTraces(plan, page, settings, options))].map((each) => [each.traceId, each]),
    );
    let place: Place | undefined;
    for (const row of page) {
      if (into.length === limit) break;
      const traceId = hexOf(row.trace_id);
      place = { key: row.key, traceId };
      const trace = traces.get(traceId);
      const spansets = trace ? evaluatePipeline(plan.pipeline, trace) : [];
      if (!trace || spansets.length === 0) continue;
      const { spansPerSpanset } = options;
      into.push(summarize(trace, spansets, { ...plan, spansPerSpanset }));
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
