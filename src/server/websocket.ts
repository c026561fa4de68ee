// WebSockets on the HTTP/1.1 side of a port: a request to upgrade goes the way of every other request
// (route, credentials, tenant), then its connection belongs to the session of the route. A request to
// upgrade to anything else, or at a route without sockets, is served as the plain request that it also is.
// RFC 6455, https://www.rfc-editor.org/rfc/rfc6455
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { InputError, messageOf, OperationError } from '#lib/errors.ts';
import { runBounded, type ServeContext } from './context.ts';
import { http1Exchange } from './exchange.ts';
import { failureOf } from './failure.ts';
import { createRequest, failed } from './http.ts';
import { sendResponse } from './respond.ts';
import type { SocketSession } from './route.ts';
import type { RouteMatch } from './router.ts';

/** WebSockets that are open, over all listeners of a program. */
export interface SocketPlaces {
  open: number;
  readonly max: number;
}

export interface Upgrades {
  /** For the event `upgrade` of an HTTP/1.1 server. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends every client away and takes no new ones. */
  stop(): void;
}

/** Clients have nothing to say but pongs. */
const messageBytesMax = 64 << 10;
const pingIntervalMs = 30_000;
/** So many pings without an answer, and the client is gone. */
const missedPingsMax = 3;

const closeCodes = { done: 1000, goingAway: 1001, failed: 1011 } as const;

/** `serve` takes a connection that begins with a plain request. */
export function createUpgrades(context: ServeContext, serve: (socket: Socket) => void): Upgrades {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  });
  const open = new Set<AbortController>();
  let isStopping = false;

  const accept = async (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    match: Extract<RouteMatch, { kind: 'found' }>,
  ): Promise<void> => {
    const response = new ServerResponse(request);
    response.assignSocket(socket as Socket);
    const exchange = http1Exchange(request, response, { isStopping: () => true });
    const routeLabel = match.mount.prefix + match.route.path;
    let status = 101;
    let isTaken = false;
    try {
      if (isStopping || context.sockets.open >= context.sockets.max) throw overloaded(context);
      context.sockets.open++;
      socket.once('close', () => {
        context.sockets.open--;
      });
      checkOrigin(request.headers);
      await context.auth.check(request.headers.authorization);
      const question = (request.url ?? '').indexOf('?');
      const query = question < 0 ? '' : (request.url ?? '').slice(question + 1);
      const hold = context.budget.open();
      const asked = createRequest(exchange, context, match, query, hold);
      const { connect } = match.route;
      const session = await runBounded(exchange, context.requestTimeoutMs, () =>
        (connect as NonNullable<typeof connect>)(asked),
      ).finally(() => hold.release());
      if (typeof session !== 'function') {
        status = session.status;
        await sendResponse(exchange, session);
        return;
      }
      isTaken = true;
      response.detachSocket(socket as Socket);
      server.handleUpgrade(request, socket, head, (client) => {
        void run(client, session, { context, open });
      });
    } catch (error) {
      const answer = failed(error, context);
      status = answer.status;
      const reason = failureOf(error).code;
      context.instruments.refused.add(1, { listener: context.listener, reason });
      await sendResponse(exchange, answer).catch(() => exchange.destroy());
    } finally {
      // Who is refused holds no place, whether it closes its own side or not.
      if (!isTaken) (socket as Socket).destroySoon();
      const { listener } = context;
      const labels = { listener, protocol: 'websocket', route: routeLabel, method: 'GET' };
      context.instruments.requests.add(1, { ...labels, status: String(status) });
    }
  };

  return {
    handle(request, socket, head) {
      const isSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
      const match = isSocket ? matchOf(request, context) : undefined;
      if (match) void accept(request, socket, head, match).catch(() => socket.destroy());
      else serveAsPlain(request, socket as Socket, head, serve);
    },
    stop() {
      isStopping = true;
      for (const controller of open) controller.abort(stopping());
    },
  };
}

function matchOf(
  request: IncomingMessage,
  { router }: ServeContext,
): Extract<RouteMatch, { kind: 'found' }> | undefined {
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  try {
    const match = router.match(request.method ?? 'GET', path);
    return match.kind === 'found' && match.route.connect ? match : undefined;
  } catch {
    return undefined;
  }
}

/** Puts the request back as one without the wish to upgrade (of HTTP/2, mostly). */
function serveAsPlain(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  serve: (socket: Socket) => void,
): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i] as string;
    const value = request.rawHeaders[i + 1] as string;
    const lower = name.toLowerCase();
    if (lower === 'upgrade' || lower === 'http2-settings') continue;
    if (lower !== 'connection') lines.push(`${name}: ${value}`);
    else if (/\bclose\b/i.test(value)) lines.push('Connection: close');
  }
  socket.pause();
  if (head.length > 0) socket.unshift(head);
  socket.unshift(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  serve(socket);
  process.nextTick(() => socket.resume());
}

/**
 * A browser opens WebSockets to anywhere for any page, and sends the credentials that it has: only
 * pages of this server may. Throws InputError `websocket_origin`.
 */
export function checkOrigin(headers: Readonly<Record<string, unknown>>): void {
  const { origin, host } = headers;
  if (typeof origin !== 'string' || origin === '') return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new InputError('websocket_origin', `web pages of ${origin} may not ask for this`, {
    hint: 'Ask without the header Origin, or from a page of this server.',
  });
}

interface Running {
  readonly context: ServeContext;
  readonly open: Set<AbortController>;
}

/** Never throws. */
async function run(
  client: WebSocket,
  session: SocketSession,
  { context, open }: Running,
): Promise<void> {
  const gone = new AbortController();
  open.add(gone);
  client.on('close', () => gone.abort(clientGone()));
  // The event close follows.
  client.on('error', () => {});
  gone.signal.addEventListener('abort', () => {
    if (client.readyState === client.OPEN) client.close(closeCodes.goingAway, 'going away');
  });
  const stopPinging = keepAlive(client);
  try {
    await session({ signal: gone.signal, send: (text) => send(client, text) });
    client.close(closeCodes.done);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.isUnexpected)
      context.logger.error('a WebSocket failed', { error: messageOf(error) });
    client.close(closeCodes.failed, shortened(failure.message));
  } finally {
    stopPinging();
    open.delete(gone);
  }
}

/** A reason has room for 123 bytes. */
function shortened(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(123));
  return text.slice(0, read);
}

function send(client: WebSocket, text: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (client.readyState !== client.OPEN) resolve();
    else client.send(text, { binary: false }, () => resolve());
  });
}

/** Finds out that a peer vanished, and keeps proxies from closing a silent connection. */
function keepAlive(client: WebSocket): () => void {
  let missed = 0;
  client.on('pong', () => {
    missed = 0;
  });
  const timer = setInterval(() => {
    if (missed++ >= missedPingsMax) client.terminate();
    else client.ping();
  }, pingIntervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

const overloaded = ({ sockets }: ServeContext): OperationError =>
  new OperationError(
    'websocket_overloaded',
    `cannot open another WebSocket: ${sockets.open} of ${sockets.max} are open (server.max_websockets)`,
    { retryable: true },
  );

const clientGone = (): OperationError =>
  new OperationError('request_canceled', 'the client went away', { retryable: true });

const stopping = (): OperationError =>
  new OperationError('request_canceled', 'the server is stopping', { retryable: true });

/** The answer of a socket's path to a request that asks for none. */
export const handshakeNeeded = (): InputError =>
  new InputError('websocket_handshake', 'there is only a WebSocket here', {
    hint: 'Ask with Connection: Upgrade and Upgrade: websocket.',
  });
