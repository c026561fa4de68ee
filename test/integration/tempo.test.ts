// Traces by id and completion on the real engine, as Grafana and older clients ask for them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempoRoutes } from '#api/tempo/index.ts';
import { decodeTraces } from '#codec/otlp/decode.ts';
import { ProtobufReader } from '#lib/protobuf-reader.ts';
import { IdentityCache } from '#model/identity.ts';
import { hexOf } from '#query/traceql/eval/span-rows.ts';
import { createTempoClient, type TempoClient } from '../lib/tempo-client.ts';
import { fieldsOf, textOf } from '../lib/tempo-grpc-client.ts';
import { startTraceqlStore } from '../lib/traceql-store.ts';
import { dataHours, dataStartNano, makeSpans } from '../lib/traceql-traces.ts';

const spans = makeSpans(60, 3);
const traceId = hexOf(spans.at(-1)?.traceId as Uint8Array);
const ofTrace = spans.filter((span) => hexOf(span.traceId) === traceId);
/** A trace of at least seven spans: those of a trace are made one after the other. */
const deepId = hexOf(
  spans.find(({ traceId: id }, i) => hexOf(spans[i + 6]?.traceId as Uint8Array) === hexOf(id))
    ?.traceId as Uint8Array,
);
const start = String(dataStartNano / 1_000_000_000n);
const end = String(Number(start) + dataHours * 3600);
const range: [string, string][] = [
  ['start', start],
  ['end', end],
];

let stop: () => Promise<void>;
let tempo: TempoClient;
let strict: TempoClient;

beforeAll(async () => {
  const started = await startTraceqlStore(spans, Number(end) * 1000);
  const routes = (isStrict: boolean) =>
    tempoRoutes({ engine: started.engine({ isStrict }), isReady: () => true, isStrict });
  tempo = createTempoClient(routes(false));
  strict = createTempoClient(routes(true));
  stop = started.stop;
});
afterAll(() => stop?.());

describe('trace by id', () => {
  const accept = { headers: { accept: 'application/protobuf' } };
  const spansIn = (bytes: Uint8Array): number => {
    const limits = { minUnixNano: undefined, maxUnixNano: undefined };
    const context = { tenant: '', nowNano: 0n, limits, identities: new IdentityCache() };
    return decodeTraces(bytes, context).batch.items;
  };

  it('v2 as Grafana asks: TraceByIDResponse in protobuf', async () => {
    const answer = await tempo(`/api/v2/traces/${traceId}`, range, accept);
    expect([answer.status, answer.contentType]).toEqual([200, 'application/protobuf']);
    const reader = new ProtobufReader(answer.body);
    expect(reader.tag()).toBe(0x0a);
    const size = reader.size();
    const metrics = answer.body.subarray(reader.at + size);
    expect([...metrics]).toEqual([0x12, 0]);
    expect(spansIn(answer.body.subarray(reader.at, reader.at + size))).toBe(ofTrace.length);
  });

  it('v1: Trace in protobuf', async () => {
    const answer = await tempo(`/api/traces/${traceId}`, [], accept);
    expect(spansIn(answer.body)).toBe(ofTrace.length);
  });

  it('as JSON, under the names of each version', async () => {
    const first = (await tempo(`/api/traces/${traceId}`)).json() as { batches: object[] };
    const second = (await tempo(`/api/v2/traces/${traceId}`)).json() as {
      trace: { resourceSpans: object[] };
    };
    expect(first.batches.length).toBeGreaterThan(0);
    expect(second.trace.resourceSpans).toEqual(first.batches);
  });

  it('filtered: spans that match, and those above them', async () => {
    const ofTrace = spans.filter(({ traceId }) => hexOf(traceId) === deepId);
    const wanted = hexOf(ofTrace.at(-1)?.spanId as Uint8Array);
    const spansOf = async (params: [string, string][], client = tempo): Promise<string[]> => {
      const answer = await client(`/api/v2/traces/${deepId}`, params);
      const { trace, status, message } = answer.json() as {
        trace: { resourceSpans?: { scopeSpans: { spans: { spanId: string }[] }[] }[] };
        status?: string;
        message?: string;
      };
      const found = (trace.resourceSpans ?? [])
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans: inner }) => inner))
        .map(({ spanId }) => Buffer.from(spanId, 'base64').toString('hex'));
      const isWhole = found.length === ofTrace.length;
      expect([status, message !== undefined]).toEqual([isWhole ? undefined : 'PARTIAL', !isWhole]);
      return found.sort();
    };
    const q = `{ span:id = "${wanted}" }`;
    expect(ofTrace.length).toBeGreaterThan(4);
    const all = ofTrace.map(({ spanId }) => hexOf(spanId)).sort();
    expect(await spansOf([['q', '{}']])).toEqual(all);
    expect(await spansOf([['q', q]], strict)).toEqual(all);
    const alone: [string, string] = ['keep_hierarchy', 'false'];
    expect(await spansOf([['q', q], alone])).toEqual([wanted]);
    expect(await spansOf([['q', '{ name = "nowhere" }'], alone])).toEqual([]);
    const path = new Set<string>();
    for (let at = wanted; all.includes(at) && !path.has(at); ) {
      path.add(at);
      const parent = ofTrace.find(({ spanId }) => hexOf(spanId) === at)?.parentSpanId;
      at = hexOf(parent as Uint8Array);
    }
    expect(await spansOf([['q', q]])).toEqual([...path].sort());
    const wrong = await tempo(`/api/v2/traces/${deepId}`, [['q', '{} >> {}']]);
    expect([wrong.status, wrong.body.toString()]).toEqual([
      400,
      'q of a trace must be one filter of spans, like { status = error }',
    ]);
    const protobuf = await tempo(`/api/v2/traces/${deepId}`, [['q', q], alone], accept);
    const fields = fieldsOf(protobuf.body);
    expect([fields.get(3), textOf(fields, 4)]).toEqual([[1], expect.stringContaining('filtered')]);
  });

  it('that is not there', async () => {
    expect((await tempo('/api/traces/ffffffff')).status).toBe(404);
    expect((await tempo('/api/v2/traces/ffffffff')).json()).toEqual({ trace: {}, metrics: {} });
    // The field has to be there: Grafana does not look whether it is.
    expect([...(await tempo('/api/v2/traces/ffffffff', [], accept)).body]).toEqual([
      0x0a, 0, 0x12, 0,
    ]);
  });

  it('that is none', async () => {
    const answer = await tempo('/api/v2/traces/xyz');
    expect(answer.status).toBe(400);
    expect(answer.body.toString()).toContain('hex');
  });
});

describe('completion', () => {
  it('tags of v2, and of one scope', async () => {
    const answer = await tempo('/api/v2/search/tags', [['limit', '5000'], ...range]);
    const { scopes } = answer.json() as { scopes: { name: string; tags: string[] }[] };
    expect(scopes.map(({ name }) => name).sort()).toEqual([
      'event',
      'instrumentation',
      'intrinsic',
      'link',
      'resource',
      'span',
    ]);
    const one = await tempo('/api/v2/search/tags', [['scope', 'resource'], ...range]);
    expect(one.json()).toEqual({
      metrics: { totalJobs: 1, completedJobs: 1 },
      scopes: [{ name: 'resource', tags: ['load', 'service.name', 'user', 'zones'] }],
    });
  });

  const values = (path: string, expected: object[], params: [string, string][] = []) =>
    it(path, async () => {
      const answer = await tempo(path, [...params, ['limit', '5000'], ...range]);
      const { tagValues } = answer.json() as { tagValues: object[] };
      expect(tagValues).toEqual(expect.arrayContaining(expected));
      expect(tagValues).toHaveLength(expected.length);
    });
  const strings = (...texts: string[]) => texts.map((value) => ({ type: 'string', value }));
  values(
    '/api/v2/search/tag/resource.service.name/values',
    strings('cart', 'größe', 'pay', 'shop'),
    [
      ['tag', 'resource.service.name'],
      ['q', '{}'],
    ],
  );
  values(
    '/api/v2/search/tag/status/values',
    ['error', 'ok', 'unset'].map((value) => ({ type: 'keyword', value })),
  );
  values('/api/v2/search/tag/.a/b/values', []);
  values(
    '/api/v2/search/tag/event.n/values',
    [0, 1, 2, 3, 4].map((n) => ({ type: 'int', value: String(n) })),
  );
  values('/api/search/tag/service.name/values', [
    'cart',
    'größe',
    'pay',
    'shop',
  ] as unknown as object[]);

  it('tags of v1', async () => {
    const { tagNames } = (await tempo('/api/search/tags', range)).json() as { tagNames: string[] };
    expect(tagNames).toEqual([
      'big',
      'flag',
      'lang',
      'load',
      'n',
      'numbers',
      'raw',
      'service.name',
      'size',
      'tags',
      'user',
      'w',
      'zones',
    ]);
  });

  it('of a tag that is none', async () => {
    const answer = await strict('/api/v2/search/tag/http.method/values', range);
    expect([answer.status, answer.body.toString()]).toEqual([
      400,
      'please provide a valid tagName: failed to parse identifier http.method: parse error at line 1, col 1: unknown identifier: http',
    ]);
  });
});
