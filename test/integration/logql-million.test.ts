// A day of a million lines in which every line has another value of one attribute: no stream limit, no
// label that costs, and an engine of one gigabyte.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodePushJson } from '#codec/loki-push/decode.ts';
import { IdentityCache } from '#model/identity.ts';
import { createLogqlEngine, type LogqlResult } from '#query/logql/engine.ts';
import { defaultLogqlLimits } from '#query/logql/limits.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';

const lines = 1_000_000;
const perPush = 50_000;
const startNano = BigInt(Date.UTC(2026, 10, 1)) * 1_000_000n;
const stepNano = 86_400_000n;
const endNano = startNano + BigInt(lines) * stepNano;

let store: TestStore;

beforeAll(async () => {
  store = await startTestStore();
  const identities = new IdentityCache();
  for (let first = 0; first < lines; first += perPush) {
    const values = Array.from({ length: perPush }, (_, i) => {
      const n = first + i;
      return [String(startNano + BigInt(n) * stepNano + 1n), `line ${n}`, { user_id: `${n}` }];
    });
    const body = JSON.stringify({ streams: [{ stream: { app: 'shop' }, values }] });
    const { batch } = decodePushJson(new TextEncoder().encode(body), {
      tenant: '',
      minUnixNano: undefined,
      maxUnixNano: undefined,
      lineBytesMax: 1 << 20,
      identities,
    });
    await store.store.writer.write(batch);
    batch.committed?.();
  }
}, 180_000);

afterAll(() => store?.stop());

const ask = (query: string, seriesMax = 500): Promise<LogqlResult> =>
  createLogqlEngine({
    reader: store.store.reader,
    limits: { ...defaultLogqlLimits, seriesMax },
    pushDown: 'auto',
    isStrict: false,
  }).queryRange(query, {
    tenant: '',
    limit: 100,
    direction: 'backward',
    startNano,
    endNano,
    stepNano: 86_400_000_000_000n,
    intervalNano: 0n,
  });

async function linesOf(query: string): Promise<readonly string[]> {
  const result = await ask(query);
  return result.kind === 'streams' ? result.entries.map(({ line }) => line) : [];
}

async function totalOf(query: string): Promise<number | undefined> {
  const result = await ask(query);
  return result.kind === 'matrix' ? result.series[0]?.values.at(-1) : undefined;
}

it('all streams: the newest lines', async () => {
  const found = await linesOf('{}');
  expect(found).toHaveLength(100);
  expect(found[0]).toBe(`line ${lines - 1}`);
});

it('one value of a million', async () => {
  expect(await linesOf('{user_id="5"}')).toEqual(['line 5']);
  expect(await linesOf('{user_id=~"12345."}')).toHaveLength(10);
  expect(await linesOf('{app="shop", user_id="777777"} |= "line"')).toEqual(['line 777777']);
});

it('counts over all of them', async () => {
  expect(await totalOf('sum(count_over_time({}[1d]))')).toBe(lines);
  expect(await totalOf('sum(count_over_time({user_id="5"}[1d]))')).toBe(1);
  expect(await totalOf('count(sum by (user_id) (count_over_time({user_id=~"99."}[1d])))')).toBe(10);
});

it('a series each is refused by the key, before it costs memory', async () => {
  const query = 'topk(3, sum by (user_id) (count_over_time({}[1d])))';
  await expect(ask(query, 100_000)).rejects.toThrow('(query.max_series)');
});
