// What a streaming client of Tempo meets in the running program: tenants, credentials, both ports, answers
// larger than a message may be, deadlines and calls that are given up; and queries that are none.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { span as oddSpan } from '../lib/odd-spans.ts';
import { sendOtlpHttp } from '../lib/otlp-client.ts';
import { attributes, tracesOf } from '../lib/otlp-json.ts';
import {
  createTempoGrpcClient,
  fieldsOf,
  messageOf,
  messagesOf,
  type TempoGrpcClient,
  textOf,
} from '../lib/tempo-grpc-client.ts';
import { TraceProgram } from '../lib/trace-program.ts';

const traces = 3000;
const headersOf = (tenant: string) => ({
  authorization: 'Bearer right',
  'x-scope-orgid': tenant,
});
const first = headersOf('first');

let program: TraceProgram;
let clients: Record<'main' | 'tempo', TempoGrpcClient>;

beforeAll(async () => {
  program = await TraceProgram.start({ 'tenancy.enabled': true, 'auth.tokens': ['right'] });
  const { http, tempo = 0 } = program.sightline.ports;
  clients = { main: createTempoGrpcClient(http), tempo: createTempoGrpcClient(tempo) };
  const idOf = (i: number): string => `beef${i.toString(16).padStart(28, '0')}`;
  const large = { attributes: attributes({ text: 'x'.repeat(2000) }) };
  const spans = Array.from({ length: traces }, (_, i) => oddSpan(idOf(i), i + 1, 0, large));
  for (const [tenant, some] of [
    ['first', spans],
    ['second', [oddSpan(idOf(traces), 1, 0)]],
  ] as const) {
    const body = tracesOf(some, { resource: { 'service.name': tenant } });
    const answer = await sendOtlpHttp(program.otlpUrl, 'traces', JSON.stringify(body), {
      contentType: 'application/json',
      headers: headersOf(tenant),
    });
    expect(answer.status).toBe(200);
  }
});
afterAll(async () => {
  for (const client of Object.values(clients)) client.close();
  await program?.sightline.stop();
});

const now = Math.floor(Date.now() / 1000);
const search = (query: string, limit: number): Uint8Array =>
  messageOf({ 4: limit, 5: now - 3600, 6: now + 3600, 8: query });
const services = '{ } | select(resource.service.name)';

describe.each(['main', 'tempo'] as const)('on the port %s', (port) => {
  it('each tenant finds its own', async () => {
    for (const [tenant, found] of [
      ['second', 1],
      ['third', 0],
    ] as const) {
      const call = clients[port].call('Search', search(services, 10), headersOf(tenant));
      const { parts, error } = await call;
      expect(error).toBeUndefined();
      expect(messagesOf(fieldsOf(Buffer.concat(parts)), 1)).toHaveLength(found);
    }
  });

  it('an answer larger than a message comes in parts that a client takes', async () => {
    const query = '{ } | select(span.text)';
    const { parts, error } = await clients[port].call('Search', search(query, traces), first);
    expect(error).toBeUndefined();
    expect(Buffer.concat(parts).length).toBeGreaterThan(4 << 20);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(4 << 20);
    const ids = parts.flatMap((part) => messagesOf(fieldsOf(part), 1).map((one) => textOf(one, 1)));
    expect([ids.length, new Set(ids).size]).toEqual([traces, traces]);
    const params = { q: query, limit: `${traces}`, start: `${now - 3600}`, end: `${now + 3600}` };
    const url = `${program.sightline.url}/tempo/api/search?${new URLSearchParams(params)}`;
    const http = (await (await fetch(url, { headers: first })).json()) as {
      traces: { traceID: string }[];
    };
    expect(ids).toEqual(http.traces.map(({ traceID }) => traceID));
  });

  it('nobody without the right token', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong', 'x-scope-orgid': 'first' }]) {
      const { parts, error } = await clients[port].call('Search', search('{ }', 1), headers);
      expect([parts, error?.code]).toEqual([[], 16]);
    }
  });

  it('a deadline and a call given up end as such, and the next is answered', async () => {
    const query = search('{ } | select(span.text)', traces);
    const late = await clients[port].call('Search', query, first, { deadlineMs: 5 });
    expect(late.error?.code).toBe(4);
    const left = await clients[port].call('Search', query, first, { isCancelled: true });
    expect(left.error?.code).toBe(1);
    const next = await clients[port].call('Search', search('{ }', 1), first);
    expect(next.error).toBeUndefined();
    expect(messagesOf(fieldsOf(Buffer.concat(next.parts)), 1)).toHaveLength(1);
  });

  it.each<[string, Record<number, string>, RegExp]>([
    ['Search', { 8: '{ name = }' }, /line 1, col 10/],
    ['MetricsQueryRange', { 1: '{ } | rate(' }, /line 1, col 12/],
    ['MetricsQueryInstant', { 1: '{ } |\n rate() by (,)' }, /line 2, col 13/],
  ])('%s of a query that is none says where', async (method, fields, where) => {
    const { parts, error } = await clients[port].call(method, messageOf(fields), first);
    expect([parts, error?.code]).toEqual([[], 3]);
    expect(error?.details).toMatch(where);
  });
});

describe('over HTTP a query that is none', () => {
  const queries: readonly (readonly [string, RegExp])[] = [
    ['{ name = }', /line 1, col 10/],
    ['{ name = "x }', /line 1, col 10/],
    ['{ } |\n  rate() by (', /line 2, col 14/],
    ['{ name > 1 && status = "a" }', /./],
    ['{ name =~ "(" }', /./],
    [`${'('.repeat(1000)}{ }${')'.repeat(1000)}`, /./],
  ];
  it.each([
    '/tempo/api/metrics/query',
    '/tempo/api/metrics/query_range',
    '/tempo/api/metrics/summary',
    '/tempo/api/search',
  ])('%s answers 400 and where', async (path) => {
    for (const [q, where] of queries) {
      const params = { q, ...(path.endsWith('summary') ? { groupBy: 'name' } : {}) };
      const url = `${program.sightline.url}${path}?${new URLSearchParams(params)}`;
      const answer = await fetch(url, { headers: first });
      const text = await answer.text();
      expect([path, q, answer.status]).toEqual([path, q, 400]);
      expect(text).toMatch(where);
      expect(text.length).toBeLessThan(600);
    }
  });

  it('in completion is no error: it does not narrow', async () => {
    const path = '/tempo/api/v2/search/tag/resource.service.name/values';
    for (const q of ['{ name = }', '{ name = "', '}{']) {
      const url = `${program.sightline.url}${path}?${new URLSearchParams({ q })}`;
      const answer = await fetch(url, { headers: first });
      expect([q, answer.status]).toEqual([q, 200]);
      const { tagValues } = (await answer.json()) as { tagValues: object[] };
      expect(tagValues).toEqual([{ type: 'string', value: 'first' }]);
    }
  });

  it('of Jaeger: tags that are no JSON', async () => {
    const params = { service: 'first', tags: '{"a":' };
    const url = `${program.sightline.url}/jaeger/api/traces?${new URLSearchParams(params)}`;
    expect((await fetch(url, { headers: first })).status).toBe(400);
  });
});

it('nothing of all this was a mistake of ours', () => {
  expect(program.errors).toEqual([]);
});
