// WebSockets on the port of everything: handshake, credentials, limits, and what is no WebSocket.
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { InputError } from '#lib/errors.ts';
import { type Route, textResponse } from '#server/route.ts';
import {
  sendRaw,
  startTestServer,
  type TestServer,
  type TestServerOptions,
} from '../lib/test-server.ts';

let running: TestServer | undefined;
afterEach(async () => {
  await running?.server.stop(0);
  running = undefined;
});

const encoder = new TextEncoder();
let ended = 0;

const echo: Route = {
  methods: ['GET'],
  path: '/echo',
  handle: () => textResponse('plain'),
  connect: async (request) => {
    if (request.query.get('bad') !== null) return textResponse('bad query\n', 400);
    if (request.query.get('late') !== null) {
      return async () => {
        throw new InputError('query_refused', '€'.repeat(200));
      };
    }
    if (request.query.get('worse') !== null) throw new InputError('query_refused', 'worse query');
    return async ({ signal, send }) => {
      await send(encoder.encode(`hello ${request.query.get('name')} of '${request.tenant}'`));
      if (request.query.get('short') !== null) return;
      await once(signal, 'abort');
      ended++;
    };
  },
};
const posted: Route = {
  methods: ['POST'],
  path: '/post',
  handle: async (request) => textResponse(Buffer.from(await request.body()).toString()),
};

async function start(options: TestServerOptions = {}): Promise<(path: string) => string> {
  running = await startTestServer({
    mounts: [{ prefix: '', routes: [echo, posted] }],
    ...options,
  });
  const { port } = running;
  return (path) => `ws://127.0.0.1:${port}${path}`;
}

/** The first message, or the status and the body of a refusal. */
async function first(
  url: string,
  options: WebSocket.ClientOptions = {},
): Promise<{ text: string; status: number; client: WebSocket }> {
  const client = new WebSocket(url, options);
  client.on('error', () => {});
  return await new Promise((resolve) => {
    client.on('message', (data) => resolve({ text: String(data), status: 101, client }));
    client.on('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ text, status: response.statusCode ?? 0, client }));
    });
  });
}

it('takes the place of its request, with query and tenant', async () => {
  const url = await start({ tenancyEnabled: true });
  const { text, client } = await first(url('/echo?name=ann'), {
    headers: { 'X-Scope-OrgID': 'a' },
  });
  expect(text).toBe("hello ann of 'a'");
  const before = ended;
  client.terminate();
  await vi.waitFor(() => expect(ended).toBe(before + 1));
});

it('closes when the session is over', async () => {
  const url = await start();
  const { client } = await first(url('/echo?name=a&short=1'));
  const [code] = await once(client, 'close');
  expect(code).toBe(1000);
});

it('refuses before the handshake, in the words of the route or its own', async () => {
  const url = await start();
  expect(await first(url('/echo?bad=1'))).toMatchObject({ status: 400, text: 'bad query\n' });
  const worse = await first(url('/echo?worse=1'));
  expect(worse.status).toBe(400);
  expect(worse.text).toContain('worse query');
  expect((await first(url('/nothing'))).status).toBe(404);
});

it('asks for credentials', async () => {
  const url = await start({ auth: { users: {}, tokens: ['secret'] } });
  expect((await first(url('/echo'))).status).toBe(401);
  const headers = { Authorization: 'Bearer secret' };
  expect((await first(url('/echo'), { headers })).status).toBe(101);
});

it('refuses pages of other sites', async () => {
  const url = await start();
  expect((await first(url('/echo'), { origin: 'http://evil.example' })).status).toBe(403);
  const own = `http://127.0.0.1:${running?.port}`;
  expect((await first(url('/echo'), { origin: own })).status).toBe(101);
});

it('opens so many and no more, and counts them', async () => {
  const url = await start({ socketsMax: 2 });
  const clients = [await first(url('/echo')), await first(url('/echo'))];
  const open = (): unknown =>
    running?.meter.collect().find(({ name }) => name === 'sightline_server_websockets')?.points[0]
      ?.value;
  expect(open()).toBe(2);
  const refused = await first(url('/echo'));
  expect(refused.status).toBe(503);
  expect(refused.text).toContain('server.max_websockets');
  clients[0]?.client.terminate();
  await vi.waitFor(() => expect(open()).toBe(1));
  expect((await first(url('/echo'))).status).toBe(101);
});

const handshake = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';

it('keeps no place for who is refused and does not close', async () => {
  const url = await start({ socketsMax: 1, auth: { users: {}, tokens: ['secret'] } });
  const socket = connect({ port: running?.port as number, allowHalfOpen: true });
  socket.on('error', () => {});
  socket.write(`${handshake('/echo')}\r\n`);
  await once(socket, 'data');
  const headers = { Authorization: 'Bearer secret' };
  await vi.waitFor(async () => expect((await first(url('/echo'), { headers })).status).toBe(101));
  socket.destroy();
});

it('survives a client that goes while it is asked in', async () => {
  const url = await start();
  for (let i = 0; i < 5; i++) {
    const socket = connect(running?.port as number, '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(`${handshake('/echo')}\r\n`);
    socket.resetAndDestroy();
  }
  expect((await first(url('/echo'))).status).toBe(101);
});

it('says why it ends, in as many bytes as there are', async () => {
  const url = await start();
  const client = new WebSocket(url('/echo?late=1'));
  const [code, reason] = await once(client, 'close');
  expect([code, String(reason)]).toEqual([1011, '€'.repeat(41)]);
});

it('sends clients away when it stops', async () => {
  const url = await start();
  const { client } = await first(url('/echo'));
  const closed = once(client, 'close');
  await running?.server.stop(5000);
  expect((await closed)[0]).toBe(1001);
});

it('serves a request to upgrade to something else as it is, body and all', async () => {
  await start();
  const port = running?.port as number;
  const answer = await sendRaw(port, [
    'POST /post HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n' +
      'HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 5\r\n\r\nabcde',
    'GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  ]);
  expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*\r\n\r\nabcdeHTTP\/1.1 200 OK[\s\S]*plain$/);
  const socket = await sendRaw(port, [
    'POST /post HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n' +
      'Content-Length: 2\r\n\r\nab',
  ]);
  expect(socket).toMatch(/^HTTP\/1.1 200 OK[\s\S]*ab$/);
});

it('refuses a broken handshake and gives its place back', async () => {
  await start({ socketsMax: 1 });
  const port = running?.port as number;
  const broken =
    'GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n';
  expect(await sendRaw(port, [broken])).toMatch(/^HTTP\/1.1 400/);
  await vi.waitFor(async () =>
    expect((await first(`ws://127.0.0.1:${port}/echo`)).status).toBe(101),
  );
});
