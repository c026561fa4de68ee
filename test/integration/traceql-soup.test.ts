// TraceQL of every kind, sensible or not, on the real engine: it takes all SQL that comes of it, and what it
// decides is what evaluation decides.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import type { TraceqlEngine } from '#query/traceql/engine.ts';
import { TraceqlSoup } from '../lib/traceql-soup.ts';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const queries = 300;
const toNano = dataStartNano + BigInt(dataHours) * 3_600_000_000_000n;
const range = { tenant: '', fromNano: dataStartNano, toNano };

let stop: () => Promise<void>;
let auto: TraceqlEngine;
let never: TraceqlEngine;

beforeAll(async () => {
  const started = await startTraceqlStore(makeSpans(40, 5), Number(toNano / 1_000_000n));
  auto = started.engine();
  never = started.engine({ pushDown: 'never' });
  stop = started.stop;
});
afterAll(() => stop?.());

/** The answer, or what was said against the query; every other error is ours and fails. */
async function outcome<T>(ask: () => Promise<T>, query: string): Promise<T | string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw new Error(query, { cause: error });
  }
}

it('searches', async () => {
  let answered = 0;
  for (let seed = 0; seed < queries; seed++) {
    const query = new TraceqlSoup(seed).query();
    const request = { ...range, query, limit: 1000, spansPerSpanset: 100 };
    const [fast, slow] = await Promise.all([
      outcome(() => auto.search(request), query),
      outcome(() => never.search(request), query),
    ]);
    if (typeof fast === 'string' || typeof slow === 'string') expect(fast, query).toEqual(slow);
    else {
      expect(fast.traces, query).toEqual(slow.traces);
      answered++;
    }
  }
  expect(answered).toBeGreaterThan(queries / 20);
}, 120_000);

it('metrics', async () => {
  let answered = 0;
  for (let seed = 0; seed < queries; seed++) {
    const query = new TraceqlSoup(seed).metricsQuery();
    const request = { ...range, query, exemplars: 0 };
    const [fast, slow] = await Promise.all([
      outcome(() => auto.metricsInstant(request), query),
      outcome(() => never.metricsInstant(request), query),
    ]);
    if (typeof fast === 'string' || typeof slow === 'string') expect(fast, query).toEqual(slow);
    else {
      expect(fast.series, query).toEqual(slow.series);
      answered++;
    }
  }
  expect(answered).toBeGreaterThan(queries / 20);
}, 120_000);
