// What is held for clients is bounded, and those who neither send nor read keep nobody out.
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { route, textResponse } from '#server/route.ts';
import { sendHttp2, startTestServer } from '../lib/test-server.ts';

describe('admission', () => {
  it('answers 429 before it reads a body for which there is no room', async () => {
    const small = await startTestServer({
      bytesInFlightMax: 1000,
      mounts: [
        {
          prefix: '',
          routes: [route(['POST'], '/', async (r) => textResponse(`${(await r.body()).length}`))],
        },
      ],
    });
    const holder = connect(small.port, '127.0.0.1');
    holder.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 900\r\n\r\n');
    await expect.poll(() => small.server.bytesInFlight).toBe(900);
    const refused = await fetch(small.url, { method: 'POST', body: 'x'.repeat(200) });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await fetch(small.url, { method: 'POST', body: 'x'.repeat(50) })).status).toBe(200);
    holder.write(Buffer.alloc(900));
    await expect.poll(() => small.server.bytesInFlight).toBe(0);
    // One alone may be larger than the bound: else it could never be sent.
    expect((await fetch(small.url, { method: 'POST', body: 'x'.repeat(5000) })).status).toBe(200);
    holder.destroy();
    await small.server.stop();
  });

  it('lets nobody keep others out who announces bodies and does not send them', async () => {
    const small = await startTestServer({
      bytesInFlightMax: 1 << 20,
      mounts: [
        {
          prefix: '',
          routes: [route(['POST'], '/', async (r) => textResponse(`${(await r.body()).length}`))],
        },
      ],
    });
    const idlers = [1, 2, 3].map(() => connect(small.port, '127.0.0.1'));
    for (const idler of idlers) {
      idler.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 700000\r\n\r\n');
    }
    await expect.poll(() => small.server.bytesInFlight).toBe(3 << 16);
    const answer = await fetch(small.url, { method: 'POST', body: 'x'.repeat(700_000) });
    expect(await answer.text()).toBe('700000');
    for (const idler of idlers) idler.destroy();
    await small.server.stop();
  });
});

describe('refused bodies', () => {
  it('are read at a bounded rate, after which the connection goes on', async () => {
    const target = await startTestServer({
      bodyBytesMax: 8 << 20,
      mounts: [{ prefix: '', routes: [route(['GET'], '/', () => textResponse('second answer'))] }],
    });
    const size = 24 << 20;
    const socket = connect(target.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    const startedMs = performance.now();
    socket.write(`POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size));
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await expect.poll(() => text, { timeout: 10_000 }).toContain('second answer');
    expect(text).toMatch(/^HTTP\/1.1 404 /);
    // 24 MiB at 128 MiB/s.
    expect(performance.now() - startedMs).toBeGreaterThan(100);
    socket.destroy();
    await target.server.stop();
  });
});

describe('answers', () => {
  it('does not wait for ever for a client that does not read', async () => {
    let hasReturned = false;
    const endless = async function* () {
      try {
        for (;;) yield Buffer.alloc(100_000);
      } finally {
        hasReturned = true;
      }
    };
    const whole = Buffer.alloc(50_000_000);
    const slow = await startTestServer({
      requestTimeoutMs: 300,
      mounts: [
        {
          prefix: '',
          routes: [
            route(['GET'], '/whole', () => ({ status: 200, body: whole })),
            route(['GET'], '/stream', () => ({ status: 200, body: endless() })),
          ],
        },
      ],
    });
    const answered = (): number =>
      slow.meter
        .collect()
        .find(({ name }) => name === 'sightline_server_requests_total')
        ?.points.reduce((sum, { value }) => sum + value, 0) ?? 0;
    const sockets = ['/whole', '/stream'].map((path) => {
      const socket = connect(slow.port, '127.0.0.1').on('error', () => {});
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
      return socket.pause();
    });
    const session = connectHttp2(slow.url, { settings: { initialWindowSize: 1000 } });
    session.on('error', () => {});
    session
      .request({ ':path': '/stream' })
      .on('error', () => {})
      .pause();
    await expect.poll(answered, { timeout: 5000 }).toBe(3);
    expect(hasReturned).toBe(true);
    for (const socket of sockets) socket.destroy();
    session.destroy();
    await slow.server.stop();
  });

  it('of gRPC that failed are counted by their code, as those of HTTP', async () => {
    const target = await startTestServer({});
    const head = {
      ':method': 'POST',
      ':path': '/no.Service/Call',
      'content-type': 'application/grpc',
    };
    expect((await sendHttp2(target.url, head)).headers['grpc-status']).toBe('12');
    expect((await fetch(`${target.url}/nothing`)).status).toBe(404);
    const points = target.meter
      .collect()
      .find(({ name }) => name === 'sightline_server_refused_total')?.points;
    expect(points?.map(({ labels, value }) => [labels.reason, value])).toEqual([
      ['grpc', 1],
      ['http_not_found', 1],
    ]);
    await target.server.stop();
  });
});
