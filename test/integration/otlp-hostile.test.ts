// Bad input over the wire: always an answer, never garbage in the store, valid neighbours stored.
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { compress } from '@bokuweb/zstd-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import type { Signal } from '#model/batch.ts';
import { sendOtlpGrpc, sendOtlpHttp, sendOtlpJson } from '../lib/otlp-client.ts';
import { type OtlpTarget, startOtlpTarget } from '../lib/otlp-target.ts';
import { grpcFrame, sendRaw } from '../lib/test-server.ts';

let target: OtlpTarget;
const hour = 3_600_000;
beforeAll(async () => {
  target = await startOtlpTarget({
    ageMsMax: { traces: hour, metrics: hour, logs: hour },
    futureMsMax: 600_000,
  });
});
afterAll(() => target.stop());

const signals: readonly Signal[] = ['traces', 'metrics', 'logs'];
const nowMs = Date.now();
const nano = (ms: number): string => `${ms}000000`;
let sequence = 0;

const span = (name: string, fields: object = {}) => ({
  traceId: '0102030405060708090a0b0c0d0e0f10',
  spanId: (++sequence).toString(16).padStart(16, '0'),
  name,
  startTimeUnixNano: nano(nowMs),
  endTimeUnixNano: nano(nowMs + 1),
  ...fields,
});
const traces = (service: string, spans: object[]) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [{ spans }],
    },
  ],
});
const valid: Readonly<Record<Signal, object>> = {
  traces: traces('mutant', [
    span('a', { attributes: [{ key: 'k', value: { stringValue: 'v' } }] }),
    span('b'),
  ]),
  metrics: {
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'mutant',
                gauge: { dataPoints: [{ timeUnixNano: nano(nowMs), asDouble: 1 }] },
              },
            ],
          },
        ],
      },
    ],
  },
  logs: {
    resourceLogs: [
      {
        scopeLogs: [{ logRecords: [{ timeUnixNano: nano(nowMs), body: { stringValue: 'line' } }] }],
      },
    ],
  },
};
const protobufOf = (signal: Signal): Uint8Array =>
  otlpJsonToProtobuf(signal, JSON.stringify(valid[signal]));

const lives = async (): Promise<void> => {
  const service = `alive-${++sequence}`;
  const answer = await sendOtlpJson(target.url, 'traces', traces(service, [span('ok')]));
  expect(answer.status).toBe(200);
  expect(await target.rows('otel_spans', 'service_name', service)).toHaveLength(1);
};

describe('whole bodies', () => {
  /** Bodies that differ from valid ones in a few bytes, in length, or in everything. */
  function* mutants(bytes: Uint8Array): Generator<Uint8Array> {
    let seed = 42;
    const next = (bound: number): number => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed % bound;
    };
    for (let i = 0; i < 25; i++) yield bytes.subarray(0, next(bytes.length));
    for (let i = 0; i < 25; i++) yield Uint8Array.from({ length: 1 + next(300) }, () => next(256));
    for (let i = 0; i < 50; i++) {
      const broken = Uint8Array.from(bytes);
      for (let count = 1 + next(3); count > 0; count--) broken[next(broken.length)] = next(256);
      yield broken;
    }
    // A length of 2^32 - 1, of 2^64 - 1, and one that does not end.
    yield Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f);
    yield Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
    yield Uint8Array.from({ length: 50 }, () => 0xff);
    // Groups, field 0, and ten thousand messages inside of each other.
    yield Uint8Array.of(0x0b, 0x0c);
    yield Uint8Array.of(0x02, 0x00);
    yield Buffer.alloc(20_000, Uint8Array.of(0x0a, 0x7f));
  }

  for (const signal of signals) {
    it(`${signal}: every mutant gets an answer over HTTP and gRPC`, async () => {
      for (const mutant of mutants(protobufOf(signal))) {
        const answer = await sendOtlpHttp(target.url, signal, mutant);
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400)
          expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(10);
        const { status, message } = await sendOtlpGrpc(target.url, signal, mutant);
        // The second time the same items come they are as good or bad as the first.
        expect(status).toBe(answer.status === 200 ? 0 : 3);
        if (status !== 0) expect(message).toContain(signal);
      }
      await lives();
    });

    it(`${signal}: every mutant of JSON gets an answer`, async () => {
      const text = Buffer.from(JSON.stringify(valid[signal]));
      for (const mutant of mutants(text)) {
        const answer = await sendOtlpHttp(target.url, signal, mutant, {
          contentType: 'application/json',
        });
        expect([200, 400]).toContain(answer.status);
        const body = await answer.json();
        if (answer.status === 400)
          expect(body).toMatchObject({ code: 3, message: expect.any(String) });
      }
      await lives();
    });
  }

  it('deeply nested JSON and values', async () => {
    const deep = `{"resourceSpans":${'['.repeat(100_000)}`;
    const answer = await sendOtlpHttp(target.url, 'traces', deep, {
      contentType: 'application/json',
    });
    expect(answer.status).toBe(400);
    const open = '{"arrayValue":{"values":[';
    const core = '{"stringValue":"core"}';
    for (const depth of [50, 5000]) {
      const value = open.repeat(depth) + core + ']}}'.repeat(depth);
      const attributes = `[{"key":"k","value":${value}}]`;
      const text = JSON.stringify(traces('nested', [span('deep', { attributes: 'HERE' })]));
      const nested = text.replace('"HERE"', attributes);
      const answered = await sendOtlpHttp(target.url, 'traces', nested, {
        contentType: 'application/json',
      });
      expect([200, 400]).toContain(answered.status);
    }
    for (const depth of [50, 5000]) {
      // AnyValue { array_value = 5 { values = 1 } } around a string, in a resource attribute.
      let bytes: Buffer = Buffer.from('0a046465657000', 'hex').subarray(0, 6);
      const wrap = (field: number, inner: Buffer): Buffer => {
        const size: number[] = [];
        let rest = inner.length;
        for (; rest > 127; rest >>>= 7) size.push((rest & 127) | 128);
        return Buffer.concat([Buffer.of((field << 3) | 2, ...size, rest), inner]);
      };
      for (let i = 0; i < depth; i++) bytes = wrap(5, wrap(1, bytes));
      const keyValue = Buffer.concat([Buffer.from('0a016b', 'hex'), wrap(2, bytes)]);
      const body = wrap(1, wrap(1, wrap(1, keyValue)));
      expect([200, 400]).toContain((await sendOtlpHttp(target.url, 'traces', body)).status);
      expect([0, 3]).toContain((await sendOtlpGrpc(target.url, 'traces', body)).status);
    }
    await lives();
  });
});

describe('items', () => {
  const partly = (name: string, bad: object, reason: RegExp) =>
    it(`${name} is rejected, its neighbour is stored`, async () => {
      const service = `neighbour-${++sequence}`;
      const body = traces(service, [span('good'), span('bad', bad)]);
      const answer = await sendOtlpJson(target.url, 'traces', body);
      expect(answer.status).toBe(200);
      const { partialSuccess } = (await answer.json()) as {
        partialSuccess: Record<string, string>;
      };
      expect(partialSuccess.rejectedSpans).toBe('1');
      expect(partialSuccess.errorMessage).toMatch(reason);
      const rows = await target.rows('otel_spans', 'service_name', service);
      expect(rows.map((row) => row.name)).toEqual(['good']);
    });
  partly('a trace id of zeros', { traceId: '0'.repeat(32) }, /invalid trace id/);
  partly('a short trace id', { traceId: 'abcd' }, /invalid trace id/);
  partly('no span id', { spanId: '' }, /invalid span id/);
  partly('a span of 1970', { startTimeUnixNano: '1', endTimeUnixNano: '2' }, /ingest\.max_age/);
  partly(
    'a span of 2100',
    { startTimeUnixNano: nano(4_102_444_800_000), endTimeUnixNano: nano(4_102_444_800_001) },
    /ingest\.max_future/,
  );
  partly(
    'a span beyond all times',
    { startTimeUnixNano: '18446744073709551615', endTimeUnixNano: '18446744073709551615' },
    /ingest\.max_(age|future)/,
  );
  partly(
    'an attribute of 10 MB',
    { attributes: [{ key: 'large', value: { stringValue: 'x'.repeat(10_000_000) } }] },
    /ingest\.max_attribute_bytes/,
  );

  it('invalid UTF-8 is not stored as it is', async () => {
    const service = `utf8-${++sequence}`;
    const marker = 'MARKER!';
    const body = traces(service, [span('good'), span(marker)]);
    const bytes = Buffer.from(otlpJsonToProtobuf('traces', JSON.stringify(body)));
    bytes.fill(0xff, bytes.indexOf(marker), bytes.indexOf(marker) + marker.length);
    const answer = await sendOtlpHttp(target.url, 'traces', bytes);
    expect([200, 400]).toContain(answer.status);
    const rows = await target.rows('otel_spans', 'service_name', service);
    for (const row of rows) expect(['good', '\ufffd'.repeat(marker.length)]).toContain(row.name);
    await lives();
  });

  it('NaN and infinite samples are stored as what they are', async () => {
    const points = ['NaN', 'Infinity', '-Infinity'].map((asDouble, i) => ({
      timeUnixNano: nano(nowMs + i),
      asDouble,
    }));
    const metrics = [{ name: 'odd_values', gauge: { dataPoints: points } }];
    const answer = await sendOtlpJson(target.url, 'metrics', {
      resourceMetrics: [{ scopeMetrics: [{ metrics }] }],
    });
    expect([answer.status, await answer.json()]).toEqual([200, { partialSuccess: {} }]);
    // One row or several, as far as the engine has merged them.
    type Row = { readonly time: BigInt64Array; readonly value: Float64Array };
    const rows = await target.rows<Row>('otel_samples', 'name', 'odd_values');
    const byTime = rows
      .flatMap(({ time, value }) => [...time].map((at, i) => [at, value[i]] as const))
      .sort(([a], [b]) => Number(a - b));
    expect(byTime.map(([, value]) => value)).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });
});

describe('transport', () => {
  const bomb = Buffer.alloc(200 << 20);
  const statusOf = async (body: Uint8Array, headers: Record<string, string>) => {
    const answer = await sendOtlpHttp(target.url, 'traces', body, { headers });
    return [answer.status, (await answer.arrayBuffer()).byteLength > 0];
  };
  it('bombs', async () => {
    const gzipped = gzipSync(bomb);
    const packed = compress(bomb, 3);
    expect(await statusOf(gzipped, { 'content-encoding': 'gzip' })).toEqual([413, true]);
    expect(await statusOf(packed, { 'content-encoding': 'zstd' })).toEqual([413, true]);
    for (const [encoding, message] of [
      ['gzip', gzipped],
      ['zstd', packed],
    ] as const) {
      const frame = grpcFrame(message, true);
      expect((await sendOtlpGrpc(target.url, 'traces', message, { encoding, frame })).status).toBe(
        8,
      );
    }
    await lives();
  });
  it('wrong types and encodings', async () => {
    const body = protobufOf('traces');
    expect(await statusOf(body, { 'content-type': 'text/html' })).toEqual([415, true]);
    expect(await statusOf(body, { 'content-type': 'application/json' })).toEqual([400, true]);
    expect(await statusOf(body, { 'content-encoding': 'br' })).toEqual([415, true]);
    expect(await statusOf(body, { 'content-encoding': 'gzip' })).toEqual([400, true]);
    expect((await fetch(`${target.url}/v1/traces`)).status).toBe(405);
    expect((await fetch(`${target.url}/v1/profiles`, { method: 'POST' })).status).toBe(404);
  });
  it('too much', async () => {
    expect(await statusOf(Buffer.alloc(33 << 20), {})).toEqual([413, true]);
    await lives();
  });
  it('slow and aborted bodies', async () => {
    const head = 'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n';
    const slow = sendRaw(target.port, [`${head}content-length: 1000\r\n\r\n`, 'abc'], '\r\n\r\n');
    for (let i = 0; i < 30; i++) {
      const socket = connect(target.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(`${head}content-length: 1000000\r\n\r\n${'x'.repeat(1000 * i)}`);
      setTimeout(() => socket.destroy(), i);
    }
    const session = connectHttp2(target.url);
    session.on('error', () => {});
    for (let i = 0; i < 30; i++) {
      const stream = session.request({
        ':method': 'POST',
        ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        'content-type': 'application/grpc',
      });
      stream.on('error', () => {});
      stream.write(grpcFrame(Buffer.alloc(100_000)).subarray(0, 1000 * (i + 1)));
      setTimeout(() => stream.close(8), i);
    }
    await lives();
    expect(await slow).toMatch(/^HTTP\/1.1 408/);
    session.destroy();
    await expect.poll(() => target.server.bytesInFlight, { timeout: 5000 }).toBe(0);
  });
  it('a browser may ask first', async () => {
    const preflight = await fetch(`${target.url}/v1/traces`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  });
  it('health', async () => {
    const answer = await fetch(`${target.url}/health`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  });
  it('logged nothing as our own mistake', () => {
    expect(target.log.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
