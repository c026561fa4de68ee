// Calls to HTTP servers as an `http_config` describes them. HTTP/1.1 with kept connections; files of
// credentials and certificates are read again when they change.
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type Clock, systemClock } from '#lib/clock.ts';
import { messageOf, OperationError } from '#lib/errors.ts';
import type { HttpClientConfig } from '#prometheus-config/http-client-config.ts';
import { basicHeaderOf } from './basic-header.ts';
import { Agents, type Route } from './http-agents.ts';
import { decodedBody, readWhole } from './http-body.ts';
import { Credentials } from './http-credentials.ts';
import { hopOf, type ProxyEnvironment } from './http-proxy.ts';
import { withoutPassword } from './without-password.ts';

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Ends the call, whole or while the body arrives. */
  readonly signal: AbortSignal;
  /** Of the body after decompression; more fails with `http_answer_too_large`. 0 or missing: none. */
  readonly bodyBytesMax?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Buffer;
}

export interface HttpStreamResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed; breaking off the loop closes the connection. */
  readonly body: AsyncIterable<Buffer>;
}

/**
 * Throws OperationError: `http_unreachable` when there is no answer (the message says why, as in
 * `cannot GET http://host:1/metrics: connect ECONNREFUSED`), `http_answer_too_large`, and
 * `http_credentials_unreadable` when a file of the settings cannot be read. Any status is an answer.
 */
export interface HttpClient {
  /** The whole answer. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** The head of the answer, its body as it comes: for watches. */
  stream(request: HttpRequest): Promise<HttpStreamResponse>;
  /** Closes idle connections. */
  close(): void;
}

export interface HttpClientOptions {
  readonly config: HttpClientConfig;
  /** For `proxy_from_environment`. */
  readonly env?: ProxyEnvironment;
  readonly userAgent?: string;
  readonly clock?: Clock;
  /** A Unix socket instead of the host of the URL. */
  readonly socketPath?: string;
}

const REDIRECTS_MAX = 10;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { config, env = {}, clock = systemClock } = options;
  const agents = new Agents(config.tls, options.socketPath);
  const credentials = new Credentials(config, clock, (plain) =>
    createHttpClient({ config: plain, env, clock }),
  );
  const caller = new Caller(options, agents, credentials);
  return {
    request: async (request) => {
      const response = await caller.follow(request);
      const toFailure = (error: unknown) => failure(request, error);
      const body = await readWhole(decodedBody(response), request.bodyBytesMax ?? 0, toFailure);
      return { status: response.statusCode as number, headers: response.headers, body };
    },
    stream: async (request) => {
      const response = await caller.follow(request);
      const body = failing(decodedBody(response), (error) => failure(request, error));
      return { status: response.statusCode as number, headers: response.headers, body };
    },
    close: () => {
      agents.close();
      credentials.close();
    },
  };
}

async function* failing(
  body: AsyncIterable<Buffer>,
  toFailure: (error: unknown) => Error,
): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw toFailure(error);
  }
}

class Caller {
  readonly #options: HttpClientOptions;
  readonly #agents: Agents;
  readonly #credentials: Credentials;

  constructor(options: HttpClientOptions, agents: Agents, credentials: Credentials) {
    this.#options = options;
    this.#agents = agents;
    this.#credentials = credentials;
  }

  /** The answer after all redirects, its body unread. */
  async follow(request: HttpRequest): Promise<IncomingMessage> {
    let { url, method = 'GET', body } = request;
    let isOwnOrigin = true;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#once({ ...request, url, method }, body, isOwnOrigin);
      const location = response.headers.location;
      const status = response.statusCode as number;
      const isRedirect = [301, 302, 303, 307, 308].includes(status) && location !== undefined;
      if (!isRedirect || !this.#options.config.followRedirects) return response;
      response.resume();
      if (redirects === REDIRECTS_MAX) {
        throw failure(request, new Error(`stopped after ${REDIRECTS_MAX} redirects`));
      }
      const next = new URL(location, url);
      // Credentials are for the server that was named, not for where it points.
      isOwnOrigin &&= next.origin === new URL(url).origin;
      url = next.href;
      if (status < 307 && method !== 'GET') {
        method = 'GET';
        body = undefined;
      }
    }
  }

  async #once(
    request: HttpRequest,
    body: Uint8Array | undefined,
    isOwnOrigin: boolean,
  ): Promise<IncomingMessage> {
    const url = parseUrl(request);
    const own = isOwnOrigin ? await this.#credentials.headers(request.signal) : {};
    const headers: Record<string, string | string[]> = {
      'user-agent': this.#options.userAgent ?? 'Sightline',
      'accept-encoding': 'gzip, deflate',
      ...lowerCased(request.headers ?? {}),
      ...own,
    };
    if (url.username !== '') headers['authorization'] ??= basicHeaderOf(url);
    if (body) headers['content-length'] = String(body.length);
    const { config, env = {} } = this.#options;
    const hop = hopOf(url, config.proxy, env);
    for (let attempt = 0; ; attempt++) {
      const route = await this.#agents.route(url, hop);
      try {
        return await send({ ...route, headers: { ...route.headers, ...headers } }, request, body);
      } catch (error) {
        // A kept connection that the server closed meanwhile: once more on a new one.
        if (error instanceof StaleConnection && attempt === 0) continue;
        throw failure(request, error instanceof StaleConnection ? error.cause : error);
      }
    }
  }
}

class StaleConnection extends Error {}

function send(
  { isTls, ...route }: Route,
  { method = 'GET', signal }: HttpRequest,
  body: Uint8Array | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Throws for what cannot be sent, like a header with a line break.
    const call: ClientRequest = (isTls ? httpsRequest : httpRequest)({ ...route, method, signal });
    call.once('response', resolve);
    call.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = call.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
      reject(isStale && method === 'GET' ? new StaleConnection('', { cause: error }) : error);
    });
    call.end(body);
  });
}

function parseUrl(request: HttpRequest): URL {
  if (!URL.canParse(request.url)) throw failure(request, new Error('it is not a URL'));
  const url = new URL(request.url);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw failure(request, new Error(`the scheme ${url.protocol} is not http or https`));
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function failure({ method = 'GET', url, signal }: HttpRequest, cause: unknown): OperationError {
  if (cause instanceof OperationError) return cause;
  const message = `cannot ${method} ${withoutPassword(url)}: ${reasonOf(cause, signal)}`;
  return new OperationError('http_unreachable', message, { retryable: true, cause });
}

function reasonOf(cause: unknown, signal: AbortSignal): string {
  if (signal.aborted) {
    const isTimeout = (signal.reason as { name?: string } | undefined)?.name === 'TimeoutError';
    return isTimeout ? 'context deadline exceeded (timed out)' : 'cancelled';
  }
  // All addresses of a name were tried.
  if (cause instanceof AggregateError) return cause.errors.map(messageOf).join('; ');
  return messageOf(cause);
}
