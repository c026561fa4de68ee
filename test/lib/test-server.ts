// A server on free loopback ports for tests of the wire.
import { connect as connectHttp2, constants } from 'node:http2';
import { connect } from 'node:net';
import { createMeter, type Meter } from '#internal-telemetry/meter.ts';
import { systemClock } from '#lib/clock.ts';
import { createLogger, type LogRecord } from '#lib/log.ts';
import type { GrpcService, Mount } from '#server/route.ts';
import { createServer, type Server, type ServerSettings } from '#server/server.ts';

export interface TestServer {
  readonly port: number;
  readonly url: string;
  readonly server: Server;
  readonly meter: Meter;
  readonly log: readonly LogRecord[];
}

export type TestServerOptions = Partial<Omit<ServerSettings, 'listeners'>> & {
  readonly mounts?: readonly Mount[];
  readonly grpc?: readonly GrpcService[];
};

export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  const { mounts = [], grpc = [], ...settings } = options;
  const meter = createMeter();
  const log: LogRecord[] = [];
  const logger = createLogger({ write: () => {}, listener: (record) => log.push(record) });
  const server = createServer(
    {
      listeners: [{ name: 'test', host: '127.0.0.1', port: 0, isRequired: true, mounts, grpc }],
      auth: { users: {}, tokens: [] },
      tenancyEnabled: false,
      bodyBytesMax: 1 << 20,
      bytesInFlightMax: 8 << 20,
      ...settings,
    },
    { meter, logger, clock: systemClock },
  );
  const [bound] = await server.start();
  const port = bound?.port as number;
  return { port, url: `http://127.0.0.1:${port}`, server, meter, log };
}

/** Sends bytes as they are; resolves with what came until the end, or until `until` was seen. */
export function sendRaw(
  port: number,
  parts: readonly (string | Uint8Array)[],
  until?: string,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (until !== undefined && received.includes(until)) socket.destroy();
    });
    socket.on('close', () => resolve(received));
    socket.on('connect', async () => {
      for (const part of parts) {
        socket.write(part);
        await new Promise((next) => setImmediate(next));
      }
    });
  });
}

export interface Http2Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** One request over a connection of its own, HTTP/2 with prior knowledge. */
export function sendHttp2(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array = new Uint8Array(0),
): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(url);
    session.on('error', reject);
    const stream = session.request(headers);
    let head = {};
    let trailers = {};
    const chunks: Buffer[] = [];
    stream.on('response', (received) => {
      head = received;
    });
    stream.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', (error) => {
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) reject(error);
    });
    stream.on('close', () => {
      session.close();
      resolve({ headers: head, trailers, body: Buffer.concat(chunks) });
    });
    if (body.length > 0) stream.end(body);
    else stream.end();
  });
}

/** A gRPC frame: flag, length, message. */
export function grpcFrame(message: Uint8Array, isCompressed = false): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(isCompressed ? 1 : 0, 0);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
