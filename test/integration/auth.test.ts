// Credentials over real sockets: the same for HTTP/1.1, HTTP/2 and gRPC.
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import { hashPassword } from '#server/password.ts';
import { probe, route, textResponse } from '#server/route.ts';
import { createServer } from '#server/server.ts';
import { sendHttp2, startTestServer, type TestServer } from '../lib/test-server.ts';

let target: TestServer;
let reached = 0;
const users = { ann: await hashPassword('secret', new Uint8Array(16).fill(1)) };

beforeAll(async () => {
  target = await startTestServer({
    auth: { users, tokens: ['token-one'] },
    mounts: [
      {
        prefix: '',
        cors: { allowedOrigins: ['*'] },
        routes: [
          route(['GET', 'POST'], '/data', () => {
            reached++;
            return textResponse('data');
          }),
          probe('/health', () => textResponse('ok')),
          probe('/ready', () => textResponse('ready')),
        ],
      },
    ],
    grpc: [{ name: 'test.Echo', methods: { Echo: { unary: async (message) => message } } }],
  });
});
afterAll(() => target.server.stop());

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const cases: [string, string | undefined, boolean][] = [
  ['nothing', undefined, false],
  ['the right password', basic('ann:secret'), true],
  ['a wrong password', basic('ann:wrong'), false],
  ['an unknown user', basic('bob:secret'), false],
  ['the right token', 'Bearer token-one', true],
  ['a wrong token', 'Bearer token-two', false],
];

describe('HTTP/1.1', () => {
  for (const [name, authorization, isRight] of cases) {
    it(name, async () => {
      const before = reached;
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await fetch(`${target.url}/data`, { headers });
      expect(answer.status).toBe(isRight ? 200 : 401);
      expect(reached - before).toBe(isRight ? 1 : 0);
      if (!isRight) {
        expect(answer.headers.get('www-authenticate')).toBe('Basic realm="sightline"');
        expect(await answer.text()).toContain('auth.users');
      }
    });
  }
  it('does not tell strangers which paths exist', async () => {
    expect((await fetch(`${target.url}/nothing`)).status).toBe(401);
  });
  it('lets probes and preflights through', async () => {
    expect((await fetch(`${target.url}/health`)).status).toBe(200);
    expect((await fetch(`${target.url}/ready`)).status).toBe(200);
    const preflight = await fetch(`${target.url}/data`, {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
  });
  it('answers 401 before a body is read', async () => {
    const answer = await fetch(`${target.url}/data`, {
      method: 'POST',
      body: Buffer.alloc(3_000_000),
    });
    expect(answer.status).toBe(401);
    expect(target.server.bytesInFlight).toBe(0);
  });
});

describe('HTTP/2', () => {
  for (const [name, authorization, isRight] of cases) {
    it(name, async () => {
      const headers = { ':path': '/data', ...(authorization !== undefined && { authorization }) };
      const answer = await sendHttp2(target.url, headers);
      expect(answer.headers[':status']).toBe(isRight ? 200 : 401);
    });
  }
});

describe('gRPC', () => {
  const same = (bytes: Buffer): Buffer => bytes;
  const call = (method: string, authorization: string | undefined): Promise<number> => {
    const client = new Client(`127.0.0.1:${target.port}`, credentials.createInsecure());
    const metadata = new Metadata();
    if (authorization !== undefined) metadata.set('authorization', authorization);
    return new Promise((resolve) => {
      client.makeUnaryRequest(
        method,
        same,
        same,
        Buffer.alloc(0),
        metadata,
        (error: ServiceError | null) => {
          client.close();
          resolve(error?.code ?? 0);
        },
      );
    });
  };
  for (const [name, authorization, isRight] of cases) {
    it(name, async () => {
      expect(await call('/test.Echo/Echo', authorization)).toBe(isRight ? 0 : 16);
    });
  }
  it('lets probes through', async () => {
    expect(await call('/grpc.health.v1.Health/Check', undefined)).toBe(0);
  });
});

describe('start', () => {
  const make = (host: string, auth: { users: Record<string, string>; tokens: string[] }) =>
    createServer(
      {
        listeners: [{ name: 'main', host, port: 0, isRequired: true, mounts: [], grpc: [] }],
        auth,
        tenancyEnabled: false,
        bodyBytesMax: 100,
        bytesInFlightMax: 100,
      },
      { meter: createMeter(), logger: silentLogger, clock: systemClock },
    );
  it('refuses to open to others without credentials', async () => {
    await expect(make('0.0.0.0', { users: {}, tokens: [] }).start()).rejects.toMatchObject({
      code: 'listen_without_auth',
      hint: expect.stringContaining('auth.tokens'),
    });
  });
  it('names the user whose hash cannot be used', () => {
    expect(() => make('127.0.0.1', { users: { ann: 'plain' }, tokens: [] })).toThrow(/user 'ann'/);
  });
});
