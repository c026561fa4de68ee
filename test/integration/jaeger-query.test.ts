// Searches of the Jaeger API on the real engine: Jaeger's own fixtures of its storage integration tests,
// a shop with everything that can be searched for, and requests that are refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JaegerClient } from '../lib/jaeger-api-client.ts';
import { hasFixtures, readQueries, readTraces } from '../lib/jaeger-fixtures.ts';
import { checkoutId, checkoutSpans, otlpOf, shopEndMs, shopStartMs } from '../lib/jaeger-shop.ts';
import { type JaegerStore, startJaegerStore } from '../lib/jaeger-store.ts';

/** In the folder of fixtures; another number means that files are missing. */
const fixtureQueries = 25;
const fixtureTraces = 32;

const search = (parameters: Record<string, string>): string =>
  `/api/traces?${new URLSearchParams(parameters)}`;

describe.skipIf(!hasFixtures)('fixtures of Jaeger, where they are at hand', () => {
  const queries = hasFixtures ? readQueries() : [];
  const traces = hasFixtures ? readTraces() : [];
  let started: JaegerStore;
  let jaeger: JaegerClient;

  beforeAll(async () => {
    const nowMs = Date.parse('2017-01-26T18:00:00Z');
    started = await startJaegerStore(
      traces.map(({ otlp }) => otlp),
      nowMs,
    );
    jaeger = started.jaeger;
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
      const found = body.data.map((trace) => trace.traceID).sort();
      // Ids of 64 bits have 16 digits here, as in Jaeger.
      const expected = idsOf(ExpectedFixtures).map((id) => id.replace(/^0{16}/, ''));
      expect(found).toEqual(expected);
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
      const found = body.summaries.map((trace) => trace.traceId).sort();
      expect(found).toEqual(idsOf(ExpectedFixtures));
    });
  }
});

describe('a shop', () => {
  let started: JaegerStore;
  let jaeger: JaegerClient;

  beforeAll(async () => {
    // Twice: no count may change.
    const otlp = otlpOf(checkoutSpans);
    started = await startJaegerStore([otlp, otlp], shopEndMs);
    jaeger = started.jaeger;
  });
  afterAll(() => started?.stop());

  describe('search', () => {
    const range = {
      start: String((shopStartMs - 60_000) * 1000),
      end: String(shopEndMs * 1000),
    };
    const finds = (parameters: Record<string, string>, count: number) =>
      it(JSON.stringify(parameters), async () => {
        const asked = { service: 'checkout', ...range, ...parameters };
        const { status, body } = await jaeger(search(asked));
        expect([status, body.data?.length, body.errors]).toEqual([200, count, null]);
      });
    const tag = (name: string, value: string, count = 1, service = 'checkout') =>
      finds({ service, tags: JSON.stringify({ [name]: value }) }, count);
    finds({}, 1);
    finds({ service: 'nobody' }, 0);
    finds({ operation: 'charge' }, 1);
    finds({ service: 'cart', operation: 'charge' }, 0);
    finds({ minDuration: '200ms' }, 1);
    finds({ minDuration: '200.001ms' }, 0);
    finds({ minDuration: '0s', maxDuration: '100ms' }, 1);
    finds({ minDuration: '101ms', maxDuration: '199ms' }, 0);
    finds({ start: String(shopStartMs * 1000), end: String(shopStartMs * 1000) }, 1);
    finds({ start: String(shopStartMs * 1000 + 10_001), end: range.end }, 0);
    finds({ tag: 'http.method:POST' }, 1);
    tag('http.status_code', '500');
    tag('http.status_code', '50', 0);
    tag('load', '0.5');
    tag('retried', 'true');
    tag('big', '9223372036854775222');
    tag('quote', `a"b'c\\d`);
    tag('exception.message', 'card declined');
    tag('event', 'exception');
    tag('reason', 'retry');
    tag('host.name', 'a');
    tag('resource.host.name', 'a');
    tag('resource.http.method', 'POST', 0);
    tag('error', 'true');
    tag('error', 'true', 0, 'cart');
    tag('error', 'false', 1, 'cart');
    tag('span.kind', 'client');
    tag('span.kind', 'producer', 0);
    tag('otel.status_code', 'ERROR');
    tag('otel.status_code', 'OK', 1, 'payment');
    tag('otel.status_description', 'declined');
    tag('otel.scope.name', 'shop-sdk');
    tag('otel.scope.version', '1.3', 0);
    tag('w3c.tracestate', 'vendor=1');
    tag('absent', '', 0);
    tag("' OR 1 = 1 --", "' OR 1 = 1 --", 0);
    finds({ tags: '{"http.method":"POST","http.status_code":"500"}', operation: 'charge' }, 0);
    finds({ service: 'missing-service-name' }, 1);

    it('summaries', async () => {
      const query = new URLSearchParams({
        'query.serviceName': 'checkout',
        'query.startTimeMin': new Date(shopStartMs).toISOString(),
        'query.startTimeMax': new Date(shopEndMs).toISOString(),
      });
      const { body } = await jaeger(`/api/v3/trace-summaries?${query}`);
      expect(body.summaries).toEqual([
        {
          traceId: checkoutId,
          rootServiceName: 'checkout',
          rootOperationName: 'POST /checkout',
          minStartTimeUnixNano: `${shopStartMs - 990}000000`,
          maxEndTimeUnixNano: `${shopStartMs + 200}000000`,
          spanCount: 5,
          errorSpanCount: 1,
          orphanSpanCount: 1,
          services: [
            { name: 'cart', spanCount: 1, errorSpanCount: 0 },
            { name: 'checkout', spanCount: 2, errorSpanCount: 1 },
            { name: 'missing-service-name', spanCount: 1, errorSpanCount: 0 },
            { name: 'payment', spanCount: 1, errorSpanCount: 0 },
          ],
        },
      ]);
    });

    it('takes JSON in v3', async () => {
      const fields = {
        service_name: 'checkout',
        attributes: { error: 'true' },
        start_time_min: new Date(shopStartMs).toISOString(),
        startTimeMax: new Date(shopEndMs).toISOString(),
      };
      const body = JSON.stringify({ query: fields });
      const found = await jaeger('/api/v3/traces', { method: 'POST', body });
      expect(found.body.result.resourceSpans.length).toBeGreaterThan(0);
      const none = JSON.stringify({ query: { ...fields, attributes: { error: 'no' } } });
      const missed = await jaeger('/api/v3/traces', { method: 'POST', body: none });
      const error = { httpCode: 404, message: 'No traces found' };
      expect([missed.status, missed.body]).toEqual([404, { error }]);
    });
  });

  describe('refuses', () => {
    const refuses = (target: string, message: string) =>
      it(target, async () => {
        const { status, body } = await jaeger(target);
        expect(status).toBe(400);
        const said = target.startsWith('/api/v3') ? body.error.message : body.errors[0].msg;
        expect(said).toContain(message);
      });
    refuses('/api/traces', "parameter 'service' is required");
    refuses('/api/operations', "parameter 'service' is required");
    refuses('/api/traces/xyz789', 'trace IDs can only contain hex characters');
    refuses(`/api/traces/${'1'.repeat(60)}`, "trace IDs can't be larger than 128 bits");
    refuses('/api/traces?service=a&start=x', "unable to parse param 'start'");
    refuses('/api/traces?service=a&end=99999999999999999999', 'value out of range');
    refuses('/api/traces?service=a&start=2&end=1', 'start time must be before end time');
    refuses('/api/traces?service=a&limit=0', 'limit must be greater than 0');
    refuses('/api/traces?service=a&limit=100000', 'limit must not be greater than 5000');
    refuses('/api/traces?service=a&minDuration=5', 'time: missing unit in duration "5"');
    refuses(
      '/api/traces?service=a&minDuration=2s&maxDuration=1s',
      "'maxDuration' should be greater",
    );
    refuses('/api/traces?service=a&tag=x', "malformed 'tag' parameter");
    refuses('/api/traces?service=a&tags=%7B', "malformed 'tags' parameter");
    refuses('/api/traces?service=a&tags=%7B%22a%22%3A%5B%5D%7D', 'is no string');
    refuses('/api/traces?service=a&raw=maybe', "unable to parse param 'raw'");
    refuses('/api/traces/abc?start=x', "unable to parse param 'start'");
    refuses('/api/dependencies?endTs=x', "unable to parse param 'endTs'");
    refuses('/api/dependencies?lookback=-1', 'must not be negative');
    refuses('/api/dependencies?endTs=9223372036854775807', 'in milliseconds');
    refuses('/api/metrics/calls', 'please provide at least one service name');
    refuses('/api/metrics/latencies?service=a', "unable to parse param 'quantile'");
    refuses('/api/metrics/calls?service=a&spanKind=odd', "unsupported span kind: 'odd'");
    refuses('/api/metrics/calls?service=a&step=0', "'step' must be from 1");
    refuses('/api/metrics/calls?service=a&step=1&lookback=100000000', 'more than 11000 points');
    refuses('/api/v3/traces', 'query.startTimeMin and query.startTimeMax are required');
    const times = 'query.startTimeMin=2026-01-01T00:00:00Z&query.startTimeMax=2026-01-02T00:00:00Z';
    refuses(`/api/v3/traces?${times}&query.searchDepth=x`, 'malformed parameter query.searchDepth');
    refuses(`/api/v3/traces?${times}&query.num_traces=x`, 'malformed parameter query.num_traces');
    refuses(`/api/v3/traces?${times}&query.filter=%7B%7D`, 'filter is not supported');
    refuses('/api/v3/traces?query.start_time_min=now&query.start_time_max=x', 'start_time_min');
    refuses('/api/v3/traces/xyz', 'hex characters');
    refuses('/api/v3/dependencies', 'startTime and endTime are required');
  });
});
