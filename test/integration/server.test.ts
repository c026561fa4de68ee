// The listeners over real sockets: HTTP/1.1, HTTP/2 and gRPC on one port, limits, hostile clients.
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { deflateRawSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { compress, init } from '@bokuweb/zstd-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OperationError } from '#lib/errors.ts';
import { jsonResponse, route, textResponse } from '#server/route.ts';
import { sendHttp2, sendRaw, startTestServer, type TestServer } from '../lib/test-server.ts';

let target: TestServer;
const seen = { aborted: 0, started: 0 };

beforeAll(async () => {
  await init();
  target = await startTestServer({
    bodyTimeoutMs: 400,
    requestTimeoutMs: 1000,
    mounts: [
      {
        prefix: '',
        cors: { allowedOrigins: ['https://*.example.org'] },
        routes: [
          route(['POST'], '/echo', async (request) => ({
            status: 200,
            headers: { 'content-type': 'application/octet-stream' },
            body: await request.body(),
          })),
          route(['POST'], '/unread', () => textResponse('not interested')),
          route(['GET', 'POST'], '/form', async (request) =>
            jsonResponse([...(await request.form())]),
          ),
          route(['GET'], '/large', () => textResponse('line of text\n'.repeat(1000))),
          route(['GET'], '/stream', () => ({
            status: 200,
            headers: { 'content-type': 'text/plain' },
            body: (async function* () {
              for (let i = 0; i < 500; i++) yield `${i} ${'x'.repeat(1000)}\n`;
            })(),
          })),
          route(['GET'], '/broken-stream', () => ({
            status: 200,
            body: (async function* () {
              yield 'begin';
              await new Promise((resolve) => setImmediate(resolve));
              throw new Error('half way');
            })(),
          })),
          route(['GET'], '/bug', () => {
            throw new TypeError('secret detail');
          }),
          route(['GET'], '/busy', () => {
            throw new OperationError('x_queue_full', 'full', {
              retryable: true,
              retryAfterMs: 2500,
            });
          }),
          route(['GET'], '/down', () => {
            throw new OperationError('store_unavailable', 'gone', { retryable: true });
          }),
          route(['GET'], '/hang', async (request) => {
            seen.started++;
            await new Promise<void>((resolve) => {
              request.signal.addEventListener('abort', () => resolve());
            });
            seen.aborted++;
            return textResponse('never seen');
          }),
        ],
      },
    ],
  });
});
afterAll(() => target.server.stop());

const post = (path: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
  fetch(target.url + path, { method: 'POST', body: Buffer.from(body), headers });

describe('bodies', () => {
  const text = Buffer.from('telemetry '.repeat(5000));
  const encoded = (name: string, encoding: string, bytes: () => Uint8Array) =>
    it(`decompresses ${name}`, async () => {
      const answer = await post('/echo', bytes(), { 'content-encoding': encoding });
      expect(answer.status).toBe(200);
      expect(Buffer.from(await answer.arrayBuffer()).equals(text)).toBe(true);
    });
  encoded('identity', 'identity', () => text);
  encoded('gzip', 'gzip', () => gzipSync(text));
  encoded('GZIP', 'GZIP', () => gzipSync(text));
  encoded('zlib', 'deflate', () => deflateSync(text));
  encoded('raw deflate', 'deflate', () => deflateRawSync(text));
  encoded('zstd', 'zstd', () => compress(text, 3));

  const refused = (name: string, status: number, body: () => Uint8Array, encoding = 'identity') =>
    it(`answers ${status} to ${name}`, async () => {
      const answer = await post('/echo', body(), { 'content-encoding': encoding });
      expect(answer.status).toBe(status);
      expect(await answer.json()).toHaveProperty('error');
    });
  const tooMuch = () => Buffer.alloc((1 << 20) + 1);
  refused('a large body', 413, tooMuch);
  refused('a gzip bomb', 413, () => gzipSync(Buffer.alloc(50 << 20)), 'gzip');
  refused('a zstd bomb', 413, () => compress(Buffer.alloc(50 << 20), 3), 'zstd');
  refused('broken gzip', 400, () => Buffer.from('not gzip'), 'gzip');
  refused('half of a gzip', 400, () => gzipSync(text).subarray(0, 60), 'gzip');
  refused('broken zstd', 400, () => Buffer.from('not zstd'), 'zstd');
  refused('brotli', 415, () => text, 'br');

  it('takes a body of exactly the limit', async () => {
    expect((await post('/echo', Buffer.alloc(1 << 20))).status).toBe(200);
  });

  it('takes chunks without a length, and answers 413 when they are too many', async () => {
    const send = (chunks: number) =>
      new Promise<number>((resolve, reject) => {
        const request = httpRequest(`${target.url}/echo`, { method: 'POST' }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        });
        request.on('error', reject);
        for (let i = 0; i < chunks; i++) request.write(Buffer.alloc(100_000));
        request.end();
      });
    expect(await send(10)).toBe(200);
    expect(await send(11)).toBe(413);
  });

  it('counts bodies as they were sent', async () => {
    const received = (): number =>
      target.meter
        .collect()
        .find(({ name }) => name === 'sightline_server_received_bytes_total')
        ?.points.reduce((sum, { value }) => sum + value, 0) ?? 0;
    const before = received();
    const body = gzipSync(Buffer.alloc(100_000));
    expect((await post('/echo', body, { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(received()).toBe(before + body.length);
  });

  it('answers a body that stops half way with 408', async () => {
    const head = 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n';
    expect(await sendRaw(target.port, [head, 'only this'], '\r\n\r\n')).toContain('408');
  });

  it('holds what has come and not what is announced, and forgets it when the client goes', async () => {
    const head = 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n';
    const socket = connect(target.port, '127.0.0.1');
    socket.write(head);
    await expect.poll(() => target.server.bytesInFlight).toBe(1 << 16);
    socket.write(Buffer.alloc(200_000));
    await expect.poll(() => target.server.bytesInFlight).toBeGreaterThanOrEqual(200_000);
    expect(target.server.bytesInFlight).toBeLessThanOrEqual(400_000);
    socket.destroy();
    await expect.poll(() => target.server.bytesInFlight).toBe(0);
  });

  it('asks for the body only when it wants it (Expect: 100-continue)', async () => {
    const head = (length: number) =>
      `POST /echo HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`;
    const tooLong = await sendRaw(target.port, [head(2_000_000)]);
    expect(tooLong).toMatch(/^HTTP\/1.1 413/);
    const wanted = await sendRaw(target.port, [head(2), 'ok'], '\r\n\r\nok');
    expect(wanted).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200/);
  });

  it('reads what nobody wanted, so that the connection goes on', async () => {
    const body = Buffer.alloc(3_000_000, 'x');
    const head = `POST /unread HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`;
    const next = 'GET /form HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
    const received = await sendRaw(target.port, [head, body, next]);
    expect(received.match(/HTTP\/1.1 200/g)).toHaveLength(2);
  });

  it('joins the fields of a form and the query, in this order', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await post('/form?a=1&b=%20', 'b=2&c=x+y', headers);
    expect(await answer.json()).toEqual([
      ['b', '2'],
      ['c', 'x y'],
      ['a', '1'],
      ['b', ' '],
    ]);
  });
});

describe('answers', () => {
  it('compresses what is worth it for clients that accept it', async () => {
    const raw = await sendRaw(target.port, [
      'GET /large HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n',
    ]);
    const [head = '', body = ''] = raw.split('\r\n\r\n');
    expect(head.toLowerCase()).toContain('content-encoding: gzip');
    expect(gunzipSync(Buffer.from(body, 'latin1'))).toHaveLength(13_000);
    const plain = await fetch(`${target.url}/large`, {
      headers: { 'accept-encoding': 'identity' },
    });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect((await plain.text()).length).toBe(13_000);
  });

  it('streams, compressed or not', async () => {
    for (const encoding of ['gzip', 'identity']) {
      const answer = await fetch(`${target.url}/stream`, {
        headers: { 'accept-encoding': encoding },
      });
      expect((await answer.text()).split('\n')).toHaveLength(501);
    }
  });

  it('breaks the connection when a stream fails half way', async () => {
    const raw = await sendRaw(target.port, ['GET /broken-stream HTTP/1.1\r\nhost: x\r\n\r\n']);
    expect(raw).toContain('begin');
    expect(raw).not.toMatch(/0\r\n\r\n$/);
  });

  it('answers HEAD with the head of GET', async () => {
    const raw = await sendRaw(target.port, [
      'HEAD /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    ]);
    expect(raw).toMatch(/^HTTP\/1.1 200[\s\S]*content-length: 13000[\s\S]*\r\n\r\n$/i);
  });

  it('says 404, and 405 with Allow', async () => {
    expect((await fetch(`${target.url}/nothing`)).status).toBe(404);
    const wrong = await fetch(`${target.url}/echo`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'OPTIONS, POST']);
  });

  it('says 500 without details, and logs them', async () => {
    const answer = await fetch(`${target.url}/bug`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
    expect(JSON.stringify(target.log)).toContain('secret detail');
  });

  it('tells when to come back', async () => {
    const busy = await fetch(`${target.url}/busy`);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '3']);
    const down = await fetch(`${target.url}/down`);
    expect([down.status, down.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('ends a request that takes too long, and tells the endpoint', async () => {
    const before = seen.aborted;
    expect((await fetch(`${target.url}/hang`)).status).toBe(504);
    await expect.poll(() => seen.aborted).toBe(before + 1);
  });

  it('tells the endpoint that the client is gone', async () => {
    const before = { ...seen };
    const controller = new AbortController();
    const gone = fetch(`${target.url}/hang`, { signal: controller.signal }).catch(() => 'gone');
    await expect.poll(() => seen.started).toBe(before.started + 1);
    controller.abort();
    expect(await gone).toBe('gone');
    await expect.poll(() => seen.aborted).toBe(before.aborted + 1);
  });
});

describe('CORS', () => {
  const preflight = (origin: string) =>
    fetch(`${target.url}/echo`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-custom',
      },
    });
  it('lets an allowed origin in', async () => {
    const asked = await preflight('https://shop.example.org');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://shop.example.org');
    expect(asked.headers.get('access-control-allow-headers')).toBe('content-type,x-custom');
    expect(asked.headers.get('access-control-allow-methods')).toContain('POST');
    const sent = await post('/echo', 'x', { origin: 'https://shop.example.org' });
    expect(sent.headers.get('access-control-allow-origin')).toBe('https://shop.example.org');
    const failed = await post('/echo', 'x', {
      origin: 'https://shop.example.org',
      'content-encoding': 'br',
    });
    expect(failed.headers.get('access-control-allow-origin')).toBe('https://shop.example.org');
  });
  it('tells no other origin that it may', async () => {
    const asked = await preflight('https://example.org.evil');
    expect(asked.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('HTTP/2 on the same port', () => {
  it('serves the same routes', async () => {
    const answer = await sendHttp2(
      target.url,
      { ':method': 'POST', ':path': '/echo', 'content-encoding': 'gzip' },
      gzipSync('over two'),
    );
    expect(answer.headers[':status']).toBe(200);
    expect(answer.body.toString()).toBe('over two');
  });
  it('answers errors', async () => {
    const status = async (headers: Record<string, string>, body?: Uint8Array) =>
      (await sendHttp2(target.url, headers, body)).headers[':status'];
    expect(await status({ ':path': '/nothing' })).toBe(404);
    expect(await status({ ':path': '/bug' })).toBe(500);
    expect(await status({ ':path': '/hang' })).toBe(504);
    expect(await status({ ':method': 'POST', ':path': '/echo' }, Buffer.alloc(2 << 20))).toBe(413);
  });
  it('streams large answers', async () => {
    const answer = await sendHttp2(target.url, { ':path': '/stream' });
    expect(answer.body.toString().split('\n')).toHaveLength(501);
  });
  it('takes a preface in pieces', async () => {
    const received = await sendRaw(
      target.port,
      ['P', 'RI * HTT', 'P/2.0\r\n\r\nSM\r\n\r\n', Buffer.from('000000040000000000', 'hex')],
      '\x04',
    );
    expect(received.length).toBeGreaterThan(0);
  });
});

describe('hostile clients', () => {
  const lives = async () => expect((await fetch(`${target.url}/form`)).status).toBe(200);
  const garbage: Record<string, (string | Uint8Array)[]> = {
    'random bytes': [Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251))],
    'a TLS hello': [Buffer.from('16030100c8010000c40303', 'hex'), Buffer.alloc(200)],
    'a broken HTTP/2 frame': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Buffer.alloc(500, 0xff)],
    'a huge head': [`GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
    'two lengths': [
      'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    ],
    'a negative length': ['POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n'],
    'a length beyond numbers': [
      `POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: ${'9'.repeat(40)}\r\n\r\n`,
    ],
    'bad chunks': ['POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
  };
  for (const [name, parts] of Object.entries(garbage)) {
    it(`survives ${name}`, async () => {
      const closed = sendRaw(target.port, parts, '\r\n\r\n');
      await lives();
      await closed;
      await lives();
    });
  }
  it('answers a target that is no path', async () => {
    for (const path of ['/%zz', '//', '/..%2f..%2fetc', '*', 'http://other/echo']) {
      const raw = await sendRaw(target.port, [
        `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      ]);
      expect(raw).toMatch(/^HTTP\/1.1 4\d\d/);
    }
  });
  it('leaves no connection and no byte behind', async () => {
    await expect.poll(() => target.server.bytesInFlight).toBe(0);
    const connections = () =>
      target.meter.collect().find((family) => family.name === 'sightline_server_connections');
    // fetch keeps a few of its own.
    await expect.poll(() => connections()?.points[0]?.value).toBeLessThan(12);
  });
});
