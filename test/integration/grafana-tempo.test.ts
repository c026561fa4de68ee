// A replay of what Grafana's Tempo datasource and Traces Drilldown send, request by request over a socket,
// by HTTP and by gRPC; Grafana itself is not there. JSON is read as strictly as it reads it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { IdentityCache } from '#model/identity.ts';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { attributes, type Json, type JsonObject } from '../lib/otlp-json.ts';
import { unknownFields } from '../lib/tempo-fields.ts';
import {
  createTempoGrpcClient,
  fieldsOf,
  messageOf,
  messagesOf,
  textOf,
} from '../lib/tempo-grpc-client.ts';

const traceCount = 40;
const nowMs = Math.floor(Date.now() / 1000) * 1000;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const traceIdOf = (t: number): string => hex(0xabc000 + t, 32);

/** Checkout asks the cart and pays; every fourth payment fails with an exception. */
function spanOf(t: number, index: number, span: JsonObject): Json {
  const startNano = BigInt(nowMs - (t + 2) * 60_000) * 1_000_000n + BigInt(index) * 1_000_000n;
  const durationNano = BigInt(20 - index) * 1_000_000n * BigInt(1 + (t % 7));
  return {
    traceId: traceIdOf(t),
    spanId: hex(t * 16 + index + 1, 16),
    ...(index === 0 ? {} : { parentSpanId: hex(t * 16 + 1, 16) }),
    startTimeUnixNano: String(startNano),
    endTimeUnixNano: String(startNano + durationNano),
    ...span,
  };
}

function traceOf(t: number): JsonObject[] {
  const failed = t % 4 === 0;
  const exception = {
    name: 'exception',
    timeUnixNano: String(BigInt(nowMs - (t + 2) * 60_000) * 1_000_000n),
    attributes: attributes({ 'exception.type': 'CardDeclined', 'exception.message': `card ${t}` }),
  };
  const of = (service: string, span: Json): JsonObject => ({
    resource: { attributes: attributes({ 'service.name': service, 'cloud.region': 'eu' }) },
    scopeSpans: [{ scope: { name: 'shop-lib', version: '1.0' }, spans: [span] }],
  });
  const status = failed ? { code: 2, message: 'declined' } : {};
  const route = { 'http.route': `/pay/${t % 3}`, 'http.status_code': failed ? 500 : 200 };
  return [
    of(
      'checkout',
      spanOf(t, 0, { name: 'POST /pay', kind: 2, attributes: attributes(route), status }),
    ),
    of(
      'checkout',
      spanOf(t, 1, { name: 'GET cart', kind: 3, attributes: attributes({ retry: t }) }),
    ),
    of(
      'payments',
      spanOf(t, 2, { name: 'charge', kind: 2, status, events: failed ? [exception] : [] }),
    ),
  ];
}

let sightline: Sightline;
const range = { start: String(nowMs / 1000 - 3600), end: String(nowMs / 1000 + 60) };

beforeAll(async () => {
  sightline = await startSightline({ config: { internal_telemetry: { enabled: false } } });
  const resourceSpans = Array.from({ length: traceCount }, (_, t) => traceOf(t)).flat();
  const answer = await fetch(`http://127.0.0.1:${sightline.ports.otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans }),
  });
  expect(answer.status).toBe(200);
});
afterAll(() => sightline.stop());

/** The URLs that people give to Grafana. */
const bases = {
  'port 3200': () => `http://127.0.0.1:${sightline.ports.tempo}`,
  'port 3000': () => `http://127.0.0.1:${sightline.ports.http}/tempo`,
};

async function ask(base: string, path: string, params: Record<string, string>, accept: string) {
  const url = `${base}${path}?${new URLSearchParams(params)}`;
  const answer = await fetch(url, { headers: { accept } });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()), url };
}

async function getJson(base: string, path: string, params: Record<string, string>) {
  const { status, body, url } = await ask(base, path, { ...range, ...params }, 'application/json');
  expect(status, `${url}: ${body}`).toBe(200);
  return JSON.parse(body.toString());
}

interface Found {
  readonly traces: readonly { readonly traceID: string; readonly rootServiceName: string }[];
}

describe.each(Object.entries(bases))('the datasource at %s', (_, baseOf) => {
  const search = async (q: string, limit = '20'): Promise<Found['traces']> => {
    const body = await getJson(baseOf(), '/api/search', { q, limit, spss: '3' });
    expect(unknownFields(body, 'SearchResponse')).toEqual([]);
    return (body as Found).traces;
  };

  test('health: echo, and the version', async () => {
    const echo = await ask(baseOf(), '/api/echo', {}, 'application/json');
    expect([echo.status, echo.body.toString()]).toEqual([200, 'echo\n']);
    expect(await getJson(baseOf(), '/api/status/buildinfo', {})).toMatchObject({
      version: expect.stringMatching(/^3\.\d+\.\d+$/),
    });
  });

  test('a trace by its id: TraceByIDResponse, short ids too', async () => {
    for (const id of [traceIdOf(4), traceIdOf(4).replace(/^0+/, '').toUpperCase()]) {
      const path = `/api/v2/traces/${id}`;
      const { status, body } = await ask(baseOf(), path, range, 'application/protobuf');
      expect(status).toBe(200);
      const [trace] = fieldsOf(body).get(1) ?? [];
      const { batch } = decodeTraces(trace as Uint8Array, {
        tenant: '',
        nowNano: 0n,
        limits: { minUnixNano: undefined, maxUnixNano: undefined },
        identities: new IdentityCache(),
      });
      expect(batch.items).toBe(3);
    }
  });

  test('a trace that is not there: never without its trace field', async () => {
    const path = `/api/v2/traces/${'f'.repeat(32)}`;
    const second = await ask(baseOf(), path, {}, 'application/protobuf');
    expect(second.status).toBe(200);
    expect([...fieldsOf(second.body).keys()]).toContain(1);
    const first = await ask(baseOf(), path.replace('/v2', ''), {}, 'application/protobuf');
    expect(first.status).toBe(404);
  });

  test('search: newest first, as many as asked for, the same twice', async () => {
    const found = await search('{}', '7');
    expect(found.map(({ traceID }) => traceID)).toEqual(
      Array.from({ length: 7 }, (_, t) => traceIdOf(t).replace(/^0+/, '')),
    );
    expect(await search('{}', '7')).toEqual(found);
    expect(found[0]?.rootServiceName).toBe('checkout');
  });

  test.each([
    ['{resource.service.name="payments" && status=error}', 10],
    [
      '{nestedSetParent<0 && true && status=error} | select(status, resource.service.name, name)',
      10,
    ],
    ['{nestedSetParent<0} &>> {kind=server} | select(nestedSetParent, nestedSetLeft)', traceCount],
    ['{event.exception.message != nil}', 10],
    ['{ span.retry > 35 } || { span.http.route = "/pay/nowhere" }', 4],
    ['{ duration > 120ms } with(most_recent=true)', 5],
  ])('search %s', async (q, count) => expect(await search(q, '100')).toHaveLength(count));

  test('metrics over time', async () => {
    const q =
      '{nestedSetParent<0 && status=error} | rate() by (resource.service.name) with(sample=true)';
    const params = { q, step: '60s', exemplars: '100' };
    const body = await getJson(baseOf(), '/api/metrics/query_range', params);
    expect(unknownFields(body, 'QueryRangeResponse')).toEqual([]);
    const [series] = body.series;
    expect(series.labels).toEqual([
      { key: 'resource.service.name', value: { stringValue: 'checkout' } },
    ]);
    const total = series.samples.reduce(
      (sum: number, { value = 0 }: { value?: number }) => sum + value * 60,
      0,
    );
    expect(total).toBeCloseTo(10, 6);
  });

  test('one value of each series', async () => {
    const q = '{ } | count_over_time() by (kind)';
    const body = await getJson(baseOf(), '/api/metrics/query', { q });
    expect(unknownFields(body, 'QueryInstantResponse')).toEqual([]);
    const values = body.series.map(({ value }: { value: number }) => value);
    expect(values.sort((a: number, b: number) => a - b)).toEqual([traceCount, 2 * traceCount]);
  });

  test('names of attributes', async () => {
    const body = await getJson(baseOf(), '/api/v2/search/tags', { limit: '5000' });
    expect(unknownFields(body, 'SearchTagsV2Response')).toEqual([]);
    const names = (scope: string): string[] =>
      body.scopes.find(({ name }: { name: string }) => name === scope)?.tags;
    expect(names('resource')).toEqual(['cloud.region', 'service.name']);
    expect(names('span')).toEqual(['http.route', 'http.status_code', 'retry']);
    expect(names('event')).toEqual(['exception.message', 'exception.type']);
    expect(names('intrinsic')).toContain('duration');
    const old = await getJson(baseOf(), '/api/search/tags', { scope: 'span' });
    expect(old.tagNames).toEqual(names('span'));
  });

  test.each([
    ['resource.service.name', '{}', ['string:checkout', 'string:payments']],
    ['name', '{ kind = server }', ['string:POST /pay', 'string:charge']],
    ['span.http.route', '{ status = error }', ['string:/pay/0', 'string:/pay/1', 'string:/pay/2']],
    ['.http.status_code', '{ resource.service.name = }', ['int:200', 'int:500']],
    ['span.a/b', '', []],
  ])('values of %s where %s', async (tag, q, expected) => {
    const params = { q, limit: '5000', tag };
    const body = await getJson(baseOf(), `/api/v2/search/tag/${tag}/values`, params);
    expect(unknownFields(body, 'SearchTagValuesV2Response')).toEqual([]);
    const values = (body.tagValues as { type: string; value: string }[]).map(
      ({ type, value }) => `${type}:${value}`,
    );
    expect(values.sort()).toEqual(expected);
  });

  test('a wrong query says where', async () => {
    const params = { ...range, q: '{ name = ' };
    const answer = await ask(baseOf(), '/api/search', params, 'application/json');
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain('line 1, col 10');
  });
});

describe.each(['tempo', 'http'] as const)('streaming on the port of HTTP (%s)', (port) => {
  test('health check, and a search as it is typed', async () => {
    const client = createTempoGrpcClient(sightline.ports[port] as number);
    const times = { 5: Number(range.start), 6: Number(range.end) };
    const health = await client.call('Search', messageOf({ 4: 1, 8: '{}' }));
    expect(health.error).toBeUndefined();
    const found = await client.call('Search', messageOf({ ...times, 4: 5, 8: '{status=error}' }));
    expect(found.error).toBeUndefined();
    const traces = messagesOf(fieldsOf(Buffer.concat(found.parts)), 1);
    expect(traces.map((trace) => textOf(trace, 1))).toEqual(
      [0, 4, 8, 12, 16].map((t) => traceIdOf(t).replace(/^0+/, '')),
    );
    client.close();
  });
});
