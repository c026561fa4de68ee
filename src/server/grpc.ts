// gRPC over the streams of node:http2: unary and server-streaming calls.
// In: length-prefixed messages (1 byte: compressed?, 4 bytes: length, big-endian), compressed as
// grpc-encoding says. Out: uncompressed messages and the status in trailers.
// Spec: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { encodings, isEncoding } from '#lib/compression.ts';
import { isExemptGrpc } from './auth.ts';
import { decompressBody, readBytes } from './body.ts';
import type { ByteHold } from './byte-budget.ts';
import { runBounded, type ServeContext, tenantOf } from './context.ts';
import type { Exchange } from './exchange.ts';
import { describeUnexpected, failureOf } from './failure.ts';
import {
  encodeStatusTrailers,
  GrpcError,
  type GrpcStatus,
  parseGrpcTimeoutMs,
} from './grpc-status.ts';
import { drained, finished } from './respond.ts';
import type { GrpcCall, GrpcMethod } from './route.ts';

const prefixBytes = 5;
const responseHeaders = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-encoding': 'identity',
  'grpc-accept-encoding': encodings.join(','),
};

export const isGrpc = (headers: IncomingHttpHeaders): boolean =>
  /^application\/grpc($|[+;])/.test(headers['content-type'] ?? '');

export async function serveGrpc(
  stream: ServerHttp2Stream,
  exchange: Exchange,
  context: ServeContext,
): Promise<void> {
  const startMs = context.clock.monotonicMs();
  const { listener } = context;
  const hold = context.budget.open();
  const target = findMethod(exchange, context);
  let status: GrpcStatus;
  try {
    if (!target.method) throw new GrpcError('UNIMPLEMENTED', target.problem);
    const { method } = target;
    const timeoutMs = parseGrpcTimeoutMs(exchange.headers['grpc-timeout']);
    const boundMs = Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, context.requestTimeoutMs);
    await runBounded(exchange, boundMs, async () => {
      try {
        await runCall(stream, exchange, context, hold, target.service, method);
      } finally {
        hold.release();
      }
    });
    status = { status: 'OK', message: '' };
  } catch (error) {
    hold.release();
    const failure = failureOf(error);
    context.instruments.refused.add(1, { listener, reason: failure.code });
    if (failure.isUnexpected) {
      context.logger.error('call failed', { error: describeUnexpected(error) });
    }
    const message = failure.hint ? `${failure.message}. ${failure.hint}` : failure.message;
    status = { status: failure.grpcStatus, message, retryAfterMs: failure.retryAfterMs };
  }
  endCall(stream, status);
  await finished(exchange);
  const route = target.method ? `${target.service}/${target.name}` : 'none';
  context.instruments.requests.add(1, {
    listener,
    protocol: 'grpc',
    route,
    method: 'POST',
    status: status.status,
  });
  const seconds = (context.clock.monotonicMs() - startMs) / 1000;
  context.instruments.durations.record(seconds, { listener, route });
}

type Target =
  | { readonly method: GrpcMethod; readonly service: string; readonly name: string }
  | { readonly method: undefined; readonly problem: string };

/** `/package.Service/Method` */
function findMethod(exchange: Exchange, context: ServeContext): Target {
  const [, service = '', name = ''] = exchange.target.split('/');
  const known = context.grpc.get(service);
  if (!known) return { method: undefined, problem: `unknown service ${service}` };
  const method = Object.hasOwn(known.methods, name) ? known.methods[name] : undefined;
  if (!method) return { method: undefined, problem: `service ${service} has no method ${name}` };
  return { method, service, name };
}

async function runCall(
  stream: ServerHttp2Stream,
  exchange: Exchange,
  context: ServeContext,
  hold: ByteHold,
  service: string,
  method: GrpcMethod,
): Promise<void> {
  if (!isExemptGrpc(service)) await context.auth.check(exchange.headers.authorization);
  const message = await readMessage(exchange, context, hold);
  const call: GrpcCall = {
    metadata: exchange.headers,
    tenant: tenantOf(context, exchange.headers),
    signal: exchange.signal,
  };
  if (method.unary) {
    const answer = await method.unary(message, call);
    writeMessage(stream, answer);
    return;
  }
  if (!method.serverStream)
    throw new GrpcError('UNIMPLEMENTED', 'the method has no implementation');
  for await (const answer of method.serverStream(message, call)) {
    if (exchange.signal.aborted) return;
    if (!writeMessage(stream, answer)) await drained(stream, exchange);
  }
}

async function readMessage(
  exchange: Exchange,
  context: ServeContext,
  hold: ByteHold,
): Promise<Uint8Array> {
  const encoding = exchange.headers['grpc-encoding'] ?? 'identity';
  if (!isEncoding(encoding)) {
    throw new GrpcError('UNIMPLEMENTED', `grpc-encoding '${encoding}' is not supported`);
  }
  const { bytesMax, timeoutMs } = context.limits;
  const frame = await readBytes(exchange.input, {
    bytesMax: bytesMax + prefixBytes,
    timeoutMs,
    hold,
    lengthOf: (head) => (head.length < prefixBytes ? undefined : prefixBytes + lengthIn(head)),
  });
  context.instruments.receivedBytes.add(frame.length, { listener: context.listener });
  if (frame.length < prefixBytes || frame.length !== prefixBytes + lengthIn(frame)) {
    throw new GrpcError('INVALID_ARGUMENT', `the message ends after ${frame.length} bytes`);
  }
  const flag = frame[0] as number;
  const bytes = frame.subarray(prefixBytes);
  if (flag === 0) return bytes;
  if (flag !== 1 || encoding === 'identity') {
    throw new GrpcError('INTERNAL', `the flag ${flag} of the message does not fit its encoding`);
  }
  return decompressBody(encoding, bytes, hold, bytesMax);
}

const lengthIn = (head: Uint8Array): number =>
  new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(1);

/** False when the client should be waited for. */
function writeMessage(stream: ServerHttp2Stream, message: Uint8Array): boolean {
  if (stream.destroyed || stream.closed) return true;
  if (!stream.headersSent) stream.respond(responseHeaders, { waitForTrailers: true });
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(message.length, 1);
  stream.cork();
  stream.write(prefix);
  const isBelowMark = stream.write(message);
  stream.uncork();
  return isBelowMark;
}

/** Status in the trailers, or in the only headers when nothing was sent before. */
function endCall(stream: ServerHttp2Stream, status: GrpcStatus): void {
  if (stream.destroyed || stream.closed) return;
  const trailers = encodeStatusTrailers(status);
  // A client that is still sending is told to stop, without an error (RFC 9113, section 8.1).
  const isWhole = stream.readableEnded;
  if (stream.headersSent) {
    stream.once('wantTrailers', () => {
      stream.sendTrailers(trailers);
      if (!isWhole) stream.close();
    });
    stream.end();
    return;
  }
  if (stream.readable && !isWhole) stream.resume();
  stream.respond({ ...responseHeaders, ...trailers }, { endStream: true });
  if (!isWhole) stream.close();
}
