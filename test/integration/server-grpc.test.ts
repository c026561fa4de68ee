// gRPC of our own against clients of others (@grpc/grpc-js) and against bytes that no client sends.
import { deflateSync, gzipSync } from 'node:zlib';
import { compress, init } from '@bokuweb/zstd-wasm';
import {
  type ChannelOptions,
  Client,
  compressionAlgorithms,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError, OperationError } from '#lib/errors.ts';
import { GrpcError } from '#server/grpc-status.ts';
import { type GrpcService, type Mount, route, textResponse } from '#server/route.ts';
import { grpcFrame, sendHttp2, startTestServer, type TestServer } from '../lib/test-server.ts';

const bytesMax = 1 << 20;
let streamed = 0;
let canceled = 0;

const echo: GrpcService = {
  name: 'test.Echo',
  methods: {
    Echo: { unary: async (message) => message },
    Fail: {
      unary: async (message) => {
        throw failures[Buffer.from(message).toString()] ?? new Error('secret');
      },
    },
    Hang: {
      unary: (_message, call) =>
        new Promise((_, reject) => {
          call.signal.addEventListener('abort', () => {
            canceled++;
            reject(new Error('aborted'));
          });
        }),
    },
    Metadata: {
      unary: async (_message, call) => Buffer.from(`${call.metadata['x-custom']}|${call.tenant}`),
    },
    Stream: {
      async *serverStream(message) {
        const count = Number(Buffer.from(message).toString());
        for (streamed = 0; streamed < count; streamed++) yield Buffer.alloc(1000, streamed);
      },
    },
    StreamThenFail: {
      async *serverStream() {
        yield Buffer.from('first');
        throw new GrpcError('DATA_LOSS', 'the rest is gone');
      },
    },
  },
};

const failures: Record<string, Error> = {
  input: new InputError('x', 'naïve 100% wrong', { hint: 'Do better.' }),
  full: new OperationError('x_queue_full', 'full', { retryable: true, retryAfterMs: 1500 }),
  down: new OperationError('x_down', 'down', { retryable: true }),
  grpc: new GrpcError('NOT_FOUND', 'no such thing'),
  long: new InputError('x', 'y'.repeat(100_000)),
};

const tenantMount: Mount = {
  prefix: '',
  routes: [
    route(['GET'], '/', () => textResponse('plain')),
    route(['GET'], '/tenant', (request) => textResponse(request.tenant)),
  ],
};

let target: TestServer;
let client: Client;
beforeAll(async () => {
  await init();
  target = await startTestServer({
    bodyBytesMax: bytesMax,
    bodyTimeoutMs: 400,
    requestTimeoutMs: 5000,
    tenancyEnabled: true,
    grpc: [echo],
    mounts: [tenantMount],
  });
  client = connect();
});
afterAll(async () => {
  client.close();
  await target.server.stop();
});

const connect = (options: ChannelOptions = {}): Client =>
  new Client(`127.0.0.1:${target.port}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    'grpc.max_receive_message_length': -1,
    ...options,
  });
const same = (bytes: Buffer): Buffer => bytes;

function call(
  method: string,
  message: Uint8Array | string,
  options: {
    readonly client?: Client;
    readonly metadata?: Metadata;
    readonly deadline?: number;
  } = {},
): Promise<Buffer> {
  const { client: caller = client, metadata = new Metadata(), deadline } = options;
  return new Promise((resolve, reject) => {
    caller.makeUnaryRequest(
      method,
      same,
      same,
      Buffer.from(message),
      metadata,
      deadline === undefined ? {} : { deadline: Date.now() + deadline },
      (error, answer) => (error ? reject(error) : resolve(answer as Buffer)),
    );
  });
}
const failure = async (answer: Promise<unknown>): Promise<ServiceError> => {
  try {
    await answer;
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('the call went well');
};

describe('unary calls of grpc-js', () => {
  for (const size of [0, 1, 16_384, 100_000, bytesMax]) {
    it(`${size} bytes`, async () => {
      const message = Buffer.alloc(size, 'telemetry');
      expect((await call('/test.Echo/Echo', message)).equals(message)).toBe(true);
    });
  }

  for (const algorithm of [compressionAlgorithms.gzip, compressionAlgorithms.deflate]) {
    it(`compressed by the client (${algorithm})`, async () => {
      const compressing = connect({ 'grpc.default_compression_algorithm': algorithm });
      const message = Buffer.alloc(200_000, 'telemetry');
      expect(
        (await call('/test.Echo/Echo', message, { client: compressing })).equals(message),
      ).toBe(true);
      compressing.close();
    });
  }

  it('200 at once on one connection', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => call('/test.Echo/Echo', `message ${i}`)),
    );
    expect(answers.map(String)).toEqual(answers.map((_, i) => `message ${i}`));
  });

  it('beside HTTP/1.1 on the same port', async () => {
    const [answer, plain] = await Promise.all([call('/test.Echo/Echo', 'x'), fetch(target.url)]);
    expect([String(answer), await plain.text()]).toEqual(['x', 'plain']);
  });

  it('the tenant of HTTP, and none when tenancy is off', async () => {
    const headers = { 'X-Scope-OrgID': 'acme' };
    expect(await (await fetch(`${target.url}/tenant`, { headers })).text()).toBe('acme');
    expect(await (await fetch(`${target.url}/tenant`)).text()).toBe('');
    const single = await startTestServer({ mounts: [tenantMount] });
    expect(await (await fetch(`${single.url}/tenant`, { headers })).text()).toBe('');
    await single.server.stop();
  });

  it('metadata and tenant', async () => {
    const metadata = new Metadata();
    metadata.set('x-custom', 'yes');
    metadata.set('X-Scope-OrgID', 'acme');
    expect(String(await call('/test.Echo/Metadata', '', { metadata }))).toBe('yes|acme');
  });
});

describe('statuses', () => {
  const fails = (message: string, code: number, details: string | RegExp) =>
    it(message, async () => {
      const error = await failure(call('/test.Echo/Fail', message));
      expect(error.code).toBe(code);
      expect(error.details).toMatch(details);
    });
  fails('input', 3, 'naïve 100% wrong. Do better.');
  fails('full', 8, 'full');
  fails('down', 14, 'down');
  fails('grpc', 5, 'no such thing');
  fails('long', 3, /^y{1000}/);
  fails('bug', 13, /^internal error/);

  it('says when to come back in the words of google.rpc', async () => {
    const error = await failure(call('/test.Echo/Fail', 'full'));
    const [details] = error.metadata.get('grpc-status-details-bin');
    // Status { code: 8, message: "full", details: [Any { RetryInfo { 1 s, 500,000,000 ns } }] }
    const text = Buffer.from(details as Buffer);
    expect(text.subarray(0, 8).toString('hex')).toBe('0808120466756c6c');
    expect(text.toString('latin1')).toContain('type.googleapis.com/google.rpc.RetryInfo');
    expect(text.subarray(-10).toString('hex')).toBe(`0a08${'0801'}${'1080cab5ee01'}`);
    expect(
      (await failure(call('/test.Echo/Fail', 'input'))).metadata.get('grpc-status-details-bin'),
    ).toEqual([]);
  });

  it('unknown services and methods', async () => {
    const service = await failure(call('/test.Nothing/Echo', ''));
    expect([service.code, service.details]).toEqual([12, 'unknown service test.Nothing']);
    const method = await failure(call('/test.Echo/constructor', ''));
    expect([method.code, method.details]).toEqual([
      12,
      'service test.Echo has no method constructor',
    ]);
  });

  it('deadlines', async () => {
    const before = canceled;
    expect((await failure(call('/test.Echo/Hang', '', { deadline: 150 }))).code).toBe(4);
    await expect.poll(() => canceled).toBe(before + 1);
  });

  it('our own deadline when the client has none that it keeps', async () => {
    const answer = await sendHttp2(
      target.url,
      { ...grpcHead('Hang'), 'grpc-timeout': '100m' },
      grpcFrame(Buffer.alloc(0)),
    );
    expect(answer.headers['grpc-status']).toBe('4');
  });

  it('messages over the limit, without RetryInfo: they never fit', async () => {
    const error = await failure(call('/test.Echo/Echo', Buffer.alloc(bytesMax + 1)));
    expect([error.code, error.metadata.get('grpc-status-details-bin')]).toEqual([8, []]);
    expect(error.details).toContain('ingest.max_body_bytes');
    // The connection lives on.
    expect(String(await call('/test.Echo/Echo', 'next'))).toBe('next');
  });
});

describe('server streaming', () => {
  const read = (method: string, message: string) => {
    const stream = client.makeServerStreamRequest(method, same, same, Buffer.from(message));
    return stream;
  };
  it('delivers everything in order', async () => {
    const sizes: number[] = [];
    for await (const message of read('/test.Echo/Stream', '500')) sizes.push(message[0]);
    expect(sizes).toEqual(Array.from({ length: 500 }, (_, i) => i & 255));
  });
  it('delivers what came before a failure', async () => {
    const received: string[] = [];
    const error = await failure(
      (async () => {
        for await (const message of read('/test.Echo/StreamThenFail', ''))
          received.push(String(message));
      })(),
    );
    expect([received, error.code, error.details]).toEqual([['first'], 15, 'the rest is gone']);
  });
  it('waits for a slow reader and stops when it leaves', async () => {
    const stream = read('/test.Echo/Stream', '1000000');
    stream.on('error', () => {});
    await new Promise((resolve) => stream.once('data', resolve));
    stream.pause();
    await expect.poll(() => streamed).toBeGreaterThan(50);
    const paused = streamed;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(streamed).toBeLessThan(paused + 200);
    stream.cancel();
    await expect
      .poll(async () => {
        const before = streamed;
        await new Promise((resolve) => setTimeout(resolve, 50));
        return streamed - before;
      })
      .toBe(0);
    expect(streamed).toBeLessThan(1_000_000);
  });
});

const grpcHead = (method: string, headers: Record<string, string> = {}) => ({
  ':method': 'POST',
  ':path': `/test.Echo/${method}`,
  'content-type': 'application/grpc+proto',
  te: 'trailers',
  ...headers,
});

describe('bytes', () => {
  const text = Buffer.from('telemetry '.repeat(5000));
  const encoded = (encoding: string, bytes: () => Uint8Array) =>
    it(`takes ${encoding} and answers identity`, async () => {
      const answer = await sendHttp2(
        target.url,
        grpcHead('Echo', { 'grpc-encoding': encoding }),
        grpcFrame(bytes(), true),
      );
      expect(answer.headers).toMatchObject({
        'grpc-accept-encoding': 'identity,gzip,deflate,zstd',
      });
      expect(answer.trailers['grpc-status']).toBe('0');
      expect(answer.body.equals(grpcFrame(text))).toBe(true);
    });
  encoded('gzip', () => gzipSync(text));
  encoded('deflate', () => deflateSync(text));
  encoded('zstd', () => compress(text, 3));

  it('an uncompressed message in a compressed stream', async () => {
    const answer = await sendHttp2(
      target.url,
      grpcHead('Echo', { 'grpc-encoding': 'zstd' }),
      grpcFrame(text),
    );
    expect(answer.body.equals(grpcFrame(text))).toBe(true);
  });

  const refused = (
    name: string,
    body: () => Uint8Array,
    status: number,
    headers: Record<string, string> = {},
  ) =>
    it(`answers ${status} to ${name}`, async () => {
      const answer = await sendHttp2(target.url, grpcHead('Echo', headers), body());
      expect(answer.headers['grpc-status']).toBe(String(status));
      expect(answer.headers['grpc-message']).toBeTruthy();
    });
  refused('an encoding that we do not know', () => grpcFrame(text, true), 12, {
    'grpc-encoding': 'snappy',
  });
  refused('compressed bytes without an encoding', () => grpcFrame(text, true), 13);
  refused(
    'a flag that does not exist',
    () => Buffer.concat([Buffer.of(9), grpcFrame(text).subarray(1)]),
    13,
  );
  refused('no message at all', () => new Uint8Array(0), 3);
  refused('half a prefix', () => Buffer.of(0, 0), 3);
  refused('half a message', () => grpcFrame(text).subarray(0, 100), 3);
  refused('two messages', () => Buffer.concat([grpcFrame(text), grpcFrame(text)]), 3);
  refused('an absurd length', () => Buffer.of(0, 255, 255, 255, 255, 1, 2, 3), 8);
  refused('a gzip bomb', () => grpcFrame(gzipSync(Buffer.alloc(50 << 20)), true), 8, {
    'grpc-encoding': 'gzip',
  });
  refused('a zstd bomb', () => grpcFrame(compress(Buffer.alloc(50 << 20), 3), true), 8, {
    'grpc-encoding': 'zstd',
  });
  refused('broken gzip', () => grpcFrame(text, true), 3, { 'grpc-encoding': 'gzip' });
  refused('broken zstd', () => grpcFrame(text, true), 3, { 'grpc-encoding': 'zstd' });

  it('leaves no byte in flight', async () => {
    await expect.poll(() => target.server.bytesInFlight).toBe(0);
  });
});

describe('grpc.health.v1', () => {
  const check = (service: string) =>
    call(
      '/grpc.health.v1.Health/Check',
      Buffer.concat([Buffer.of(10, service.length), Buffer.from(service)]),
    );
  it('serves', async () => {
    expect((await call('/grpc.health.v1.Health/Check', '')).toString('hex')).toBe('0801');
    expect((await check('test.Echo')).toString('hex')).toBe('0801');
    expect((await failure(check('test.Other'))).code).toBe(5);
  });
  it('watches', async () => {
    const watch = client.makeServerStreamRequest(
      '/grpc.health.v1.Health/Watch',
      same,
      same,
      Buffer.alloc(0),
    );
    watch.on('error', () => {});
    const first = await new Promise<Buffer>((resolve) => watch.once('data', resolve));
    expect(first.toString('hex')).toBe('0801');
    watch.cancel();
  });
});

describe('admission', () => {
  it('refuses with RetryInfo before it reads', async () => {
    const small = await startTestServer({ bytesInFlightMax: 1000, grpc: [echo] });
    const first = new Client(`127.0.0.1:${small.port}`, credentials.createInsecure());
    const hang = failure(
      call('/test.Echo/Hang', Buffer.alloc(800), { client: first, deadline: 400 }),
    );
    await expect.poll(() => small.server.bytesInFlight).toBeGreaterThan(800);
    const refused = await failure(call('/test.Echo/Echo', Buffer.alloc(500), { client: first }));
    expect(refused.code).toBe(8);
    expect(refused.metadata.get('grpc-status-details-bin')).toHaveLength(1);
    await hang;
    await expect.poll(() => small.server.bytesInFlight).toBe(0);
    expect(await call('/test.Echo/Echo', Buffer.alloc(500), { client: first })).toHaveLength(500);
    first.close();
    await small.server.stop();
  });
});
