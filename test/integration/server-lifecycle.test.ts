// How listeners begin and end: ports that are taken, requests that still run.
import { connect as connectHttp2 } from 'node:http2';
import { connect, Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { createMeter } from '#internal-telemetry/meter.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/log.ts';
import { type HttpResponse, route, textResponse } from '#server/route.ts';
import { createServer } from '#server/server.ts';
import { grpcFrame, startTestServer, type TestServer } from '../lib/test-server.ts';

const connectionsOf = (server: TestServer): number | undefined =>
  server.meter.collect().find(({ name }) => name === 'sightline_server_connections')?.points[0]
    ?.value;

describe('start', () => {
  it('says which port is taken, or goes on without it', async () => {
    const target = await startTestServer({});
    const settings = { host: '127.0.0.1', port: target.port, mounts: [], grpc: [] };
    const make = (isRequired: boolean) =>
      createServer(
        {
          listeners: [
            { ...settings, name: 'free', port: 0, isRequired: true },
            { ...settings, name: 'taken', isRequired },
          ],
          auth: { users: {}, tokens: [] },
          tenancyEnabled: false,
          bodyBytesMax: 100,
          bytesInFlightMax: 100,
        },
        { meter: createMeter(), logger: silentLogger, clock: systemClock },
      );
    await expect(make(true).start()).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`127.0.0.1:${target.port} (taken)`),
    });
    const optional = make(false);
    const [free, taken] = await optional.start();
    expect(free?.port).toBeGreaterThan(0);
    expect(taken).toMatchObject({
      port: undefined,
      problem: expect.stringContaining('another program'),
    });
    await optional.stop();
    await target.server.stop();
  });

  it('says that a port cannot be, rather than end with a stack', async () => {
    const server = createServer(
      {
        listeners: [
          { name: 'far', host: '127.0.0.1', port: 70_000, isRequired: true, mounts: [], grpc: [] },
        ],
        auth: { users: {}, tokens: [] },
        tenancyEnabled: false,
        bodyBytesMax: 100,
        bytesInFlightMax: 100,
      },
      { meter: createMeter(), logger: silentLogger, clock: systemClock },
    );
    await expect(server.start()).rejects.toMatchObject({
      code: 'listen_failed',
      message:
        'cannot listen on 127.0.0.1:70000 (far): there is no such port; correct --port-offset',
    });
  });

  it('asks the system to find out peers that vanished', async () => {
    const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive');
    const target = await startTestServer({});
    const socket = connect(target.port, '127.0.0.1');
    await expect.poll(() => keepAlive.mock.calls).toContainEqual([true, 60_000]);
    socket.destroy();
    keepAlive.mockRestore();
    await target.server.stop();
  });
});

describe('stop', () => {
  /** `/slow` and `Slow` wait until they are finished, `/never` and `Never` for ever. */
  async function startWaiting() {
    const waiting: (() => void)[] = [];
    const slow = <T>(value: T): Promise<T> =>
      new Promise((resolve) => {
        waiting.push(() => resolve(value));
      });
    const never = (): Promise<never> => {
      waiting.push(() => {});
      return new Promise(() => {});
    };
    const server = await startTestServer({
      mounts: [
        {
          prefix: '',
          routes: [
            route(['GET'], '/slow', () => slow<HttpResponse>(textResponse('done'))),
            route(['GET'], '/never', never),
          ],
        },
      ],
      grpc: [
        {
          name: 'test.Wait',
          methods: { Slow: { unary: (message) => slow(message) }, Never: { unary: never } },
        },
      ],
    });
    const finish = (): void => {
      for (const resolve of waiting) resolve();
    };
    return { ...server, waiting, finish };
  }

  it('is safe without start', async () => {
    const settings = {
      listeners: [],
      auth: { users: {}, tokens: [] },
      tenancyEnabled: false,
      bodyBytesMax: 100,
      bytesInFlightMax: 100,
    };
    const deps = { meter: createMeter(), logger: silentLogger, clock: systemClock };
    await createServer(settings, deps).stop();
    const target = await startTestServer({});
    await target.server.stop();
    await target.server.stop();
  });

  it('finishes what runs, refuses what is new, cuts what does not end: HTTP/1.1', async () => {
    const target = await startWaiting();
    const slow = fetch(`${target.url}/slow`);
    const never = fetch(`${target.url}/never`);
    const idle = connect(target.port, '127.0.0.1');
    const idleClosed = new Promise((resolve) => idle.on('close', resolve));
    await expect.poll(() => connectionsOf(target)).toBe(3);
    await expect.poll(() => target.waiting.length).toBe(2);
    const stopped = target.server.stop(300);
    await expect(fetch(`${target.url}/slow`)).rejects.toThrow();
    target.finish();
    const answer = await slow;
    expect([await answer.text(), answer.headers.get('connection')]).toEqual(['done', 'close']);
    expect((await never).status).toBe(503);
    await stopped;
    await idleClosed;
  });

  it('the same for gRPC', async () => {
    const target = await startWaiting();
    const session = connectHttp2(target.url);
    const closed = new Promise((resolve) => session.on('close', resolve));
    const call = (method: string): Promise<unknown> => {
      const stream = session.request({
        ':method': 'POST',
        ':path': `/test.Wait/${method}`,
        'content-type': 'application/grpc',
      });
      stream.end(grpcFrame(Buffer.from('x')));
      stream.resume();
      return new Promise((resolve) => {
        for (const event of ['response', 'trailers']) {
          stream.on(event, (headers) => {
            if (headers['grpc-status'] !== undefined) resolve(headers['grpc-status']);
          });
        }
      });
    };
    const [slow, never] = [call('Slow'), call('Never')];
    await expect.poll(() => target.waiting.length).toBe(2);
    const stopped = target.server.stop(300);
    target.finish();
    expect(await slow).toBe('0');
    // CANCELLED, which senders of OTLP try again.
    expect(await never).toBe('1');
    await stopped;
    await closed;
  });
});
