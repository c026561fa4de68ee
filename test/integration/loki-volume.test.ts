// Volumes and patterns of what is stored, on the real engine: exact by default, as a single process of
// Loki tells sizes if strict; patterns of a sample. Everything is pushed twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import { createLogCatalog, type LogCatalog } from '#query/logql/catalog.ts';
import { lokiPushRoutes } from '#receiver/loki/push.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { ask } from '../lib/loki.ts';

const startNano = BigInt(Date.UTC(2026, 10, 1)) * 1_000_000n;
const minuteNano = 60_000_000_000n;
const linesPerStream = 600;

let store: TestStore;
const catalogOf = (isStrict: boolean, patternLinesMax = 20_000): LogCatalog =>
  createLogCatalog({ reader: store.store.reader, isStrict, patternLinesMax });

/** A line every six seconds; 100 bytes each. */
const valuesOf = (lineOf: (i: number) => string): string[][] =>
  Array.from({ length: linesPerStream }, (_, i) => [
    String(startNano + (BigInt(i) * minuteNano) / 10n),
    lineOf(i).padEnd(100, '.'),
  ]);
const streams = [
  { stream: { app: 'a', env: 'x' }, values: valuesOf((i) => `info: job ${i} is done `) },
  { stream: { app: 'b', env: 'x' }, values: valuesOf((i) => `error: job ${i} is late `) },
  {
    stream: {
      app: 'c',
      build: '-4.2e1',
      flag: '1',
      id: '3F2504E0-4F89-41D3-9A0C-0305E82C3301',
      pod: '7',
    },
    values: valuesOf(() => 'tick '),
  },
];

beforeAll(async () => {
  store = await startTestStore();
  const routes = lokiPushRoutes({
    consumer: {
      consume: async (batch) => {
        await store.store.writer.write(batch);
        batch.committed?.();
        return { accepted: batch.items, rejected: undefined };
      },
    },
    clock: createManualClock(Number(startNano / 1_000_000n)),
    identities: new IdentityCache(),
    meter: createMeter(),
    limits: {
      ageMsMax: undefined,
      futureMsMax: undefined,
      attributeBytesMax: 1 << 20,
      bodyBytesMax: 1 << 26,
    },
  });
  for (let round = 0; round < 2; round++) {
    const body = JSON.stringify({ streams });
    const headers = { 'Content-Type': 'application/json' };
    const answer = await ask(routes, 'POST', '/loki/api/v1/push', { body, headers });
    expect(answer.status).toBe(204);
  }
});
afterAll(() => store.stop());

const window = (fromMinutes: bigint, toMinutes: bigint) => ({
  tenant: '',
  fromNano: startNano + fromMinutes * minuteNano,
  toNano: startNano + toMinutes * minuteNano,
});
const hour = window(0n, 60n);
const question = { aggregateBy: 'series', targetLabels: [], limit: 10, stepNano: 0n } as const;

describe('volumes', () => {
  const volumesOf = async (isStrict: boolean, asked: object, selector = '{app=~".+"}') => {
    const slots = await catalogOf(isStrict).volumes({ ...hour, ...question, ...asked }, selector);
    return slots.map(({ endMs, volumes }) => [
      (endMs - Number(startNano / 1_000_000n)) / 1000,
      ...volumes.map(({ labels, bytes }) => `${Object.values(labels)} ${bytes}`),
    ]);
  };

  it('are the bytes of lines, each once', async () => {
    expect(await volumesOf(false, {})).toEqual([[3600, 'a 60000', 'b 60000', 'c 60000']]);
    const half = window(0n, 30n);
    expect(await volumesOf(false, half, '{app="a"}')).toEqual([[1800, 'a 30100']]);
  });

  it('are for streams with all target labels', async () => {
    expect(await volumesOf(false, { targetLabels: ['env'] })).toEqual([[3600, 'x 120000']]);
  });

  it('come by steps that begin at multiples', async () => {
    const asked = { ...window(10n, 60n), stepNano: 20n * minuteNano, limit: 1 };
    expect(await volumesOf(false, asked)).toEqual([
      [1199.999, 'a 10000'],
      [2399.999, 'a 20000'],
      [3600, 'a 20000'],
    ]);
  });

  it('are doubled KiB of chunks if strict', async () => {
    // 60,000 bytes of lines, 8 for each level, and the texts of the levels: 63.3 KiB.
    const kib = Math.round((linesPerStream * 108 + 'detected_level'.length + 4) / 1024);
    const bytes = 2 * kib * 1024;
    expect(await volumesOf(true, {})).toEqual([[3600, `a ${bytes}`, `b ${bytes}`, `c ${bytes}`]]);
    const [half] = await volumesOf(true, window(0n, 30n), '{app="a"}');
    expect(half).toEqual([1800, `a ${2 * Math.trunc((kib * 1800) / 3594) * 1024}`]);
  });

  it('have totals', async () => {
    const exact = { streams: 3, chunks: 3, entries: 1800, bytes: 180_000 };
    expect(await catalogOf(false).stats(hour, '{app=~".+"}')).toEqual(exact);
    const strict = await catalogOf(true).stats(hour, '{app="a"}');
    expect(strict).toEqual({ streams: 1, chunks: 1, entries: 600, bytes: 63 * 1024 });
    const nothing = { streams: 0, chunks: 0, entries: 0, bytes: 0 };
    expect(await catalogOf(false).stats(hour, '{app="none"}')).toEqual(nothing);
    expect(await catalogOf(true).stats(hour, '{app="none"}')).toEqual(nothing);
  });

  it('refuse what selects nothing if strict, and a range that is too long', async () => {
    await expect(catalogOf(true).stats(hour, '{app!="a"}')).rejects.toThrow('at least one');
    expect(await volumesOf(true, { limit: 1 }, '{}')).toHaveLength(1);
    const long = { ...hour, fromNano: hour.fromNano - 1000n * 60n * minuteNano };
    await expect(catalogOf(true).labels(long, '')).rejects.toThrow(
      'the query time range exceeds the limit (query length: 1001h0m0s, limit: 30d1h)',
    );
    expect(await catalogOf(false).labels(long, '')).toContain('app');
  });
});

it('labels are detected unless all of their values are numbers or UUIDs', async () => {
  const found = await catalogOf(false).detectedLabels(hour, '');
  expect(found.map(({ label, cardinality }) => `${label} ${cardinality}`)).toEqual([
    'app 3',
    'env 1',
    'flag 1',
    'pod 1',
    'service_name 3',
  ]);
});

it('a series question may be {} only alone if strict', async () => {
  const groups = ['{}', '{app="a"}'];
  await expect(catalogOf(true).series(hour, groups)).rejects.toThrow('0 matchers in group: {}');
  expect(await catalogOf(true).series(hour, ['{}', '{}'])).toHaveLength(3);
  expect(await catalogOf(false).series(hour, groups)).toHaveLength(3);
});

describe('patterns', () => {
  const step = 10n * minuteNano;
  const totals = async (patternLinesMax?: number) =>
    (await catalogOf(false, patternLinesMax).patterns(hour, '{app=~".+"}', step)).map(
      ({ pattern, level, total }) => ({ pattern: pattern.slice(0, 20), level, total }),
    );

  it('count lines', async () => {
    const found = await totals();
    expect(found.map(({ pattern, level }) => [pattern, level])).toEqual(
      expect.arrayContaining([
        [expect.stringMatching(/^error: job <_> is la/), 'error'],
        [expect.stringMatching(/^info: job <_> is don/), 'info'],
        [expect.stringMatching(/^tick /), 'unknown'],
      ]),
    );
  });

  it('of a sample are estimates, the same every time', async () => {
    const found = await totals(200);
    expect(await totals(200)).toEqual(found);
    const sum = found.reduce((all, { total }) => all + total, 0);
    expect(sum).toBeGreaterThan(linesPerStream * 3 * 0.7);
    expect(sum).toBeLessThan(linesPerStream * 3 * 1.3);
  });
});
