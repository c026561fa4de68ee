import { compress } from 'snappy';
import { expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import type { HttpRequest, HttpResponse } from '#server/route.ts';
import { writeRequest1, writeRequest2 } from '../../../test/lib/remote-write.ts';
import { remoteWriteRoutes } from './write.ts';

const nowMs = 480_000 * 3_600_000;
const version2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';

function receiver(consume: (batch: Batch) => Promise<void> = async () => {}) {
  const batches: Batch[] = [];
  const meter = createMeter();
  const [route] = remoteWriteRoutes({
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
    limits: { ageMsMax: 60_000, futureMsMax: 60_000, attributeBytesMax: 100, bodyBytesMax: 10_000 },
  });
  const post = async (plain: Uint8Array, type?: string, encoding?: string): Promise<HttpResponse> =>
    (await route?.handle({
      headers: { 'content-type': type, 'content-encoding': encoding },
      tenant: 't',
      signal: new AbortController().signal,
      // What the server undid is plain; without a header it is as sent.
      body: async () => (encoding ? plain : ((await compress(Buffer.from(plain))) as Uint8Array)),
    } as unknown as HttpRequest)) as HttpResponse;
  const counted = (name: string) =>
    meter.collect().find((family) => family.name === name)?.points[0]?.value;
  return { batches, counted, post };
}

const series = (...times: number[]) => [
  {
    labels: [['__name__', 'up']] as const,
    samples: times.map((timeMs) => ({ timeMs, value: 1 })),
  },
];

it('answers 204 when the samples are committed', async () => {
  const { post, batches } = receiver();
  const body = writeRequest1(series(nowMs));
  expect(await post(body)).toMatchObject({ status: 204 });
  expect(await post(body, 'application/x-protobuf', 'snappy')).toMatchObject({ status: 204 });
  expect(batches).toMatchObject([{ signal: 'metrics', tenant: 't', items: 1 }, { items: 1 }]);
});

it('says how much of 2.0 was written, keeps the valid part and counts', async () => {
  const { post, counted } = receiver();
  const body = writeRequest2(series(nowMs - 120_000, nowMs, nowMs + 120_000));
  const answer = await post(body, version2, 'snappy');
  expect(answer).toMatchObject({
    status: 400,
    headers: {
      'x-prometheus-remote-write-samples-written': '1',
      'x-prometheus-remote-write-histograms-written': '0',
      'x-prometheus-remote-write-exemplars-written': '0',
    },
  });
  expect(answer.body).toContain('1 older than ingest.max_age allows, 1 newer than');
  expect(counted('otelcol_receiver_accepted_metric_points')).toBe(1);
  expect(counted('otelcol_receiver_refused_metric_points')).toBe(2);
});

it.each([
  ['text/plain', 'snappy'],
  ['application/x-protobuf;proto=other.Message', 'snappy'],
  ['application/x-protobuf', 'gzip'],
  ['application/json', undefined],
])('refuses %s in %s', async (type, encoding) => {
  const { post, batches } = receiver();
  const answer = await post(writeRequest1(series(nowMs)), type, encoding);
  expect(answer).toMatchObject({ status: 415, errorCode: 'remote_write_unsupported' });
  expect(batches).toEqual([]);
});

it('takes metadata that comes alone', async () => {
  const { post, batches } = receiver();
  const metadata = [{ type: 1, name: 'a', help: 'Help.', unit: '' }];
  expect(await post(writeRequest1([], metadata))).toMatchObject({ status: 204 });
  expect(batches).toMatchObject([{ items: 0, identities: [{ table: 'otel_metric_metadata' }] }]);
});

it('asks to come again when the queue is full', async () => {
  const { post } = receiver(async () => {
    throw new OperationError('store_queue_full', 'cannot take more', { retryable: true });
  });
  const answer = await post(writeRequest2(series(nowMs)), version2, 'snappy');
  expect(answer).toMatchObject({
    status: 429,
    body: 'cannot take more\n',
    errorCode: 'store_queue_full',
    headers: { 'x-prometheus-remote-write-samples-written': '0' },
  });
  expect(answer.headers).toHaveProperty('retry-after');
});

it('refuses garbage and blocks that grow too large', async () => {
  const { post } = receiver();
  const garbage = await post(Uint8Array.of(0x0a, 0xff), 'application/x-protobuf', 'snappy');
  expect(garbage).toMatchObject({ status: 400, errorCode: 'remote_write_malformed' });
  const bomb = await post(new Uint8Array(20_000));
  expect(bomb).toMatchObject({ status: 400, errorCode: 'remote_write_compression' });
});
