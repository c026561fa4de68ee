// JSON over HTTP, as little of it as the demo's services need: routes with one parameter, and calls
// to one another. Trace context travels by the instrumentation, not by this file.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import type { Shop } from './part.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** `/users/:id`: the last part may be a parameter. */
  readonly path: string;
  answer(call: { readonly parameter: string; readonly body: unknown }): Promise<Answer>;
}

/** Resolves with the port when the service listens. */
export function serve(shop: Shop, port: number, routes: readonly Route[]): Promise<number> {
  const server = shop.http.createServer((request, response) => {
    void answerRequest(shop, routes, request, response);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

async function answerRequest(
  shop: Shop,
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] as string;
  const found = findRoute(routes, request.method ?? 'GET', path);
  let answer: Answer = { status: 404, body: { error: `nothing at ${path}` } };
  if (found) {
    const span = nameRequest(found.route);
    try {
      answer = await found.route.answer({
        parameter: found.parameter,
        body: request.method === 'POST' ? JSON.parse(await readText(request)) : undefined,
      });
    } catch (error) {
      shop.logger.error({ err: error, 'http.route': found.route.path }, 'request failed');
      span?.setStatus({ code: SpanStatusCode.ERROR });
      answer = { status: 500, body: { error: (error as Error).message } };
    }
  }
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.body));
}

/** Tells the instrumentation which route answers: it names the span and labels the metrics by it. */
function nameRequest({ method, path }: Route): Span | undefined {
  const metadata = getRPCMetadata(context.active());
  if (metadata) metadata.route = path;
  const span = trace.getActiveSpan();
  span?.updateName(`${method} ${path}`);
  return span;
}

function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; parameter: string } | undefined {
  for (const route of routes) {
    const fixed = route.path.replace(/:.*$/, '');
    const hasParameter = fixed !== route.path;
    const matches = hasParameter ? path.startsWith(fixed) : path === route.path;
    if (route.method === method && matches) return { route, parameter: path.slice(fixed.length) };
  }
  return undefined;
}

async function readText(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** A call to another service; throws only when it cannot be reached. */
export function call(
  { http }: Pick<Shop, 'http'>,
  method: 'GET' | 'POST',
  url: string,
  body?: unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const request = http.request(url, { method, headers, timeout: 5000 }, (response) => {
      readText(response).then(
        (text) => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }),
        reject,
      );
    });
    request.on('timeout', () => request.destroy(new Error(`${url} did not answer within 5 s`)));
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
