// Jaeger's clients against the running program: the official client for Node by HTTP and UDP, and
// batches in every protocol and on every port, into the real store.
import { createSocket } from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { JaegerReporter } from 'jaeger-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sightline } from '../../src/public-api.ts';
import { startSightline } from '../../src/sightline.ts';
import { eventually } from '../lib/eventually.ts';
import {
  type ProtoSpan,
  postSpansRequest,
  spanIdBytes,
  traceIdBytes,
} from '../lib/jaeger-proto.ts';
import { batchFields, type SpanInput, type TagInput } from '../lib/jaeger-thrift.ts';
import { createJaegerTracer } from '../lib/jaeger-tracer.ts';
import { spansOf } from '../lib/stored-spans.ts';
import { grpcFrame, sendHttp2 } from '../lib/test-server.ts';
import { binaryMessage, compactMessage, writeBinary, writeCompact } from '../lib/thrift-writer.ts';

let sightline: Sightline;
beforeAll(async () => {
  sightline = await startSightline();
});
afterAll(() => sightline.stop());

const host = '127.0.0.1';
const thriftUrl = (path: string): string => `http://${host}:${sightline.ports.jaegerThrift}${path}`;

let lastLow = 0xfeedn;
const newTraceLow = (): bigint => ++lastLow;
const traceIdOf = (low: bigint): string => low.toString(16).padStart(32, '0');
const nowMicros = (): bigint => BigInt(Date.now()) * 1000n;
const spanOf = (low: bigint, fields: Partial<SpanInput> = {}): SpanInput => ({
  traceIdLow: low,
  startMicros: nowMicros(),
  ...fields,
});

async function post(
  body: Uint8Array,
  headers: Record<string, string> = { 'content-type': 'application/x-thrift' },
  path = '/api/traces',
): Promise<{ status: number; text: string }> {
  const answer = await fetch(thriftUrl(path), { method: 'POST', headers, body: Buffer.from(body) });
  return { status: answer.status, text: await answer.text() };
}

function sendUdp(port: number | undefined, bytes: Uint8Array): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.send(bytes, port as number, host, (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    });
  });
}

describe("Jaeger's client for Node", () => {
  const reporters: [string, () => JaegerReporter][] = [
    ['Thrift over HTTP', () => ({ collectorEndpoint: thriftUrl('/api/traces') })],
    [
      'UDP to the agent',
      () => ({ agentHost: host, agentPort: sightline.ports.jaegerBinary as number }),
    ],
  ];
  it.each(reporters)('is taken by %s', async (_, reporter) => {
    const tracer = createJaegerTracer('node-client', reporter());
    const root = tracer.startSpan('checkout', { tags: { 'span.kind': 'server', retries: 2.5 } });
    const child = tracer.startSpan('pay', { childOf: root });
    child.setTag('error', true).log({ event: 'refused', code: 'E1' });
    child.finish();
    root.finish();
    const traceId = root.context().toTraceId().padStart(32, '0');
    const rootId = root.context().toSpanId();
    await new Promise<void>((resolve) => tracer.close(resolve));
    const found = await spansOf(sightline, traceId, 2);
    const [checkout, pay] = ['checkout', 'pay'].map((name) =>
      found.find((span) => span.name === name),
    );
    expect(checkout).toMatchObject({
      service: 'node-client',
      kind: 'SPAN_KIND_SERVER',
      attributes: { retries: 2.5 },
      resource: { zone: 'a', 'opencensus.exporterversion': expect.stringMatching(/^Jaeger-Node-/) },
    });
    expect(checkout?.spanId).toBe(rootId.padStart(16, '0'));
    expect(pay).toMatchObject({
      parentSpanId: checkout?.spanId,
      status: { code: 'STATUS_CODE_ERROR' },
      events: [{ name: 'refused', attributes: { code: 'E1' } }],
    });
  });
});

describe('a batch', () => {
  const thrift = (low: bigint) => ({ struct: batchFields('svc', [spanOf(low)]) });
  const ways: [string, (low: bigint) => Promise<unknown>, unknown][] = [
    ['binary', (low) => post(writeBinary(thrift(low))), { status: 202, text: '' }],
    [
      'binary by its registered type, in gzip',
      (low) =>
        post(gzipSync(writeBinary(thrift(low))), {
          'content-type': 'application/vnd.apache.thrift.binary; charset=utf-8',
          'content-encoding': 'gzip',
        }),
      { status: 202, text: '' },
    ],
    [
      'binary with the format as a parameter',
      (low) => post(writeBinary(thrift(low)), undefined, '/api/traces?format=jaeger.thrift'),
      { status: 202, text: '' },
    ],
    [
      'compact',
      (low) =>
        post(writeCompact(thrift(low)), {
          'content-type': 'application/vnd.apache.thrift.compact',
        }),
      { status: 202, text: '' },
    ],
    [
      'compact to the agent',
      (low) =>
        sendUdp(sightline.ports.jaegerCompact, compactMessage('emitBatch', { 1: thrift(low) })),
      undefined,
    ],
    [
      'binary to the agent',
      (low) =>
        sendUdp(sightline.ports.jaegerBinary, binaryMessage('emitBatch', { 1: thrift(low) })),
      undefined,
    ],
  ];
  it.each(ways)('is taken: %s', async (_, send, answer) => {
    const low = newTraceLow();
    expect(await send(low)).toEqual(answer);
    expect(await spansOf(sightline, traceIdOf(low), 1)).toMatchObject([
      { service: 'svc', name: 'op', spanId: '0000000000000005' },
    ]);
  });

  it('of Zipkin is taken by the agent', async () => {
    const low = newTraceLow();
    const span = {
      struct: {
        ...{ 1: { i64: low }, 3: { string: 'zop' }, 4: { i64: 5n } },
        ...{ 6: { list: [] }, 8: { list: [] }, 10: { i64: nowMicros() } },
      },
    };
    const message = compactMessage('emitZipkinBatch', { 1: { list: [span] } });
    await sendUdp(sightline.ports.jaegerCompact, message);
    expect(await spansOf(sightline, traceIdOf(low), 1)).toMatchObject([{ name: 'zop' }]);
  });

  it('keeps the good spans beside those that are too old, and says so', async () => {
    const low = newTraceLow();
    const spans = [spanOf(low), spanOf(low, { spanId: 6n, startMicros: 1n })];
    const { status, text } = await post(writeBinary({ struct: batchFields('svc', spans) }));
    expect([status, text]).toEqual([400, expect.stringContaining('older than ingest.max_age')]);
    expect(await spansOf(sightline, traceIdOf(low), 1)).toHaveLength(1);
  });

  it.each([
    ['garbage', Buffer.from('garbage'), undefined, 'cannot decode the batch of spans as Thrift'],
    ['nothing', Buffer.alloc(0), undefined, 'cannot decode the batch of spans as Thrift'],
    ['JSON', Buffer.from('{}'), { 'content-type': 'application/json' }, "Content-Type 'applicat"],
  ])('that is %s is refused', async (_, body, headers, message) => {
    const { status, text } = await post(body, headers);
    expect([status, text]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe('gRPC', () => {
  const call = async (method: string, message: Uint8Array, port = sightline.ports.jaegerGrpc) => {
    const answer = await sendHttp2(
      `http://${host}:${port}`,
      {
        ':method': 'POST',
        ':path': `/jaeger.api_v2.${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      },
      grpcFrame(message),
    );
    const trailers: Record<string, unknown> = { ...answer.headers, ...answer.trailers };
    return {
      status: Number(trailers['grpc-status']),
      message: decodeURIComponent(String(trailers['grpc-message'] ?? '')),
      body: answer.body.subarray(5),
    };
  };
  const protoSpan = (low: bigint, fields: Partial<ProtoSpan> = {}): ProtoSpan => ({
    traceId: traceIdBytes(0n, low),
    spanId: spanIdBytes(1n),
    operationName: 'op',
    startNano: nowMicros() * 1000n + 7n,
    durationNano: 5n,
    ...fields,
  });

  it('takes PostSpans', async () => {
    const low = newTraceLow();
    const own = { serviceName: 'own', tags: { zone: 'b' } };
    const spans = [protoSpan(low), protoSpan(low, { spanId: spanIdBytes(2n), process: own })];
    const request = postSpansRequest(spans, { serviceName: 'batch' });
    expect(await call('CollectorService/PostSpans', request)).toMatchObject({
      status: 0,
      body: Buffer.alloc(0),
    });
    const found = await spansOf(sightline, traceIdOf(low), 2);
    expect(found.map(({ service }) => service).sort()).toEqual(['batch', 'own']);
    expect(found.every(({ start, end }) => start % 1000n === 7n && end - start === 5n)).toBe(true);
  });

  it('refuses garbage, and names what it does not take', async () => {
    const garbage = await call('CollectorService/PostSpans', Buffer.from([0x0a, 0xff]));
    expect(garbage).toMatchObject({ status: 3, message: expect.stringContaining('as protobuf') });
    const low = newTraceLow();
    const spans = [protoSpan(low), protoSpan(low, { spanId: spanIdBytes(0n) })];
    const partly = await call('CollectorService/PostSpans', postSpansRequest(spans, undefined));
    expect(partly).toMatchObject({ status: 3, message: expect.stringContaining('span id') });
    expect(await spansOf(sightline, traceIdOf(low), 1)).toHaveLength(1);
  });

  it('answers that everything is to be sampled', async () => {
    const { status, body } = await call('SamplingManager/GetSamplingStrategy', Buffer.alloc(0));
    expect([status, body.toString('hex')]).toEqual([0, '1209' + '09' + '000000000000f03f']);
  });
});

describe('sampling over HTTP', () => {
  it.each(['/api/sampling', '/sampling'])('%s is everything', async (path) => {
    const answer = await fetch(thriftUrl(`${path}?service=x`));
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { strategyType: 'PROBABILISTIC', probabilisticSampling: { samplingRate: 1 } },
    ]);
  });

  it('wants to know for which service', async () => {
    expect((await fetch(thriftUrl('/api/sampling'))).status).toBe(400);
  });
});

describe('the ports of the agent', () => {
  it('count what is no batch, and go on', async () => {
    const { jaegerCompact } = sightline.ports;
    await sendUdp(jaegerCompact, Buffer.from('garbage'));
    await eventually('it is counted', async () => {
      const answer = await fetch(`${sightline.url}/metrics`);
      const pattern = /dropped_datagrams_total\{[^}]*reason="malformed"[^}]*\} [1-9]/;
      return pattern.test(await answer.text()) ? true : undefined;
    });
    const low = newTraceLow();
    const fields = { 1: { struct: batchFields('svc', [spanOf(low)]) } };
    await sendUdp(jaegerCompact, compactMessage('emitBatch', fields));
    expect(await spansOf(sightline, traceIdOf(low), 1)).toHaveLength(1);
  });

  it('are in the status', async () => {
    const { ports } = (await (await fetch(`${sightline.url}/api/status`)).json()) as {
      ports: { name: string; port: number; isBound: boolean }[];
    };
    for (const name of ['jaegerCompact', 'jaegerBinary'] as const) {
      expect(ports).toContainEqual({ name, port: sightline.ports[name], isBound: true });
    }
  });

  it('stay closed where credentials are asked for', async () => {
    const config = { 'auth.tokens': ['0123456789abcdef0123456789abcdef'] };
    const other = await startSightline({ config });
    expect([other.ports.jaegerCompact, other.ports.jaegerBinary]).toEqual([undefined, undefined]);
    await other.stop();
  });

  it('that are taken cost a warning', async () => {
    const lines: string[] = [];
    const portOffset = (sightline.ports.jaegerCompact as number) - 6831;
    const other = await startSightline({ portOffset, log: (line) => lines.push(line) });
    const warnings = lines.filter((line) => line.includes('/udp'));
    expect(other.ports.jaegerCompact).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('level=warn')]);
    await other.stop();
  });
});

const folder = join(
  import.meta.dirname,
  '../../../shared/conformance/otlp/jaeger/internal/converter/thrift/jaeger/fixtures',
);

interface JsonTag {
  readonly key: string;
  readonly vType: string;
  readonly vStr?: string;
  readonly vLong?: number;
  readonly vBool?: boolean;
  readonly vDouble?: number;
  readonly vBinary?: string;
}

interface JsonSpan {
  readonly spanId: number;
  readonly parentSpanId: number;
  readonly operationName: string;
  readonly duration: number;
  readonly tags?: readonly JsonTag[];
  readonly logs?: readonly { readonly fields: readonly JsonTag[] }[];
}

const tagsOf = (list: readonly JsonTag[] = []): Record<string, TagInput> =>
  Object.fromEntries(
    list.map(({ key, vStr, vLong, vBool, vDouble, vBinary }) => [
      key,
      vStr ??
        vBool ??
        vDouble ??
        (vLong === undefined ? Buffer.from(vBinary ?? '', 'base64') : BigInt(vLong)),
    ]),
  );

describe.skipIf(!existsSync(folder))("Jaeger's own batches, kept beside the repository", () => {
  it.each([
    ['thrift_batch_01.json', 1],
    ['thrift_batch_02.json', 2],
  ])('%s', async (file, count) => {
    const batch = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const low = newTraceLow();
    const spans: SpanInput[] = batch.spans.map((span: JsonSpan) => ({
      ...spanOf(low),
      spanId: BigInt(span.spanId),
      parentSpanId: BigInt(span.parentSpanId),
      operationName: span.operationName,
      durationMicros: BigInt(span.duration),
      tags: tagsOf(span.tags),
      logs: (span.logs ?? []).map(({ fields }) => [nowMicros(), tagsOf(fields)] as const),
    }));
    const processTags = tagsOf(batch.process.tags);
    const body = writeBinary({
      struct: batchFields(batch.process.serviceName, spans, processTags),
    });
    expect((await post(body)).status).toBe(202);
    const found = await spansOf(sightline, traceIdOf(low), count);
    expect(found).toHaveLength(count);
    for (const span of found) {
      expect(span).toMatchObject({
        ...{ service: 'api', name: 'get', parentSpanId: '000000000068c4e3' },
      });
      expect(span.end - span.start).toBe(22_938_000n);
    }
    if (count > 1) return;
    expect(found[0]).toMatchObject({
      kind: 'SPAN_KIND_SERVER',
      resource: {
        'host.name': 'api246-sjc1',
        ip: '10.53.69.61',
        'opencensus.exporterversion': 'Jaeger-Python-3.1.0',
      },
      attributes: {
        'http.url': 'http://127.0.0.1:15598/client_transactions',
        'peer.port': 53931n,
        someBool: true,
        someDouble: 129.8,
        'peer.service': 'rtapi',
        'peer.ipv4': 3224716605n,
      },
      events: [
        { name: '', attributes: { key1: 'value1', key2: 'value2' } },
        { name: 'nothing', attributes: {} },
      ],
    });
  });
});
