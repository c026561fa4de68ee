// One HTTP request: CORS, authentication, route, endpoint, answer. Every request gets an answer, or
// its connection is broken when the answer had already begun.
import { InputError } from '#lib/errors.ts';
import { readHttpBody } from './body.ts';
import type { ByteHold } from './byte-budget.ts';
import { runBounded, type ServeContext, tenantOf } from './context.ts';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import type { Exchange } from './exchange.ts';
import { describeUnexpected, failureOf, failureResponse } from './failure.ts';
import { sendResponse } from './respond.ts';
import type { HttpRequest, HttpResponse, Mount } from './route.ts';
import type { RouteMatch } from './router.ts';

export async function serveHttp(exchange: Exchange, context: ServeContext): Promise<void> {
  const startMs = context.clock.monotonicMs();
  const hold = context.budget.open();
  const outcome = await answer(exchange, context, hold);
  discardInput(exchange, context);
  let status = outcome.response.status;
  // Who asks and then does not read would have us keep the answer, and a query that feeds it, for ever.
  const late = setTimeout(() => exchange.destroy(), context.requestTimeoutMs);
  try {
    await sendResponse(exchange, outcome.response);
  } catch (error) {
    status = await afterFailedSend(exchange, context, error);
  } finally {
    clearTimeout(late);
  }
  const { listener } = context;
  const { route } = outcome;
  const { errorCode } = outcome.response;
  if (errorCode !== undefined) {
    context.instruments.refused.add(1, { listener, reason: errorCode });
  }
  context.instruments.requests.add(1, {
    listener,
    protocol: 'http',
    route,
    method: knownMethod(exchange.method),
    status: String(status),
  });
  const seconds = (context.clock.monotonicMs() - startMs) / 1000;
  context.instruments.durations.record(seconds, { listener, route });
}

interface Outcome {
  readonly response: HttpResponse;
  /** The pattern, never the path: labels must be few. */
  readonly route: string;
}

async function answer(exchange: Exchange, context: ServeContext, hold: ByteHold): Promise<Outcome> {
  let routeLabel = 'none';
  let mount: Mount | undefined;
  try {
    const question = exchange.target.indexOf('?');
    const path = question < 0 ? exchange.target : exchange.target.slice(0, question);
    const query = question < 0 ? '' : exchange.target.slice(question + 1);
    const match = context.router.match(exchange.method, path);
    mount = match.mount;
    if (match.kind === 'found') routeLabel = match.mount.prefix + match.route.path;
    const early = answerWithoutEndpoint(exchange, match, path, context);
    if (early) {
      hold.release();
      return { response: withCors(exchange, early, mount), route: routeLabel };
    }
    const isOpen = match.kind === 'found' && match.route.isOpen === true;
    if (!isOpen) await context.auth.check(exchange.headers.authorization);
    if (match.kind !== 'found') throw notFound(path);
    const request = createRequest(exchange, context, match, query, hold);
    const response = await runBounded(exchange, context.requestTimeoutMs, async () => {
      try {
        return await match.route.handle(request);
      } finally {
        hold.release();
      }
    });
    return { response: withCors(exchange, response, mount), route: routeLabel };
  } catch (error) {
    hold.release();
    return { response: withCors(exchange, failed(error, context), mount), route: routeLabel };
  }
}

/** The answer of who has no error format of its own; what nobody expected is logged. */
export function failed(error: unknown, context: ServeContext): HttpResponse {
  const failure = failureOf(error);
  if (failure.isUnexpected) {
    context.logger.error('request failed', { error: describeUnexpected(error) });
  }
  return { ...failureResponse(failure), errorCode: failure.code };
}

/** Preflights, OPTIONS and wrong methods need no credentials: they tell nothing. */
function answerWithoutEndpoint(
  exchange: Exchange,
  match: RouteMatch,
  path: string,
  context: ServeContext,
): HttpResponse | undefined {
  if (match.kind !== 'method') return undefined;
  const allow = match.allow.join(', ');
  if (isPreflight(exchange.method, exchange.headers)) {
    const headers = match.mount.cors ? preflightHeaders(match.allow, exchange.headers) : {};
    return { status: 204, headers: { allow, ...headers } };
  }
  if (exchange.method === 'OPTIONS') return { status: 204, headers: { allow } };
  const error = new InputError('http_method_not_allowed', `${path} has no ${exchange.method}`, {
    hint: `It has ${allow}.`,
  });
  const response = failed(error, context);
  return { ...response, headers: { ...response.headers, allow } };
}

const notFound = (path: string): InputError =>
  new InputError('http_not_found', `there is nothing at ${path.slice(0, 200)}`);

function withCors(
  exchange: Exchange,
  response: HttpResponse,
  mount: Mount | undefined,
): HttpResponse {
  if (!mount?.cors || exchange.headers.origin === undefined) return response;
  return {
    ...response,
    headers: { ...response.headers, ...corsHeaders(mount.cors, exchange.headers) },
  };
}

export function createRequest(
  exchange: Exchange,
  context: ServeContext,
  match: Extract<RouteMatch, { kind: 'found' }>,
  query: string,
  hold: ByteHold,
): HttpRequest {
  let body: Promise<Uint8Array> | undefined;
  let parsedQuery: URLSearchParams | undefined;
  const readBody = (): Promise<Uint8Array> =>
    readHttpBody(exchange, hold, context.limits, (bytes) =>
      context.instruments.receivedBytes.add(bytes, { listener: context.listener }),
    );
  return {
    method: exchange.method,
    path: match.path,
    params: match.params,
    get query() {
      parsedQuery ??= new URLSearchParams(query);
      return parsedQuery;
    },
    headers: exchange.headers,
    tenant: tenantOf(context, exchange.headers),
    signal: exchange.signal,
    body() {
      body ??= readBody();
      return body;
    },
    async form() {
      const fields = new URLSearchParams(query);
      const type = exchange.headers['content-type'] ?? '';
      if (!type.startsWith('application/x-www-form-urlencoded')) return fields;
      // What the body says comes first, as in Go's forms.
      const text = Buffer.from(await this.body()).toString('utf8');
      return new URLSearchParams([...new URLSearchParams(text), ...fields]);
    },
  };
}

/**
 * What of the body nobody read is read and thrown away, up to four bodies' worth: a client that
 * sends all before it looks at the answer would otherwise see a broken connection instead of it. All
 * such bodies together are read at a bounded rate, which slows down who floods and nobody else.
 */
function discardInput(exchange: Exchange, context: ServeContext): void {
  const { input } = exchange;
  if (input.readableEnded || input.destroyed) return;
  let left = 4 * context.limits.bytesMax;
  const timer = setTimeout(() => exchange.destroy(), context.limits.timeoutMs);
  input.on('data', (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) exchange.destroy();
    const waitMs = context.discards.spend(chunk.length);
    if (waitMs === 0) return;
    input.pause();
    pause = setTimeout(() => input.resume(), waitMs);
  });
  let pause: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(timer);
    clearTimeout(pause);
  };
  input.on('end', settle).on('close', settle);
  input.resume();
}

/** The status to count; the answer had begun, unless nothing was sent yet. */
async function afterFailedSend(
  exchange: Exchange,
  context: ServeContext,
  error: unknown,
): Promise<number> {
  const response = failed(error, context);
  if (exchange.isHeadSent) {
    exchange.destroy();
    return response.status;
  }
  await sendResponse(exchange, response).catch(() => exchange.destroy());
  return response.status;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);
const knownMethod = (method: string): string => (methods.has(method) ? method : 'other');
