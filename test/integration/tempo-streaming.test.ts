// tempopb.StreamingQuerier beside the HTTP API on one socket: a client of others asks both, and both
// say the same.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempoRoutes } from '#api/tempo/index.ts';
import { tempoGrpcServices } from '#api/tempo/streaming.ts';
import { decodeMessage } from '#codec/tempo/message.ts';
import { searchResponse } from '#codec/tempo/tempopb.ts';
import {
  createTempoGrpcClient,
  fieldsOf,
  messageOf,
  messagesOf,
  type TempoGrpcClient,
  textOf,
  textsOf,
} from '../lib/tempo-grpc-client.ts';
import { startTestServer, type TestServer } from '../lib/test-server.ts';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const spans = makeSpans(40, 5);
const start = Number(dataStartNano / 1_000_000_000n);
const end = start + dataHours * 3600;

let stop: () => Promise<void>;
let server: TestServer;
let client: TempoGrpcClient;

beforeAll(async () => {
  const store = await startTraceqlStore(spans, end * 1000);
  const engine = store.engine();
  server = await startTestServer({
    mounts: [{ prefix: '', routes: tempoRoutes({ engine, isReady: () => true }) }],
    grpc: tempoGrpcServices({ engine, isStrict: false }),
    auth: { users: {}, tokens: ['right'] },
  });
  client = createTempoGrpcClient(server.port);
  stop = async () => {
    client.close();
    await server.server.stop();
    await store.stop();
  };
});
afterAll(() => stop?.());

const right = { authorization: 'Bearer right' };

async function get(path: string, params: Record<string, string>, accept = 'application/json') {
  const url = `${server.url}${path}?${new URLSearchParams({ start: `${start}`, end: `${end}`, ...params })}`;
  return fetch(url, { headers: { accept, ...right } });
}

/** What a client has when it has joined the parts: lists one after the other. */
async function ask(method: string, fields: Record<number, string | number>): Promise<Buffer> {
  const { parts, error } = await client.call(method, messageOf(fields), right);
  expect(error).toBeUndefined();
  for (const part of parts) expect(part.length).toBeLessThan(4 << 20);
  return Buffer.concat(parts);
}

describe('Search', () => {
  it('answers what HTTP answers', async () => {
    const query = '{ duration > 1ms } | select(span.user, status, name)';
    const answer = await ask('Search', { 4: 200, 5: start, 6: end, 8: query, 9: 2 });
    const http = await get('/api/search', { q: query, limit: '200', spss: '2' });
    const body = (await http.json()) as { traces: { traceID: string; durationMs?: number }[] };
    expect(body.traces.length).toBeGreaterThan(10);
    const traces = messagesOf(fieldsOf(answer), 1);
    expect(traces.map((trace) => textOf(trace, 1))).toEqual(body.traces.map((t) => t.traceID));
    expect(traces.map((trace) => trace.get(5)?.[0])).toEqual(body.traces.map((t) => t.durationMs));
    for (const trace of traces) {
      const found = messagesOf(trace, 7).flatMap((spanSet) => messagesOf(spanSet, 1));
      for (const span of found) expect(textOf(span, 1)).toMatch(/^[0-9a-f]{16}$/);
      expect(found.length).toBeGreaterThan(0);
    }
    expect(JSON.parse(JSON.stringify(decodeMessage(searchResponse, answer)))).toEqual(body);
  });

  it('sends the newest traces before older ones are found', async () => {
    // No span of the minutes before: its last slices find nothing, and take reads of their own.
    const request = messageOf({ 4: 500, 5: start - 30 * 86_400, 6: end, 8: '{ }' });
    const { parts, error } = await client.call('Search', request, right);
    expect(error).toBeUndefined();
    expect(parts.length).toBeGreaterThan(1);
    const known = parts.map((part) => messagesOf(fieldsOf(part), 1).length);
    expect(known[0]).toBeGreaterThan(0);
    const whole = fieldsOf(Buffer.concat(parts));
    const params = { q: '{ }', limit: '500', start: `${start - 30 * 86_400}` };
    const { traces } = (await (await get('/api/search', params)).json()) as {
      traces: { traceID: string }[];
    };
    expect(messagesOf(whole, 1).map((trace) => textOf(trace, 1))).toEqual(
      traces.map(({ traceID }) => traceID),
    );
    // What it cost is said once.
    expect(parts.filter((part) => fieldsOf(part).has(2))).toHaveLength(1);
  });

  it('is the health check of Grafana: {} with limit 1', async () => {
    const answer = fieldsOf(await ask('Search', { 4: 1, 5: start, 6: end, 8: '{}' }));
    expect(messagesOf(answer, 1)).toHaveLength(1);
  });

  it('takes the older tags and durations', async () => {
    // Tags is a map: messages { key = 1, value = 2 }.
    const tag = Buffer.from(messageOf({ 1: 'service.name', 2: 'shop' })).toString('latin1');
    const answer = await ask('Search', { 1: tag, 2: 1, 4: 100, 5: start, 6: end });
    const http = await get('/api/search', {
      tags: 'service.name=shop',
      minDuration: '1ms',
      limit: '100',
    });
    const { traces } = (await http.json()) as { traces: { traceID: string }[] };
    expect(traces.length).toBeGreaterThan(0);
    const ids = messagesOf(fieldsOf(answer), 1).map((trace) => textOf(trace, 1));
    expect(ids).toEqual(traces.map((trace) => trace.traceID));
  });

  it('that finds nothing is one message with what it cost', async () => {
    const query = '{ name = "nowhere" }';
    const { parts } = await client.call('Search', messageOf({ 5: start, 6: end, 8: query }), right);
    expect(parts).toHaveLength(1);
    expect([...fieldsOf(parts[0] as Buffer).keys()]).toEqual([2]);
  });
});

describe('completion', () => {
  it('SearchTags', async () => {
    const answer = fieldsOf(await ask('SearchTags', { 1: 'span', 3: start, 4: end }));
    const http = await get('/api/search/tags', { scope: 'span' });
    expect(textsOf(answer, 1)).toEqual(((await http.json()) as { tagNames: string[] }).tagNames);
    expect(textsOf(answer, 1)).toContain('user');
  });

  it('SearchTagsV2', async () => {
    const fields = { 2: '{ status = error }', 3: start, 4: end };
    const answer = fieldsOf(await ask('SearchTagsV2', fields));
    const scopes = messagesOf(answer, 1).map((s) => ({ name: textOf(s, 1), tags: textsOf(s, 2) }));
    const http = await get('/api/v2/search/tags', { q: '{ status = error }' });
    expect(scopes).toEqual(((await http.json()) as { scopes: object[] }).scopes);
  });

  it('SearchTagValues', async () => {
    const answer = fieldsOf(await ask('SearchTagValues', { 1: 'service.name', 4: start, 5: end }));
    expect(textsOf(answer, 1)).toEqual(['cart', 'größe', 'pay', 'shop']);
  });

  it('SearchTagValuesV2', async () => {
    const fields = { 1: 'resource.service.name', 2: '{}', 4: start, 5: end };
    const answer = fieldsOf(await ask('SearchTagValuesV2', fields));
    const values = messagesOf(answer, 1).map((value) => [textOf(value, 1), textOf(value, 2)]);
    expect(values.sort()).toEqual(
      ['cart', 'größe', 'pay', 'shop'].map((value) => ['string', value]),
    );
  });
});

describe('errors', () => {
  const fails = (
    name: string,
    [method, fields]: [string, Record<number, string | number>],
    code: number,
    details: unknown,
  ) =>
    it(name, async () => {
      const { parts, error } = await client.call(method, messageOf(fields), right);
      expect(parts).toEqual([]);
      expect([error?.code, error?.details]).toEqual([code, details]);
    });
  fails(
    'a query that is none',
    ['Search', { 8: '{ name = }' }],
    3,
    'invalid TraceQL query: parse error at line 1, col 10: syntax error: unexpected }',
  );
  fails('a scope that is none', ['SearchTagsV2', { 1: 'x' }], 3, 'invalid scope: x');
  fails(
    'a range that ends first',
    ['Search', { 5: 20, 6: 10 }],
    3,
    'http parameter start must be before end. received start=20 end=10',
  );
  fails('a method that is none', ['Nope', {}], 12, expect.stringContaining('Nope'));

  it('bytes that are no message', async () => {
    const { error } = await client.call('Search', Buffer.from('0aff', 'hex'), right);
    expect(error).toMatchObject({ code: 3, details: expect.stringContaining('at byte') });
  });

  it('nobody without credentials', async () => {
    expect((await client.call('Search', messageOf({ 8: '{}' }))).error?.code).toBe(16);
  });
});

describe('protobuf over HTTP', () => {
  it('is the same message', async () => {
    const json = await (await get('/api/search', { q: '{}' })).json();
    const http = await get('/api/search', { q: '{}' }, 'application/protobuf');
    expect(http.headers.get('content-type')).toBe('application/protobuf');
    const read = decodeMessage(searchResponse, new Uint8Array(await http.arrayBuffer()));
    expect(JSON.parse(JSON.stringify(read))).toEqual(json);
  });
});
