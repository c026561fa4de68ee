// What the service graph keeps in the store comes back as it was.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEdgeStore } from '#exporter/clickhouse/edge-store.ts';
import { createManualClock } from '#lib/clock.ts';
import type { EdgeHalf, EdgeStore } from '#pipeline/edge-store.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';

const nowMs = Date.now();
const clock = createManualClock(nowMs);
let running: TestStore;
let edgeStore: EdgeStore;

beforeAll(async () => {
  running = await startTestStore();
  edgeStore = createEdgeStore(running.store, clock);
});
afterAll(async () => {
  await running?.stop();
});

const half = (values: Partial<EdgeHalf>): EdgeHalf => ({
  tenant: 'a',
  edgeKey: 1n,
  isServer: false,
  owner: 7n,
  writtenMs: nowMs,
  expiresMs: nowMs + 180_000,
  isReleased: false,
  traceId: Uint8Array.from({ length: 16 }, (_, i) => 255 - i),
  spanTimeUnixNano: 1_700_000_000_123_456_789n,
  durationNano: 12_345_678,
  isFailed: false,
  isMessaging: false,
  service: 'shop',
  serviceNamespace: '',
  peer: '',
  dimensions: [],
  ...values,
});

it('finds the halves of its edges, of both sides and all owners', async () => {
  const halves = [
    half({ edgeKey: 2n ** 64n - 1n, owner: 2n ** 64n - 2n, isFailed: true, peer: "b'ank" }),
    half({ edgeKey: 2n ** 64n - 1n, isServer: true, isMessaging: true, serviceNamespace: 'eu' }),
    half({
      edgeKey: 5n,
      dimensions: [
        ['a.b', 'ü'],
        ['c', ''],
      ],
    }),
  ];
  const others = [half({ edgeKey: 6n }), half({ tenant: 'b', edgeKey: 5n })];
  const old = half({ edgeKey: 5n, owner: 8n, writtenMs: nowMs - 5000 });
  await edgeStore.write([...halves, ...others, old]);
  // More keys than one question has.
  const keys = [...Array.from({ length: 9000 }, (_, i) => BigInt(i + 100)), 2n ** 64n - 1n, 5n];
  const found = await edgeStore.find('a', keys, nowMs - 1000);
  const order = (a: EdgeHalf, b: EdgeHalf) =>
    Number(a.isServer) - Number(b.isServer) || Number(b.edgeKey - a.edgeKey);
  expect(found.toSorted(order)).toEqual(halves.toSorted(order));
});

it('finds halves that came again once', async () => {
  const again = half({ edgeKey: 50n });
  await edgeStore.write([again]);
  await edgeStore.write([again]);
  expect(await edgeStore.find('a', [50n], nowMs - 1000)).toEqual([again]);
});

async function takeReleased(sinceMs: number): Promise<EdgeHalf[]> {
  const taken: EdgeHalf[] = [];
  await edgeStore.takeReleased(sinceMs, (halves) => {
    expect(halves.length).toBeLessThanOrEqual(20_000);
    taken.push(...halves);
  });
  return taken;
}

it('gives what was released last, once', async () => {
  const before = half({ edgeKey: 60n, isReleased: true, writtenMs: nowMs - 60_000 });
  const last = [61n, 62n].map((edgeKey, i) =>
    half({ edgeKey, tenant: `t${i}`, isReleased: true, writtenMs: nowMs - 1000 }),
  );
  await edgeStore.write([before, ...last]);
  expect(await takeReleased(nowMs - 500)).toEqual([]);
  const taken = await takeReleased(nowMs - 120_000);
  expect(taken.toSorted((a, b) => Number(a.edgeKey - b.edgeKey))).toEqual(last);
  clock.advance(10);
  expect(await takeReleased(nowMs - 120_000)).toEqual([]);
  const next = half({ edgeKey: 63n, isReleased: true, writtenMs: nowMs + 5 });
  await edgeStore.write([next]);
  expect(await takeReleased(nowMs - 120_000)).toEqual([next]);
});

it('gives many in the order in which they expire', async () => {
  clock.advance(60_000);
  const many = Array.from({ length: 45_000 }, (_, i) =>
    half({
      edgeKey: BigInt(1000 + ((i * 7919) % 45_000)),
      expiresMs: nowMs + i,
      isReleased: true,
      writtenMs: clock.nowMs(),
    }),
  );
  for (let i = 0; i < many.length; i += 10_000) await edgeStore.write(many.slice(i, i + 10_000));
  clock.advance(10);
  const taken = await takeReleased(nowMs);
  expect(taken.map(({ edgeKey }) => edgeKey)).toEqual(many.map(({ edgeKey }) => edgeKey));
  expect(await takeReleased(nowMs)).toEqual([]);
});
