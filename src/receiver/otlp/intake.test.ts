import { describe, expect, it } from 'vitest';
import { otlpJsonToProtobuf } from '#codec/otlp/json.ts';
import { createMeter } from '#internal-telemetry/meter.ts';
import { createManualClock } from '#lib/clock.ts';
import { BugError, InputError, OperationError } from '#lib/errors.ts';
import type { Batch } from '#model/batch.ts';
import { IdentityCache } from '#model/identity.ts';
import type { Consumer } from '#pipeline/consumer.ts';
import type { HttpRequest, HttpResponse } from '#server/route.ts';
import { otlpGrpcServices } from './grpc.ts';
import { otlpRoutes } from './http.ts';
import { createOtlpIntake } from './intake.ts';

const nowMs = Date.UTC(2026, 0, 2);
const nano = (ms: number): string => `${ms}000000`;

const span = (fields: object = {}) => ({
  traceId: '0102030405060708090a0b0c0d0e0f10',
  spanId: '0102030405060708',
  name: 'GET /',
  startTimeUnixNano: nano(nowMs),
  endTimeUnixNano: nano(nowMs + 5),
  ...fields,
});
const traces = (...spans: object[]): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

function setUp(consume: Consumer['consume']) {
  const meter = createMeter();
  const batches: Batch[] = [];
  const intake = createOtlpIntake(
    {
      ageMsMax: { traces: 3_600_000, metrics: undefined, logs: undefined },
      futureMsMax: 600_000,
      attributeBytesMax: 1000,
    },
    {
      consumer: {
        consume: (batch, signal) => {
          batches.push(batch);
          return consume(batch, signal);
        },
      },
      identities: new IdentityCache(),
      clock: createManualClock(nowMs),
      meter,
    },
  );
  const value = (name: string): number | undefined =>
    meter.collect().find((family) => family.name === name)?.points[0]?.value;
  return { intake, batches, value, meter };
}

const commits: Consumer['consume'] = async (batch) => ({
  accepted: batch.items,
  rejected: undefined,
});
const fails =
  (error: Error): Consumer['consume'] =>
  async () => {
    throw error;
  };

async function post(
  intake: ReturnType<typeof setUp>['intake'],
  path: string,
  contentType: string | undefined,
  body: () => Promise<Uint8Array>,
): Promise<HttpResponse> {
  const found = otlpRoutes(intake).find((known) => known.path === path);
  const request: HttpRequest = {
    method: 'POST',
    path,
    params: {},
    query: new URLSearchParams(),
    headers: { 'content-type': contentType },
    tenant: 'acme',
    signal: new AbortController().signal,
    body,
    form: async () => new URLSearchParams(),
  };
  return (await found?.handle(request)) as HttpResponse;
}
const jsonBody = (text: string) => async () => new TextEncoder().encode(text);
const protobufBody = (text: string) => async () => otlpJsonToProtobuf('traces', text);
const textOf = (response: HttpResponse): string =>
  typeof response.body === 'string'
    ? response.body
    : Buffer.from(response.body as Uint8Array).toString('latin1');

describe('HTTP', () => {
  it('hands the batch on with its tenant and answers after the commit', async () => {
    const { intake, batches, value } = setUp(commits);
    const response = await post(
      intake,
      '/v1/traces',
      'application/json; charset=utf-8',
      jsonBody(traces(span(), span({ spanId: '1111111111111111' }))),
    );
    expect(response).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json' },
    });
    expect(batches).toMatchObject([{ signal: 'traces', tenant: 'acme', items: 2 }]);
    expect(value('otelcol_receiver_accepted_spans')).toBe(2);
  });

  it('answers protobuf with protobuf', async () => {
    const { intake } = setUp(commits);
    const response = await post(
      intake,
      '/v1/traces',
      'application/x-protobuf',
      protobufBody(traces(span())),
    );
    expect(response).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/x-protobuf' },
    });
    expect(response.body).toEqual(new Uint8Array(0));
  });

  it('names what it could not take', async () => {
    const { intake, value, meter } = setUp(commits);
    const old = span({
      startTimeUnixNano: nano(nowMs - 7_200_000),
      endTimeUnixNano: nano(nowMs - 7_200_000),
    });
    const large = span({ attributes: [{ key: 'k', value: { stringValue: 'x'.repeat(2000) } }] });
    const body = traces(old, span(), large);
    const response = await post(intake, '/v1/traces', 'application/json', jsonBody(body));
    const { partialSuccess } = JSON.parse(textOf(response));
    expect(partialSuccess.rejectedSpans).toBe('2');
    expect(partialSuccess.errorMessage).toMatch(/ingest\.max_age.*ingest\.max_attribute_bytes/);
    expect(value('otelcol_receiver_accepted_spans')).toBe(1);
    expect(value('otelcol_receiver_refused_spans')).toBe(2);
    const rejected = meter
      .collect()
      .find(({ name }) => name === 'sightline_receiver_rejected_items_total');
    expect(rejected?.points.map(({ labels, value: count }) => [labels.reason, count])).toEqual([
      ['older than ingest.max_age allows', 1],
      ['with an attribute or body larger than ingest.max_attribute_bytes or nested too deep', 1],
    ]);
  });

  const answers = (
    name: string,
    error: Error,
    expected: { status: number; code?: number; retryAfter?: string; message?: RegExp },
  ) =>
    it(`answers ${expected.status} to ${name}`, async () => {
      for (const contentType of ['application/json', 'application/x-protobuf']) {
        const { intake, value } = setUp(fails(error));
        const isJson = contentType === 'application/json';
        const response = await post(
          intake,
          '/v1/traces',
          contentType,
          (isJson ? jsonBody : protobufBody)(traces(span())),
        );
        expect(response.status).toBe(expected.status);
        expect(response.headers?.['content-type']).toBe(contentType);
        expect(response.headers?.['retry-after']).toBe(expected.retryAfter);
        if (isJson) expect(JSON.parse(textOf(response)).code).toBe(expected.code);
        expect(textOf(response)).toMatch(expected.message ?? /./);
        expect(value('otelcol_receiver_refused_spans')).toBe(1);
        expect(value('otelcol_receiver_accepted_spans')).toBeUndefined();
        expect(value('sightline_receiver_failed_requests_total')).toBe(1);
      }
    });
  answers(
    'a full queue',
    new OperationError('store_queue_full', 'the queue is full', {
      retryable: true,
      retryAfterMs: 2000,
    }),
    { status: 429, code: 8, retryAfter: '2', message: /queue is full/ },
  );
  answers(
    'an engine that is down',
    new OperationError('store_unavailable', 'no engine', { retryable: true }),
    { status: 503, code: 14, retryAfter: '1', message: /no engine/ },
  );

  it('leaves what cannot be mended to the server, which logs it', async () => {
    for (const error of [
      new BugError('BUG'),
      new OperationError('store_rejected', 'no', { retryable: false }),
    ]) {
      const { intake } = setUp(fails(error));
      await expect(
        post(intake, '/v1/traces', 'application/json', jsonBody(traces(span()))),
      ).rejects.toBe(error);
    }
  });

  const refuses = (
    name: string,
    contentType: string | undefined,
    body: () => Promise<Uint8Array>,
    status: number,
    message: RegExp,
  ) =>
    it(`answers ${status} to ${name}`, async () => {
      const { intake, batches } = setUp(commits);
      const response = await post(intake, '/v1/traces', contentType, body);
      expect(response.status).toBe(status);
      expect(textOf(response)).toMatch(message);
      expect(response.errorCode).toMatch(/^(otlp|http)_/);
      expect(batches).toHaveLength(0);
    });
  const bytes =
    (...values: number[]) =>
    async () =>
      Uint8Array.from(values);
  const bomb = async () => Buffer.from(`{"resourceSpans":[${'{},'.repeat(2_000_000)}{}]}`);
  refuses('JSON of two bytes a value', 'application/json', bomb, 413, /more than 2000000 JSON/);
  refuses('no content type', undefined, bytes(), 415, /application\/json/);
  refuses('text', 'text/plain', bytes(), 415, /'text\/plain'/);
  refuses('broken protobuf', 'application/x-protobuf', bytes(10, 200, 1, 1), 400, /traces.*byte/s);
  refuses('broken JSON', 'application/json', jsonBody('{"resourceSpans":['), 400, /./);
  refuses(
    'JSON of another shape',
    'application/json',
    jsonBody('{"resourceSpans":7}'),
    400,
    /resourceSpans/,
  );
  refuses('JSON in Latin-1', 'application/json', bytes(0x7b, 0x22, 0xe9, 0x22, 0x7d), 400, /UTF-8/);
  refuses(
    'a body over the limit',
    'application/x-protobuf',
    async () => {
      throw new InputError('http_body_too_large', 'too much');
    },
    413,
    /too much/,
  );

  it('says that it is well', async () => {
    expect(await post(setUp(commits).intake, '/health', undefined, bytes())).toMatchObject({
      status: 200,
      body: '{"status":"ok"}',
    });
  });
});

describe('gRPC', () => {
  const call = { metadata: {}, tenant: '', signal: new AbortController().signal };
  const exportTraces = (intake: ReturnType<typeof setUp>['intake'], message: Uint8Array) => {
    const name = 'opentelemetry.proto.collector.trace.v1.TraceService';
    const known = otlpGrpcServices(intake).find((service) => service.name === name);
    return known?.methods.Export?.unary?.(message, call) as Promise<Uint8Array>;
  };

  it('answers empty when everything was taken, and counts by transport', async () => {
    const { intake, meter } = setUp(commits);
    const message = otlpJsonToProtobuf('traces', traces(span()));
    expect(await exportTraces(intake, message)).toEqual(new Uint8Array(0));
    const accepted = meter.collect().find(({ name }) => name === 'otelcol_receiver_accepted_spans');
    expect(accepted?.points).toEqual([
      { labels: { receiver: 'otlp', transport: 'grpc' }, value: 1 },
    ]);
  });

  it('answers a partial success', async () => {
    const { intake } = setUp(commits);
    const message = otlpJsonToProtobuf(
      'traces',
      traces(span({ traceId: '00'.repeat(16) }), span()),
    );
    const response = await exportTraces(intake, message);
    expect(Buffer.from(response).toString('latin1')).toMatch(/invalid trace id/);
  });

  it('throws what the server makes a status of', async () => {
    const full = new OperationError('store_queue_full', 'full', { retryable: true });
    const message = otlpJsonToProtobuf('traces', traces(span()));
    await expect(exportTraces(setUp(fails(full)).intake, message)).rejects.toBe(full);
    await expect(
      exportTraces(setUp(commits).intake, Uint8Array.of(255, 255)),
    ).rejects.toMatchObject({ code: 'otlp_malformed' });
  });
});
