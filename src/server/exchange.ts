// One request and its answer as the rest of the server sees them, whether they came as HTTP/1.1 or
// as a stream of HTTP/2. Raw: no decompression, no limits, no routing.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Readable, Writable } from 'node:stream';
import { OperationError } from '#lib/errors.ts';

export type ResponseHeaders = Readonly<Record<string, string | number>>;

export interface Exchange {
  readonly method: string;
  /** Path and query string as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly input: Readable;
  readonly output: Writable;
  readonly isHeadSent: boolean;
  /** Aborts when the client leaves before the answer is complete. */
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  /** Tells a client that waits for it (Expect: 100-continue) to send the body. */
  sendContinue(): void;
  sendHead(status: number, headers: ResponseHeaders): void;
  /** Breaks the connection (HTTP/1.1) or the stream (HTTP/2). */
  destroy(): void;
}

const clientGone = (): OperationError =>
  new OperationError('request_canceled', 'the client went away', { retryable: true });

export interface Http1Options {
  /** Asked when the head is sent: the connection then ends with this answer. */
  readonly isStopping: () => boolean;
}

export function http1Exchange(
  request: IncomingMessage,
  response: ServerResponse,
  options: Http1Options,
): Exchange {
  const controller = new AbortController();
  const abort = (reason: Error): void => controller.abort(reason);
  response.on('close', () => {
    if (!response.writableFinished) abort(clientGone());
  });
  // Both follow a broken connection, of which 'close' tells.
  request.on('error', () => {});
  response.on('error', () => {});
  let waitsForContinue = request.headers.expect?.toLowerCase() === '100-continue';
  return {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: request.headers as Record<string, string | undefined>,
    input: request,
    output: response,
    get isHeadSent() {
      return response.headersSent;
    },
    signal: controller.signal,
    abort,
    sendContinue() {
      if (waitsForContinue) response.writeContinue();
      waitsForContinue = false;
    },
    sendHead(status, headers) {
      // A client that was not told to go on keeps its body: this connection cannot be used again.
      const isLast = waitsForContinue || options.isStopping();
      response.writeHead(status, isLast ? { ...headers, connection: 'close' } : headers);
    },
    destroy: () => void request.socket.destroy(),
  };
}

export function http2Exchange(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Exchange {
  const controller = new AbortController();
  const abort = (reason: Error): void => controller.abort(reason);
  stream.on('aborted', () => abort(clientGone()));
  stream.on('close', () => {
    if (!stream.writableFinished) abort(clientGone());
  });
  stream.on('error', () => {});
  let waitsForContinue = headers.expect?.toLowerCase() === '100-continue';
  return {
    method: String(headers[':method'] ?? 'GET'),
    target: String(headers[':path'] ?? '/'),
    headers: headers as Record<string, string | undefined>,
    input: stream,
    output: stream,
    get isHeadSent() {
      return stream.headersSent;
    },
    signal: controller.signal,
    abort,
    sendContinue() {
      if (waitsForContinue) stream.additionalHeaders({ ':status': 100 });
      waitsForContinue = false;
    },
    sendHead: (status, head) => stream.respond({ ':status': status, ...head }),
    destroy: () => void stream.close(2 /* INTERNAL_ERROR, RFC 9113 section 7 */),
  };
}
