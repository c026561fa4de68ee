// The Jaeger API on the real engine: the requests that Jaeger's UI, Grafana's Jaeger datasource and
// clients of its API send, and Jaeger's own fixtures of its storage integration tests.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jaegerRoutes } from '#api/jaeger/index.ts';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import { createManualClock } from '#lib/clock.ts';
import { IdentityCache } from '#model/identity.ts';
import { createTraceCatalog } from '#query/trace/catalog.ts';
import { createTraceqlEngine } from '#query/traceql/engine.ts';
import { startTestStore, type TestStore } from '../lib/engine.ts';
import { createJaegerClient, type JaegerClient } from '../lib/jaeger-client.ts';
import { hasFixtures, readQueries, readTraces } from '../lib/jaeger-fixtures.ts';
import { checkoutId, checkoutSpans, otlpOf, shopEndMs, shopStartMs } from '../lib/jaeger-shop.ts';

/** In the folder of fixtures; another number means that files are missing. */
const fixtureQueries = 25;
const fixtureTraces = 32;

async function write({ store }: TestStore, otlp: object): Promise<void> {
  const { batch, rejection } = decodeTraces(otlpJsonToProtobuf('traces', JSON.stringify(otlp)), {
    tenant: '',
    nowNano: 0n,
    limits: { minUnixNano: undefined, maxUnixNano: undefined },
    identities: new IdentityCache(),
  });
  if (rejection) throw new Error(rejection.message);
  await store.writer.write(batch);
}

function clientOf({ store }: TestStore, nowMs: number, maxClockSkewMs = 0): JaegerClient {
  const clock = createManualClock(nowMs);
  const { reader } = store;
  return createJaegerClient(
    jaegerRoutes({
      engine: createTraceqlEngine({ reader, clock }),
      catalog: createTraceCatalog({ reader, clock }),
      clock,
      isStrict: false,
      maxClockSkewMs,
    }),
  );
}

const search = (parameters: Record<string, string>): string =>
  `/api/traces?${new URLSearchParams(parameters)}`;

describe.skipIf(!hasFixtures)('fixtures of Jaeger, where they are at hand', () => {
  const queries = hasFixtures ? readQueries() : [];
  const traces = hasFixtures ? readTraces() : [];
  let started: TestStore;
  let jaeger: JaegerClient;

  beforeAll(async () => {
    started = await startTestStore();
    for (const { otlp } of traces) await write(started, otlp);
    jaeger = clientOf(started, Date.parse('2017-01-26T18:00:00Z'));
  });
  afterAll(() => started?.stop());

  it('are all there', () => {
    expect([queries.length, traces.length]).toEqual([fixtureQueries, fixtureTraces]);
  });

  const idsOf = (names: readonly string[]): string[] =>
    traces
      .filter(({ name }) => names.includes(name))
      .map(({ traceId }) => traceId)
      .sort();
  const micros = (time: string): string =>
    String(Date.parse(time) * 1000 + Number(/\.\d{3}(\d{3})Z/.exec(time)?.[1] ?? 0));

  for (const { Caption, Query, ExpectedFixtures } of queries) {
    const tags = Object.fromEntries(
      Object.entries(Query.Tags ?? {}).map(([name, value]) => [name, String(value)]),
    );
    it(Caption, async () => {
      const { status, body } = await jaeger(
        search({
          service: Query.ServiceName,
          operation: Query.OperationName,
          tags: JSON.stringify(tags),
          start: micros(Query.StartTimeMin),
          end: micros(Query.StartTimeMax),
          minDuration: Query.DurationMin === 0 ? '' : `${Query.DurationMin}ns`,
          maxDuration: Query.DurationMax === 0 ? '' : `${Query.DurationMax}ns`,
          limit: String(Query.NumTraces),
        }),
      );
      expect(status).toBe(200);
      const found = body.data.map((trace: { traceID: string }) => trace.traceID).sort();
      expect(found).toEqual(idsOf(ExpectedFixtures));
    });

    it(`${Caption}, v3`, async () => {
      const parameters = new URLSearchParams({
        'query.service_name': Query.ServiceName,
        'query.operation_name': Query.OperationName,
        'query.attributes': JSON.stringify(tags),
        'query.start_time_min': Query.StartTimeMin,
        'query.start_time_max': Query.StartTimeMax,
        'query.duration_min': `${Query.DurationMin}ns`,
        'query.duration_max': `${Query.DurationMax}ns`,
        'query.num_traces': String(Query.NumTraces),
      });
      const { status, body } = await jaeger(`/api/v3/trace-summaries?${parameters}`);
      expect(status).toBe(200);
      const found = body.summaries.map((trace: { traceId: string }) => trace.traceId).sort();
      expect(found).toEqual(idsOf(ExpectedFixtures));
    });
  }
});

describe('a shop', () => {
  let started: TestStore;
  let jaeger: JaegerClient;
  let adjusting: JaegerClient;

  beforeAll(async () => {
    started = await startTestStore();
    await write(started, otlpOf(checkoutSpans));
    // Once more: no count may change.
    await write(started, otlpOf(checkoutSpans));
    jaeger = clientOf(started, shopEndMs);
    adjusting = clientOf(started, shopEndMs, 10_000);
  });
  afterAll(() => started?.stop());

  it('services and operations', async () => {
    const services = await jaeger('/api/services');
    expect(services.contentType).toBe('application/json');
    const data = ['cart', 'checkout', 'missing-service-name', 'payment'];
    expect(services.body).toEqual({ data, total: 4, limit: 0, offset: 0, errors: null });
    const operations = await jaeger('/api/services/checkout/operations');
    expect(operations.body.data).toEqual(['POST /checkout', 'charge']);
    const kinds = await jaeger('/api/operations?service=checkout&spanKind=server');
    expect(kinds.body.data).toEqual([{ name: 'POST /checkout', spanKind: 'server' }]);
    const none = await jaeger('/api/operations?service=checkout&spanKind=odd');
    expect(none.body.data).toEqual([]);
    const unnamed = await jaeger('/api/services/missing-service-name/operations');
    expect(unnamed.body.data).toEqual(['orphan']);
  });
});
