// How much is read at once, on a store that only knows how many spans start where.
import { describe, expect, it } from 'vitest';
import { print } from '#sql/print.ts';
import type { Select } from '#sql/tree.ts';
import type { StoreReader } from '#store/contract.ts';
import { check } from '../check/check.ts';
import { parse } from '../syntax/parse.ts';
import { SpanSource } from './evaluate.ts';
import { intervalsBetween } from './interval.ts';
import { planMetrics } from './plan.ts';

const intervals = intervalsBetween({ fromNano: 0n, toNano: 256_000n, stepNano: 1_000n });

/** Answers counts from `spansAt`, by the nanosecond of their start; remembers the slices that are read. */
function readerOf(spansAt: ReadonlyMap<bigint, number>) {
  const slices: number[] = [];
  const within = (text: string): [bigint, bigint] => {
    const [, from = '0'] = /start_unix_nano >= (\d+)/.exec(text) ?? [];
    const [, to = '0'] = /start_unix_nano < (\d+)/.exec(text) ?? [];
    return [BigInt(from), BigInt(to)];
  };
  const rows = async (select: Select): Promise<unknown[]> => {
    const text = print(select);
    const [from, to] = within(text);
    const found = [...spansAt].filter(([at]) => at >= from && at < to);
    const [, width] = /intDiv\(\(start_unix_nano - \d+\), (\d+)\)/.exec(text) ?? [];
    if (width === undefined) {
      slices.push(found.reduce((sum, [, count]) => sum + count, 0));
      return [];
    }
    const parts = new Map<bigint, number>();
    for (const [at, count] of found) {
      const part = (at - from) / BigInt(width);
      parts.set(part, (parts.get(part) ?? 0) + count);
    }
    return [...parts].sort(([a], [b]) => Number(a - b)).map(([part, spans]) => ({ part, spans }));
  };
  const reader: StoreReader = {
    rows: rows as StoreReader['rows'],
    blocks: () => {
      throw new Error('blocks are not read');
    },
  };
  return { reader, slices };
}

async function slicesOf(spansAt: ReadonlyMap<bigint, number>): Promise<number[]> {
  const query = parse('{ } | rate()');
  check(query);
  if (query.root.kind !== 'metrics') throw new Error('no metrics query');
  const node = planMetrics(query.root);
  if (node.kind !== 'function') throw new Error('no single function');
  const { reader, slices } = readerOf(spansAt);
  const source = new SpanSource(node.plan, intervals, {
    reader,
    origins: { read: async () => new Map() },
    tenant: '',
    pushDown: true,
    traceSpreadNano: 0n,
    tracesMax: 10,
    signal: undefined,
  });
  for await (const { traces } of source.pages()) expect([...traces]).toEqual([]);
  return slices;
}

describe('pages', () => {
  it('are one where few spans are', async () =>
    expect(
      await slicesOf(
        new Map([
          [5_000n, 10],
          [200_000n, 30],
        ]),
      ),
    ).toEqual([40]));

  it('are none where no spans are', async () => expect(await slicesOf(new Map())).toEqual([]));

  it('hold 5,000 spans, and all of them', async () => {
    const even = new Map(Array.from({ length: 100 }, (_, i) => [BigInt(i * 2_500 + 1), 1_000]));
    expect(await slicesOf(even)).toEqual(Array.from({ length: 20 }, () => 5_000));
  });

  it('are cut in time where many spans are close together', async () => {
    const close = new Map(Array.from({ length: 100 }, (_, i) => [100_001n + BigInt(i), 1_000]));
    const slices = await slicesOf(close);
    expect(slices.reduce((sum, spans) => sum + spans, 0)).toBe(100_000);
    expect(Math.max(...slices)).toBeLessThanOrEqual(5_000);
  });

  it('hold a nanosecond whole', async () =>
    expect(
      await slicesOf(
        new Map([
          [7n, 50_000],
          [8n, 1],
        ]),
      ),
    ).toEqual([50_000, 1]));
});
