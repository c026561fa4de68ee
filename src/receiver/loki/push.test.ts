import { compress } from 'snappy';
import { expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import type { HttpRequest, HttpResponse } from '#server/route.ts';
import { lokiPushRoutes } from './push.ts';

const nowMs = 1_000_000_000;

function receiver(consume: (batch: Batch) => Promise<void> = async () => {}) {
  const batches: Batch[] = [];
  const meter = createMeter();
  const routes = lokiPushRoutes({
    consumer: {
      consume: async (batch) => {
        await consume(batch);
        batches.push(batch);
        return { accepted: batch.items, rejected: undefined };
      },
    },
    clock: createManualClock(nowMs),
    identities: new IdentityCache(),
    meter,
    limits: { ageMsMax: 60_000, futureMsMax: 60_000, attributeBytesMax: 100, bodyBytesMax: 1000 },
  });
  const post = (body: Uint8Array, type: string, encoding?: string): Promise<HttpResponse> =>
    Promise.resolve(
      routes[0]?.handle({
        headers: { 'content-type': type, 'content-encoding': encoding },
        tenant: 't',
        signal: new AbortController().signal,
        body: async () => body,
      } as unknown as HttpRequest) as HttpResponse,
    );
  return { batches, meter, post };
}

const json = (times: number[]) =>
  new TextEncoder().encode(
    JSON.stringify({
      streams: [{ stream: { app: 'a' }, values: times.map((ms) => [`${ms}000000`, 'line']) }],
    }),
  );

/** PushRequest { Stream { labels, Entry { Timestamp { seconds = 1000000 }, line "x" } } } by hand. */
const protobuf = Uint8Array.from([
  0x0a,
  0x16,
  0x0a,
  0x09,
  ...new TextEncoder().encode('{app="a"}'),
  0x12,
  0x09,
  0x0a,
  0x04,
  0x08,
  0xc0,
  0x84,
  0x3d,
  0x12,
  0x01,
  0x78,
]);

it('takes JSON and answers 204 when it is committed', async () => {
  const { post, batches } = receiver();
  expect(await post(json([nowMs]), 'application/json')).toEqual({ status: 204 });
  expect(batches).toMatchObject([{ signal: 'logs', tenant: 't', items: 1 }]);
});

it('takes protobuf in a snappy block', async () => {
  const { post, batches } = receiver();
  const body = await compress(Buffer.from(protobuf));
  expect(await post(body as Uint8Array, 'application/x-protobuf')).toEqual({ status: 204 });
  expect(batches).toMatchObject([{ items: 1 }]);
});

it('takes protobuf of which the server has undone a block of snappy, in any case', async () => {
  const { post, batches } = receiver();
  for (const encoding of ['snappy', ' Snappy', 'SNAPPY']) {
    const answer = await post(protobuf, 'application/x-protobuf', encoding);
    expect(answer).toEqual({ status: 204 });
  }
  expect(batches.length).toBe(3);
});

it('stores what it can, says what it cannot and counts both', async () => {
  const { post, batches, meter } = receiver();
  const answer = await post(json([nowMs - 120_000, nowMs, nowMs + 120_000]), 'application/json');
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('has timestamp too old: 1970-01-12T13:44:40Z');
  expect(batches).toMatchObject([{ items: 1 }]);
  const counted = (verb: string) =>
    meter.collect().find(({ name }) => name === `otelcol_receiver_${verb}_log_records`)?.points[0]
      ?.value;
  expect([counted('accepted'), counted('refused')]).toEqual([1, 2]);
});

it('asks to come again when the queue is full', async () => {
  const { post } = receiver(async () => {
    throw new OperationError('store_queue_full', 'cannot take more', { retryable: true });
  });
  const answer = await post(json([nowMs]), 'application/json');
  expect(answer).toMatchObject({
    status: 429,
    body: 'cannot take more\n',
    errorCode: 'store_queue_full',
  });
  expect(answer.headers).toHaveProperty('retry-after');
});

it('refuses other bytes and blocks that grow too large', async () => {
  const { post } = receiver();
  const garbage = await post(new TextEncoder().encode('garbage'), 'application/x-protobuf');
  expect(garbage.status).toBe(400);
  const bomb = await compress(Buffer.alloc(5000));
  const answer = await post(bomb as Uint8Array, 'application/x-protobuf');
  expect(answer).toMatchObject({ status: 413 });
  const values = Buffer.from(`{"streams":[${'{},'.repeat(2_000_000)}{}]}`);
  expect(await post(values, 'application/json')).toMatchObject({ status: 413 });
});
