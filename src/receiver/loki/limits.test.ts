import { expect, it } from 'vitest';
import { decodePushJson } from '#codec/loki-push/decode.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { OperationError } from '#lib/errors.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { HttpRequest, HttpResponse } from '#server/route.ts';
import { createRateLimit, limitRate, type RateSettings } from './limits.ts';
import { type LokiPushLimits, lokiPushRoutes } from './push.ts';

const json = (body: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(body));

const pushOf = (bytes: number, stream: Record<string, string> = { app: 'a' }): Uint8Array =>
  json({ streams: [{ stream, values: [['1', 'x'.repeat(bytes)]] }] });

function batchOf(tenant: string, bytes: number): Batch {
  const context = {
    tenant,
    minUnixNano: undefined,
    maxUnixNano: undefined,
    lineBytesMax: 1 << 20,
    identities: new IdentityCache(),
  };
  return decodePushJson(pushOf(bytes), context).batch;
}

it('takes the burst, then the rate, each tenant by itself', () => {
  const clock = createManualClock(0);
  const take = createRateLimit({ bytesPerSecond: 1000, burstBytes: 5000 }, clock);
  take(batchOf('a', 4000));
  expect(() => take(batchOf('a', 2000))).toThrow(
    /^ingestion rate limit exceeded for user a \(limit: 1000 bytes\/sec\) while attempting to ingest '1' lines totaling '2\d{3}' bytes/,
  );
  take(batchOf('b', 4000));
  clock.advance(1500);
  take(batchOf('a', 2000));
  try {
    take(batchOf('a', 2000));
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(OperationError);
    expect((error as OperationError).retryAfterMs).toBeGreaterThan(1000);
  }
});

function receiver(limits: Partial<LokiPushLimits>, rate?: RateSettings) {
  const meter = createMeter();
  const clock = createManualClock(1000);
  const taken: Batch[] = [];
  const consumer: Consumer = {
    consume: async (batch) => {
      taken.push(batch);
      return { accepted: batch.items, rejected: undefined };
    },
  };
  const [route] = lokiPushRoutes({
    consumer: limitRate(consumer, rate, { clock, meter }),
    clock,
    identities: new IdentityCache(),
    meter,
    limits: {
      ageMsMax: undefined,
      futureMsMax: undefined,
      attributeBytesMax: 100_000,
      bodyBytesMax: 1 << 20,
      ...limits,
    },
  });
  const post = async (body: Uint8Array): Promise<HttpResponse | undefined> =>
    route?.handle({
      headers: { 'content-type': 'application/json' },
      tenant: '',
      signal: new AbortController().signal,
      body: async () => body,
    } as unknown as HttpRequest);
  const discarded = () =>
    meter
      .collect()
      .find(({ name }) => name === 'loki_discarded_samples_total')
      ?.points.map(({ labels, value }) => [labels.tenant, labels.reason, value]);
  return { post, taken, discarded };
}

it('answers 429 with a time to come again, and counts', async () => {
  const rate = { bytesPerSecond: 100, burstBytes: 1000 };
  const { post, taken, discarded } = receiver({}, rate);
  const answer = await post(pushOf(2000));
  expect(answer).toMatchObject({ status: 429, errorCode: 'loki_push_rate' });
  expect(answer?.headers).toHaveProperty('retry-after');
  expect(taken).toEqual([]);
  expect(discarded()).toEqual([['fake', 'rate_limited', 1]]);
});

it.each([
  [{ a: '1', b: '2', c: '3' }, 'max_label_names_per_series', 'has 3 label names; limit 2'],
  [{ abcdef: '1' }, 'label_name_too_long', "has label name too long: 'abcdef'"],
  [{ a: '123456789' }, 'label_value_too_long', "has label value too long: '123456789'"],
] as const)('refuses the stream %j and takes the others', async (stream, reason, message) => {
  const { post, taken, discarded } = receiver({
    labels: { namesMax: 2, nameLengthMax: 5, valueLengthMax: 8 },
  });
  const streams = [stream, { app: 'ok' }].map((labels) => ({
    stream: labels,
    values: [['1', 'line']],
  }));
  const answer = await post(json({ streams }));
  expect(answer?.status).toBe(400);
  expect(answer?.body).toContain(message);
  expect(taken.map(({ items }) => items)).toEqual([1]);
  expect(discarded()).toEqual([['fake', reason, 1]]);
});
