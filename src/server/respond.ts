// Sends an answer: head, compression where it pays, body with backpressure.
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import type { Exchange } from './exchange.ts';
import type { HttpResponse } from './route.ts';

const gzipAsync = promisify<Uint8Array, { level: number }, Buffer>(gzip);

/** Below a packet's worth of bytes there is nothing to win. */
export const compressMinBytes = 1400;
const level = constants.Z_BEST_SPEED + 2;
const compressible = /^(text\/(?!event-stream)|application\/(json|javascript|xml|yaml)|image\/svg)/;

/** Resolves when all is handed on or the client is gone; throws what `body` throws. */
export async function sendResponse(exchange: Exchange, response: HttpResponse): Promise<void> {
  if (exchange.signal.aborted && exchange.output.destroyed) return;
  const { body = '' } = response;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    return sendWhole(exchange, response, typeof body === 'string' ? Buffer.from(body) : body);
  }
  return sendStream(exchange, response, body);
}

async function sendWhole(
  exchange: Exchange,
  response: HttpResponse,
  body: Uint8Array,
): Promise<void> {
  const headers: Record<string, string | number> = { ...response.headers };
  let bytes = body;
  if (isCompressible(response)) {
    headers.vary = headers.vary ? `${headers.vary}, accept-encoding` : 'accept-encoding';
    if (bytes.length >= compressMinBytes && acceptsGzip(exchange)) {
      bytes = await gzipAsync(bytes, { level });
      headers['content-encoding'] = 'gzip';
    }
  }
  const hasBody = response.status !== 204 && response.status !== 304;
  if (hasBody) headers['content-length'] = bytes.length;
  exchange.sendHead(response.status, headers);
  exchange.output.end(hasBody && exchange.method !== 'HEAD' ? bytes : undefined);
  await finished(exchange);
}

async function sendStream(
  exchange: Exchange,
  response: HttpResponse,
  body: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const headers: Record<string, string> = { ...response.headers };
  const useGzip = isCompressible(response) && acceptsGzip(exchange);
  if (useGzip) headers['content-encoding'] = 'gzip';
  // The head waits for the first chunk, so that an early failure still gets its own status.
  const chunks = body[Symbol.asyncIterator]();
  let next = await chunks.next();
  exchange.sendHead(response.status, headers);
  const { output } = exchange;
  const target: Writable = useGzip ? createGzip({ level }) : output;
  if (useGzip)
    target.once('error', () => output.destroy()).pipe(output as NodeJS.WritableStream & Writable);
  try {
    for (; !next.done; next = await chunks.next()) {
      if (exchange.signal.aborted) break;
      if (exchange.method === 'HEAD') break;
      if (!target.write(next.value)) await drained(target, exchange);
    }
  } finally {
    await chunks.return?.();
  }
  target.end();
  await finished(exchange);
}

const isCompressible = (response: HttpResponse): boolean => {
  const { headers = {} } = response;
  return (
    headers['content-encoding'] === undefined && compressible.test(headers['content-type'] ?? '')
  );
};

/** `gzip` or `*` in Accept-Encoding with a weight above 0. */
export function acceptsGzip(exchange: Pick<Exchange, 'headers'>): boolean {
  for (const part of (exchange.headers['accept-encoding'] ?? '').split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (name !== 'gzip' && name !== '*') continue;
    return !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  }
  return false;
}

export function drained(target: Writable, exchange: Exchange): Promise<void> {
  return new Promise((resolve) => {
    if (target.destroyed) return resolve();
    const settle = (): void => {
      target.off('drain', settle).off('close', settle);
      exchange.signal.removeEventListener('abort', settle);
      resolve();
    };
    target.on('drain', settle).on('close', settle);
    exchange.signal.addEventListener('abort', settle);
  });
}

export function finished(exchange: Exchange): Promise<void> {
  const { output } = exchange;
  return new Promise((resolve) => {
    if (output.writableFinished || output.destroyed) return resolve();
    output.once('finish', resolve).once('close', resolve);
  });
}
