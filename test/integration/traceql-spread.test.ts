// query.traceql.trace_spread: how much of a trace that lasts for hours a search sees.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const hourNano = 3_600_000_000_000n;
const [sample] = makeSpans(1);
if (!sample) throw new Error('no span was made');
const traceId = new Uint8Array(16).fill(7);
const noParent = new Uint8Array(8);
const first = { ...sample, traceId, spanId: new Uint8Array(8).fill(1), name: 'first' };
const spans = [
  { ...first, parentSpanId: noParent, startUnixNano: dataStartNano },
  {
    ...first,
    spanId: new Uint8Array(8).fill(2),
    parentSpanId: first.spanId,
    name: 'last',
    startUnixNano: dataStartNano + 8n * hourNano,
  },
];

let started: Awaited<ReturnType<typeof startTraceqlStore>>;
beforeAll(async () => {
  started = await startTraceqlStore(spans, Number((dataStartNano + 9n * hourNano) / 1_000_000n));
});
afterAll(() => started?.stop());

async function rootOf(traceSpreadMs: number): Promise<string | undefined> {
  const { traces } = await started.engine({ limits: { traceSpreadMs } }).search({
    tenant: '',
    query: '{ name = "last" }',
    fromNano: dataStartNano + 7n * hourNano,
    toNano: dataStartNano + 9n * hourNano,
    limit: 10,
    spansPerSpanset: 3,
  });
  expect(traces).toHaveLength(1);
  return traces[0]?.rootTraceName;
}

it('a root beyond it is not seen, one within is', async () => {
  expect(await rootOf(1 * 3_600_000)).toBe('');
  expect(await rootOf(8 * 3_600_000)).toBe('first');
});
