// One port: HTTP/1.1 and HTTP/2 with prior knowledge on the same socket, told apart by their first
// bytes. Owns the connections and the requests that run on them.
import { createServer, type RequestListener, type Server } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { OperationError } from '#lib/errors.ts';
import type { ServeContext } from './context.ts';
import { type Exchange, http1Exchange, http2Exchange } from './exchange.ts';
import { isGrpc, serveGrpc } from './grpc.ts';
import { serveHttp } from './http.ts';
import type { GrpcService, Mount } from './route.ts';
import { createUpgrades } from './websocket.ts';

export interface ListenerSettings {
  /** What the port is for, as the log and the metrics name it: `main`, `otlp-grpc`. */
  readonly name: string;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** When it cannot be opened: true fails the start, false costs a warning. */
  readonly isRequired: boolean;
  readonly mounts: readonly Mount[];
  readonly grpc: readonly GrpcService[];
}

export interface Listener {
  readonly connectionCount: number;
  /** The port; throws OperationError `port_taken` or `listen_failed`. */
  start(): Promise<number>;
  /** Takes nothing new, ends what runs; what still runs after `deadlineMs` is aborted. */
  stop(deadlineMs: number): Promise<void>;
}

/** A connection that sends no head for this long is closed. */
const headTimeoutMs = 30_000;
/** Longer than the minute for which clients and proxies usually keep theirs. */
const keepAliveMs = 75_000;
/** A peer that vanished without a word is found out after so long, and its connection closed. */
const keepAliveProbeMs = 60_000;
/** How long aborted requests may take to send their 503 before their connections are cut. */
const farewellMs = 200;

const preface = Buffer.from('PRI * HTTP/2.0\r\n');

/** What a connection may have sent ahead of what was read: 1 MiB a stream, 8 MiB in all. */
const streamWindowBytes = 1 << 20;
const sessionWindowBytes = 8 << 20;

export function createListener(settings: ListenerSettings, context: ServeContext): Listener {
  const sockets = createSockets();
  const sessions = new Set<ServerHttp2Session>();
  const running = createRunning();
  let isStopping = false;

  const onHttp1 = (exchange: Exchange): void =>
    running.track(exchange, serveHttp(exchange, context));
  const http1 = createHttp1(onHttp1, () => isStopping);
  const http2 = createHttp2(context, running, sessions);
  const toHttp1 = http1.listeners('connection')[0] as (socket: Socket) => void;
  http1.removeAllListeners('connection');
  const upgrades = createUpgrades(context, (socket) => toHttp1.call(http1, socket));
  http1.on('upgrade', upgrades.handle);
  http1.on('connection', (socket: Socket) => {
    sockets.track(socket);
    socket.setKeepAlive(true, keepAliveProbeMs);
    socket.on('error', () => socket.destroy());
    sniff(socket, (isHttp2) => {
      sockets.open.set(socket, 'decided');
      if (isHttp2) http2.emit('connection', socket);
      else toHttp1.call(http1, socket);
    });
  });

  return {
    get connectionCount() {
      return sockets.open.size;
    },
    start: () => listen(http1, settings),
    async stop(deadlineMs) {
      isStopping = true;
      const closed = new Promise<void>((resolve) => {
        http1.close(() => resolve());
      });
      for (const session of sessions) session.close();
      upgrades.stop();
      for (const [socket, state] of sockets.open) if (state === 'silent') socket.destroy();
      await running.settled(deadlineMs);
      running.abortAll(
        new OperationError('request_canceled', 'the server is stopping', { retryable: true }),
      );
      await running.settled(farewellMs);
      http1.closeIdleConnections();
      // What was answered last may still be on its way out; its connection ends by itself.
      await sockets.closed(farewellMs);
      for (const socket of sockets.open.keys()) socket.destroy();
      await closed;
    },
  };
}

function createHttp1(serve: (exchange: Exchange) => void, isStopping: () => boolean): Server {
  const server = createServer({
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headTimeoutMs,
    // The time of bodies and of answers is bounded per request, in body.ts and http.ts.
    requestTimeout: 0,
    noDelay: true,
  });
  const onRequest: RequestListener = (request, response) =>
    serve(http1Exchange(request, response, { isStopping }));
  // With a listener, the client is told to continue when its body is admitted, not before.
  return server.on('request', onRequest).on('checkContinue', onRequest);
}

function createHttp2(
  context: ServeContext,
  running: Running,
  sessions: Set<ServerHttp2Session>,
): Http2Server {
  const server = createHttp2Server({
    settings: {
      initialWindowSize: streamWindowBytes,
      maxFrameSize: 1 << 18,
      maxConcurrentStreams: 256,
    },
    maxSessionMemory: 64,
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.setLocalWindowSize(sessionWindowBytes);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
  });
  server.on('stream', (stream, headers) => {
    const exchange = http2Exchange(stream, headers);
    const served = isGrpc(headers)
      ? serveGrpc(stream, exchange, context)
      : serveHttp(exchange, context);
    running.track(exchange, served);
  });
  return server;
}

/** Calls `decide` once, with everything that was read put back into the socket. */
function sniff(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let head: Buffer = Buffer.alloc(0);
  const settle = (): void => {
    clearTimeout(timer);
    socket.off('data', onChunk).off('end', onEnd).off('close', settle);
  };
  const onEnd = (): void => {
    settle();
    socket.destroy();
  };
  const onChunk = (chunk: Buffer): void => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const size = Math.min(head.length, preface.length);
    const isLikePreface = head.subarray(0, size).equals(preface.subarray(0, size));
    if (isLikePreface && size < preface.length) return;
    settle();
    socket.pause();
    socket.unshift(head);
    decide(isLikePreface);
    process.nextTick(() => socket.resume());
  };
  const timer = setTimeout(onEnd, headTimeoutMs);
  socket.on('data', onChunk).on('end', onEnd).on('close', settle);
}

function listen(server: Server, { name, host, port }: ListenerSettings): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException): void => {
      const isTaken = cause.code === 'EADDRINUSE';
      const reason = isTaken
        ? 'another program has the port; stop it, or move all ports with --port-offset'
        : cause.message;
      const message = `cannot listen on ${host}:${port} (${name}): ${reason}`;
      const code = isTaken ? 'port_taken' : 'listen_failed';
      reject(new OperationError(code, message, { retryable: false, cause }));
    };
    if (port > 65_535) {
      onError(new Error('there is no such port; correct --port-offset'));
      return;
    }
    server.once('error', onError);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', onError);
      // Later ones are of single accepts (out of descriptors): the next may succeed.
      server.on('error', () => {});
      resolve((server.address() as AddressInfo).port);
    });
  });
}

interface Sockets {
  /** Silent: has not sent enough to tell its protocol. */
  readonly open: Map<Socket, 'silent' | 'decided'>;
  track(socket: Socket): void;
  /** Resolves when none is open, or after `timeoutMs`. */
  closed(timeoutMs: number): Promise<void>;
}

function createSockets(): Sockets {
  const open: Sockets['open'] = new Map();
  const empty = createIdleWait(() => open.size === 0);
  return {
    open,
    track(socket) {
      open.set(socket, 'silent');
      socket.on('close', () => {
        open.delete(socket);
        empty.notify();
      });
    },
    closed: empty.wait,
  };
}

interface Running {
  track(exchange: Exchange, served: Promise<void>): void;
  abortAll(reason: Error): void;
  /** Resolves when nothing runs, or after `timeoutMs`. */
  settled(timeoutMs: number): Promise<void>;
}

function createRunning(): Running {
  const exchanges = new Set<Exchange>();
  const idle = createIdleWait(() => exchanges.size === 0);
  return {
    track(exchange, served) {
      exchanges.add(exchange);
      // serveHttp and serveGrpc answer every failure themselves; what is left is a broken exchange.
      const settle = (): void => {
        exchanges.delete(exchange);
        idle.notify();
      };
      served.catch(() => exchange.destroy()).finally(settle);
    },
    abortAll(reason) {
      for (const exchange of exchanges) exchange.abort(reason);
    },
    settled: idle.wait,
  };
}

/** Waits for `isIdle` to become true; `notify` is called whenever it may have. */
function createIdleWait(isIdle: () => boolean) {
  let onIdle = (): void => {};
  return {
    notify(): void {
      if (isIdle()) onIdle();
    },
    wait(timeoutMs: number): Promise<void> {
      if (isIdle()) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}
