import { describe, expect, it } from 'vitest';
import { InputError } from '#lib/errors.ts';
import type { ReadOptions, StoreReader } from '#store/contract.ts';
import { check } from './check/check.ts';
import { planSearch } from './plan/plan.ts';
import { readTraces, spansOfOneMax, spansPerRead } from './read-traces.ts';
import { parse } from './syntax/parse.ts';

const plan = planSearch(check(parse('{ }')));
const range = { tenant: '', fromNano: 0n, toNano: 1n };
const options = { range, limit: 10, spansPerSpanset: 3, signal: undefined };

/** Pages, by the numbers of traces in them, where each trace has so many spans. */
async function pagesOf(traces: number, spansPerTrace: number): Promise<number[]> {
  let asked = 0;
  const reader: Pick<StoreReader, 'rows'> = {
    rows: async (select, read?: ReadOptions) => {
      const { where } = select;
      const ids =
        JSON.stringify(where, (_, value) =>
          value instanceof Uint8Array ? 'an id' : typeof value === 'bigint' ? 0 : value,
        ).split('an id').length - 1;
      if (ids * spansPerTrace > (read?.maxRows ?? 0)) throw new InputError('limit_rows', 'x');
      asked += ids;
      return [];
    },
  };
  const settings = {
    reader: reader as StoreReader,
    origins: { read: async () => new Map() },
    pushDown: true,
    traceSpreadNano: 1n,
    tracesMax: 1000,
  };
  const candidates = Array.from({ length: traces }, (_, i) => ({
    trace_id: new Uint8Array(16).fill(i),
    first: 0n,
  }));
  const pages: number[] = [];
  for await (const page of readTraces(plan, candidates, settings, options)) {
    pages.push(page.candidates.length);
  }
  expect(asked).toBe(traces);
  return pages;
}

describe('readTraces', () => {
  it('reads many at once', async () => expect(await pagesOf(450, 8)).toEqual([200, 200, 50]));
  it('reads fewer at once where they are large', async () =>
    expect(await pagesOf(5, spansPerRead / 2)).toEqual([2, 2, 1]));
  it('reads a trace alone that is larger than what is read of several', async () =>
    expect(await pagesOf(2, spansOfOneMax)).toEqual([1, 1]));
  it('refuses a trace that memory may not hold', () =>
    expect(pagesOf(2, spansOfOneMax + 1)).rejects.toMatchObject({ code: 'traceql_limit_spans' }));
});
