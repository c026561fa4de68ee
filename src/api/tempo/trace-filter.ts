// `q` of /api/v2/traces/ID: one filter, `{ status = error }`, that says which spans of the trace to answer.
// With those above them, up to the root, unless `keep_hierarchy` is false: so that it is still a tree.
// https://grafana.com/docs/tempo/latest/api_docs/#query-v2
import type { StoredSpan } from '#model/stored-span.ts';
import type { FoundSpans, TraceqlEngine } from '#query/traceql/engine.ts';
import { parse } from '#query/traceql/syntax/parse.ts';
import { printStage } from '#query/traceql/syntax/print.ts';
import { type Question, refused } from './params.ts';

/** All spans where there is no filter. */
export async function filterTrace(
  engine: TraceqlEngine,
  { traceId, spans }: FoundSpans,
  { tenant, query, signal }: Question,
): Promise<readonly StoredSpan[]> {
  const condition = conditionOf(query.get('q') ?? '');
  if (condition === undefined) return spans;
  // They are in the order of their starts.
  const [first, last] = [spans[0], spans.at(-1)];
  const request = {
    tenant,
    query: `{ trace:id = "${traceId}" && (${condition}) }`,
    fromNano: first?.startUnixNano,
    toNano: last && last.startUnixNano + 1n,
    limit: 1,
    spansPerSpanset: spans.length,
  };
  const { traces } = await engine.search(request, signal);
  const found = traces.flatMap(({ spanSets }) => spanSets.flatMap((set) => set.spans));
  const wanted = new Set(found.map(({ spanId }) => spanId));
  if (query.get('keep_hierarchy') !== 'false') addAncestors(wanted, spans);
  return spans.filter(({ spanId }) => wanted.has(hex(spanId)));
}

/** What stands between the braces. */
function conditionOf(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const { root } = parse(text);
  const [filter, ...others] = root.kind === 'pipeline' ? root.stages : [];
  if (filter?.kind !== 'filter' || others.length > 0) {
    throw refused('q of a trace must be one filter of spans, like { status = error }');
  }
  if (filter.condition === undefined) return undefined;
  return printStage(filter).slice('{'.length, -'}'.length);
}

function addAncestors(wanted: Set<string>, spans: readonly StoredSpan[]): void {
  const parents = new Map(spans.map((span) => [hex(span.spanId), hex(span.parentSpanId)]));
  for (const spanId of [...wanted]) {
    // Those above a span that is there already are there as well; so cycles end, too.
    for (let at = parents.get(spanId); at !== undefined && parents.has(at); at = parents.get(at)) {
      if (wanted.has(at)) break;
      wanted.add(at);
    }
  }
}

const hex = (id: Uint8Array): string => Buffer.from(id).toString('hex');
