// Orders and pages of a search on the real engine: page after page gives every trace of the range
// once, in the order asked for, whatever the size of a page.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchRequest, TraceqlEngine } from '#query/traceql/engine.ts';
import { hexOf } from '#query/traceql/eval/span-rows.ts';
import type { FoundTrace } from '#query/traceql/eval/summary.ts';
import { type SearchOrder, searchOrders } from '#query/traceql/search-cursor.ts';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const made = makeSpans(150, 11);
// A trace whose later spans come an hour after its first.
const spans = made.map((span, i) =>
  i % 37 === 0 ? { ...span, startUnixNano: span.startUnixNano + 3_600_000_000_000n } : span,
);
const toNano = dataStartNano + BigInt(dataHours + 1) * 3_600_000_000_000n;
const request: Omit<SearchRequest, 'query'> = {
  tenant: '',
  fromNano: dataStartNano,
  toNano,
  limit: 1000,
  spansPerSpanset: 1,
};

let stop: () => Promise<void>;
let engine: TraceqlEngine;

beforeAll(async () => {
  const started = await startTraceqlStore(spans, Number(toNano / 1_000_000n));
  engine = started.engine();
  stop = started.stop;
});
afterAll(() => stop?.());

async function allPages(query: string, orderBy: SearchOrder, limit: number) {
  const found: FoundTrace[] = [];
  let after: string | undefined;
  do {
    const page = await engine.search({ ...request, query, orderBy, limit, after });
    expect(page.traces.length).toBeLessThanOrEqual(limit);
    found.push(...page.traces);
    after = page.next;
  } while (after !== undefined);
  return found;
}

const durations = new Map<string, bigint>();
const starts = new Map<string, bigint>();
for (const traceId of new Set(spans.map((span) => hexOf(span.traceId)))) {
  const own = spans.filter((span) => hexOf(span.traceId) === traceId);
  const start = own.reduce((a, b) => (a.startUnixNano < b.startUnixNano ? a : b)).startUnixNano;
  const ends = own.map((span) => span.startUnixNano + span.durationNano);
  starts.set(traceId, start);
  durations.set(traceId, (ends.sort((a, b) => Number(b - a))[0] as bigint) - start);
}

/** The ids in the order that the data itself gives. */
function inOrder(ids: readonly string[], order: SearchOrder): string[] {
  const keys = order.endsWith('start') ? starts : durations;
  const sign = order.startsWith('-') ? 1 : -1;
  return [...ids].sort((a, b) => {
    const [x, y] = [keys.get(a) as bigint, keys.get(b) as bigint];
    if (x !== y) return x < y ? -sign : sign;
    return a < b ? -1 : 1;
  });
}

const queries = ['{ }', '{ status = error }', '{ kind = server } >> { span.flag }'];

describe.each(searchOrders)('order %s', (order) => {
  it.each(queries)('%s', async (query) => {
    const whole = await engine.search({ ...request, query });
    const wanted = inOrder(
      whole.traces.map((trace) => trace.traceId),
      order,
    );
    expect(wanted.length).toBeGreaterThan(10);
    for (const limit of [7, 1000]) {
      const found = await allPages(query, order, limit);
      expect(found.map((trace) => trace.traceId)).toEqual(wanted);
    }
  });
});

it('a page of nothing has no next', async () => {
  const query = '{ name = "nowhere" }';
  for (const orderBy of searchOrders) {
    const answer = await engine.search({ ...request, query, orderBy });
    expect(answer).toMatchObject({ traces: [], next: undefined });
  }
});

it('refuses a place of another order, and what is none', async () => {
  const query = '{ }';
  const { next } = await engine.search({ ...request, query, limit: 1 });
  expect(next).toMatch(/^start\./);
  const wrong = [
    engine.search({ ...request, query, orderBy: 'duration', after: next }),
    engine.search({ ...request, query, after: 'x' }),
  ];
  for (const one of wrong) await expect(one).rejects.toMatchObject({ code: 'traceql_cursor' });
});
