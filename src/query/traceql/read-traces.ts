// The traces of candidates, whole, so many at once as memory holds.
import { InputError } from '#lib/errors.ts';
import { indexedReadSettings } from '#store/table/spans.ts';
import { compileTraceSpans, type TimeRange } from './compile/search.ts';
import { type SpanRow, toTraces } from './eval/span-rows.ts';
import type { Trace } from './eval/trace.ts';
import type { SearchPlan } from './plan/plan.ts';
import type { CandidateRow, SearchOptions, SearchSettings } from './search.ts';

const tracesPerRead = 200;
/** Some hundred MB. Fewer traces are read at once where they have more. */
export const spansPerRead = 200_000;
/** A larger trace cannot be read. */
export const spansOfOneMax = 500_000;
/** So many spans are evaluated between two turns of others. */
const spansPerTurn = 5_000;

export interface TracePage<Candidate> {
  readonly candidates: readonly Candidate[];
  readonly traces: Iterable<Trace>;
}

/** Pages in the order of the candidates; a candidate whose spans are gone by now has no trace. */
export async function* readTraces<Candidate extends CandidateRow>(
  plan: SearchPlan,
  candidates: readonly Candidate[],
  settings: SearchSettings,
  options: SearchOptions,
): AsyncGenerator<TracePage<Candidate>> {
  let count = tracesPerRead;
  for (let at = 0; at < candidates.length; ) {
    const some = candidates.slice(at, at + count);
    const rowsMax = some.length === 1 ? spansOfOneMax : spansPerRead;
    const traces = await withinRows(rowsMax, (maxRows) =>
      readPage(plan, some, settings, { ...options, maxRows }),
    );
    if (traces) {
      yield { candidates: some, traces };
      at += some.length;
    } else if (some.length === 1) throw tooManySpans(spansOfOneMax);
    else count = some.length >> 1;
  }
}

async function readPage(
  plan: SearchPlan,
  candidates: readonly CandidateRow[],
  { reader, origins, traceSpreadNano }: SearchSettings,
  { range, signal, maxRows }: SearchOptions & { readonly maxRows: number },
): Promise<Iterable<Trace>> {
  let first = candidates[0]?.first ?? 0n;
  let last = first;
  for (const row of candidates) {
    if (row.first < first) first = row.first;
    if (row.first > last) last = row.first;
  }
  const around: TimeRange = {
    tenant: range.tenant,
    fromNano: first - traceSpreadNano,
    toNano: last + traceSpreadNano,
  };
  const options = { maxRows, settings: indexedReadSettings, ...(signal ? { signal } : {}) };
  const ids = candidates.map((row) => row.trace_id);
  const spans = await reader.rows<SpanRow>(compileTraceSpans(plan.needs, ids, around), options);
  const scopeIds = [...new Set(spans.map((row) => row.scope_id))];
  return toTraces(spans, await origins.read(scopeIds, around, signal)).values();
}

/** Undefined where there are more rows. */
export async function withinRows<T>(
  rowsMax: number,
  read: (rowsMax: number) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read(rowsMax);
  } catch (error) {
    if (error instanceof InputError && error.code === 'limit_rows') return undefined;
    throw error;
  }
}

/** Lets others in now and then. */
export async function* inTurns(traces: Iterable<Trace>): AsyncGenerator<Trace> {
  let seen = 0;
  for (const trace of traces) {
    yield trace;
    seen += trace.spans.length;
    if (seen < spansPerTurn) continue;
    seen = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export const tooManySpans = (max: number): InputError =>
  new InputError(
    'traceql_limit_spans',
    `cannot read whole traces: more than ${max} spans would be in memory at once`,
    { hint: 'Ask for fewer traces; metrics and searches that the engine decides read none whole.' },
  );
