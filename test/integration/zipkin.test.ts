// Zipkin's clients against the running program: the official exporter of OpenTelemetry, and bodies in
// all formats, into the real store.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProtobufWriter } from '#lib/protobuf-writer.ts';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { spansOf } from '../lib/stored-spans.ts';
import { writeBinary } from '../lib/thrift-writer.ts';

let sightline: Sightline;
beforeAll(async () => {
  sightline = await startSightline();
});
afterAll(() => sightline.stop());

const url = (path: string): string => `http://127.0.0.1:${sightline.ports.zipkin}${path}`;
const nowMicros = (): number => Date.now() * 1000;

async function post(
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const type = { 'content-type': 'application/json', ...headers };
  const answer = await fetch(path.startsWith('http') ? path : url(path), {
    method: 'POST',
    headers: type,
    body: typeof body === 'string' ? body : Buffer.from(body),
  });
  return { status: answer.status, text: await answer.text() };
}

let lastId = 0;
const newTraceId = (): string => (0xabc0 + ++lastId).toString(16).padStart(32, '1');
const spanOf = (traceId: string, fields: object = {}) => ({
  traceId,
  id: '00000000000000a1',
  name: 'op',
  timestamp: nowMicros(),
  duration: 1000,
  localEndpoint: { serviceName: 'zipkin-test' },
  ...fields,
});

it('takes what the exporter of OpenTelemetry sends', async () => {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'js', 'service.version': '3' }),
    spanProcessors: [new SimpleSpanProcessor(new ZipkinExporter({ url: url('/api/v2/spans') }))],
  });
  const tracer = provider.getTracer('lib');
  const span = tracer.startSpan('GET /', {
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': 'GET', count: 3 },
  });
  span.addEvent('cache miss');
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'boom' });
  const { traceId, spanId } = span.spanContext();
  span.end();
  await provider.shutdown();
  const [found, ...others] = await spansOf(sightline, traceId, 1);
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    service: 'js',
    spanId,
    name: 'GET /',
    kind: 'SPAN_KIND_SERVER',
    status: { code: 'STATUS_CODE_ERROR', message: 'boom' },
    attributes: { 'http.request.method': 'GET', count: '3' },
    resource: { 'service.name': 'js', 'service.version': '3' },
    events: [{ name: 'cache miss' }],
  });
});

describe('a list of spans', () => {
  const formats: [string, (traceId: string) => Promise<{ status: number; text: string }>][] = [
    ['JSON', (id) => post('/api/v2/spans', JSON.stringify([spanOf(id)]))],
    [
      'JSON in gzip',
      (id) =>
        post('/api/v2/spans', gzipSync(JSON.stringify([spanOf(id)])), {
          'content-encoding': 'gzip',
        }),
    ],
    [
      'JSON without a content type of its own',
      (id) => post('/api/v2/spans', JSON.stringify([spanOf(id)]), { 'content-type': 'text/plain' }),
    ],
    [
      'JSON on the main port',
      (id) => post(`${sightline.url}/zipkin/api/v2/spans`, JSON.stringify([spanOf(id)])),
    ],
    [
      'protobuf',
      (id) => {
        const writer = new ProtobufWriter();
        writer.message(1, () => {
          writer.bytes(1, Buffer.from(id, 'hex'));
          writer.bytes(3, Buffer.from('00000000000000a1', 'hex'));
          writer.text(5, 'op');
          writer.fixed64(6, BigInt(nowMicros()));
          writer.varint64(7, 1000n);
          writer.message(8, () => writer.text(1, 'zipkin-test'));
        });
        const type = { 'content-type': 'application/x-protobuf' };
        return post('/api/v2/spans', writer.finish(), type);
      },
    ],
    [
      'JSON of v1',
      (id) => {
        const endpoint = { serviceName: 'zipkin-test' };
        const span = {
          ...{ traceId: id, id: '00000000000000a1', name: 'op' },
          annotations: [
            { timestamp: nowMicros(), value: 'sr', endpoint },
            { timestamp: nowMicros() + 1000, value: 'ss', endpoint },
          ],
        };
        return post('/api/v1/spans', JSON.stringify([span]));
      },
    ],
    [
      'Thrift of v1',
      (id) => {
        const bytes = Buffer.from(id, 'hex');
        const host = { struct: { 3: { string: 'zipkin-test' } } };
        const span = {
          1: { i64: bytes.readBigInt64BE(8) },
          3: { string: 'op' },
          4: { i64: 0xa1n },
          6: { list: [] },
          8: {
            list: [
              {
                struct: { 1: { string: 'k' }, 2: { string: 'v' }, 3: { i32: 6 }, 4: host },
              },
            ],
          },
          10: { i64: BigInt(nowMicros()) },
          11: { i64: 1000n },
          12: { i64: bytes.readBigInt64BE(0) },
        };
        const type = { 'content-type': 'application/x-thrift' };
        return post('/api/v1/spans', writeBinary({ list: [{ struct: span }] }), type);
      },
    ],
  ];
  it.each(formats)('is taken as %s', async (_, send) => {
    const traceId = newTraceId();
    expect(await send(traceId)).toEqual({ status: 202, text: '' });
    const [span] = await spansOf(sightline, traceId, 1);
    expect(span).toMatchObject({ name: 'op', service: 'zipkin-test', spanId: '00000000000000a1' });
    expect((span?.end ?? 0n) - (span?.start ?? 0n)).toBeGreaterThanOrEqual(1_000_000n);
  });

  it('keeps the good spans beside bad ones, and says which are bad', async () => {
    const traceId = newTraceId();
    const list = [spanOf(traceId), { ...spanOf(traceId), id: 'BADID' }, 7];
    const { status, text } = await post('/api/v2/spans', JSON.stringify(list));
    expect(status).toBe(400);
    expect(text).toContain('2 of 3 spans cannot be decoded: [1].id: expected 1 to 16 hexadecimal');
    expect(await spansOf(sightline, traceId, 1)).toHaveLength(1);
  });

  it('keeps the good spans beside ones that are too old, and says so', async () => {
    const traceId = newTraceId();
    const list = [spanOf(traceId), spanOf(traceId, { id: 'a2', timestamp: 1_000_000 })];
    const { status, text } = await post('/api/v2/spans', JSON.stringify(list));
    expect([status, text]).toEqual([400, expect.stringContaining('older than ingest.max_age')]);
    expect(await spansOf(sightline, traceId, 1)).toHaveLength(1);
  });

  it('of nothing is taken', async () => {
    expect((await post('/api/v2/spans', '[]')).status).toBe(202);
  });

  it.each([
    ['', 'cannot decode the list of spans as JSON'],
    ['{"a":', 'cannot decode the list of spans as JSON'],
    ['{}', 'expected a JSON array'],
  ])('is refused when it is %j', async (body, message) => {
    const { status, text } = await post('/api/v2/spans', body);
    expect([status, text]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe('a shared span', () => {
  it('has both halves, and TraceQL finds the server below the client', async () => {
    const traceId = newTraceId();
    const timestamp = nowMicros();
    const id = '00000000000000b1';
    const client = { id, kind: 'CLIENT', name: 'call', timestamp };
    const server = { id, kind: 'SERVER', name: 'call', timestamp, shared: true };
    const child = { id: 'b2', parentId: id, name: 'query', timestamp: timestamp + 5 };
    const answers = await Promise.all([
      post('/api/v2/spans', JSON.stringify([spanOf(traceId, client)])),
      post(
        '/api/v2/spans',
        JSON.stringify([
          spanOf(traceId, { ...server, localEndpoint: { serviceName: 'backend' } }),
          spanOf(traceId, { ...child, localEndpoint: { serviceName: 'backend' } }),
        ]),
      ),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const found = await spansOf(sightline, traceId, 3);
    expect(found.map(({ kind, service }) => [kind, service])).toEqual([
      ['SPAN_KIND_CLIENT', 'zipkin-test'],
      ['SPAN_KIND_SERVER', 'backend'],
      [undefined, 'backend'],
    ]);
    const traces = await sightline.query.traceql.search('{ kind = server } > { name = "query" }', {
      start: Date.now() - 60_000,
    });
    expect(traces.map(({ traceID }) => traceID)).toContain(traceId);
  });
});

it('lets the web pages send that may send OTLP, too', async () => {
  const origin = 'https://shop.example';
  const other = await startSightline({ config: { 'server.cors_origins': [origin] } });
  const answer = await fetch(`http://127.0.0.1:${other.ports.zipkin}/api/v2/spans`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  await other.stop();
});

it('counts what it took by receiver', async () => {
  const answer = await fetch(`http://127.0.0.1:${sightline.ports.http}/metrics`);
  expect(await answer.text()).toMatch(
    /otelcol_receiver_accepted_spans\{[^}]*receiver="zipkin",transport="http"[^}]*\} \d+/,
  );
});

const folder = join(import.meta.dirname, '../../../shared/conformance/otlp/zipkin');
const fixtures: [string, ZipkinFixture][] = [
  ['receiver/zipkinreceiver/testdata/sample1.json', { spans: 1, services: ['frontend'] }],
  ['receiver/zipkinreceiver/testdata/sample2.json', { spans: 1, services: [undefined] }],
  ['receiver/zipkinreceiver/testdata/sample3.json', { spans: 1, services: [undefined] }],
  ['receiver/zipkinreceiver/testdata/sample4.json', { spans: 1, services: [undefined] }],
  [
    'pkg/translator/zipkin/zipkinv2/testdata/zipkin_v2_single.json',
    { spans: 1, services: ['frontend'] },
  ],
  [
    'pkg/translator/zipkin/zipkinv2/testdata/zipkin_v2_notimestamp.json',
    { spans: 1, services: ['baz'] },
  ],
  [
    'pkg/translator/zipkin/zipkinv1/testdata/zipkin_v1_single_batch.json',
    { spans: 5, services: ['front-proxy', 'service1', 'service1', 'service2', 'unknown-service'] },
  ],
  [
    'pkg/translator/zipkin/zipkinv1/testdata/zipkin_v1_multiple_batches.json',
    { spans: 5, services: ['front-proxy', 'service1', 'service1', 'service2', 'unknown-service'] },
  ],
  [
    'pkg/translator/zipkin/zipkinv1/testdata/zipkin_v1_local_component.json',
    { spans: 2, services: ['myLocalComponent', 'myServiceName'] },
  ],
  [
    'pkg/translator/zipkin/zipkinv1/testdata/zipkin_v1_error_batch.json',
    { spans: 1, services: ['service1'], problem: '[1].parentId: expected 1 to 16 hexadecimal' },
  ],
];

interface ZipkinFixture {
  readonly spans: number;
  readonly services: readonly (string | undefined)[];
  readonly problem?: string;
}

describe.skipIf(!existsSync(folder))('bodies of the Collector, kept beside the repository', () => {
  /** Their times are of years ago: the first becomes now. */
  const asOfNow = (text: string): string => {
    const times = (text.match(/"timestamp": *(\d{16})/g) ?? []).map((match) =>
      Number(match.replace(/\D/g, '')),
    );
    const shift = nowMicros() - Math.min(...times);
    return text.replace(
      /("timestamp": *)(\d{16})/g,
      (_, key, time) => key + (Number(time) + shift),
    );
  };

  it.each(fixtures)('%s', async (path, { spans, services, problem }) => {
    const text = asOfNow(readFileSync(join(folder, path), 'utf8'));
    const traceId = newTraceId();
    const body = text.replace(/("traceId": *)"[0-9a-f]+"/g, `$1"${traceId}"`);
    const version = path.includes('v1') ? 1 : 2;
    const answer = await post(`/api/v${version}/spans`, body);
    expect(answer.status).toBe(problem ? 400 : 202);
    expect(answer.text).toContain(problem ?? '');
    const found = await spansOf(sightline, traceId, spans);
    expect(found.map(({ service }) => service).sort()).toEqual(services);
  });

  it('all are in the table above, but for Thrift written as JSON', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const bodies = files.filter((path) => path.endsWith('.json') && !path.includes('thrift'));
    expect(bodies.sort()).toEqual(fixtures.map(([path]) => path).sort());
  });
});
