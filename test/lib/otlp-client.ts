// A sender of OTLP of the tests' own, for what the official ones do not do: zstd, and raw bytes.
import { gzipSync } from 'node:zlib';
import { compress, init } from '@bokuweb/zstd-wasm';
import type { Signal } from '#model/batch.ts';
import { grpcFrame, type Http2Answer, sendHttp2 } from './test-server.ts';

await init();

export type ClientEncoding = 'identity' | 'gzip' | 'zstd';

export const encodeBody = (bytes: Uint8Array, encoding: ClientEncoding): Uint8Array => {
  if (encoding === 'gzip') return gzipSync(bytes);
  return encoding === 'zstd' ? compress(Buffer.from(bytes), 3) : bytes;
};

export interface SendOptions {
  readonly encoding?: ClientEncoding;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** POST /v1/<signal>; protobuf unless told otherwise. */
export function sendOtlpHttp(
  url: string,
  signal: Signal,
  body: Uint8Array | string,
  options: SendOptions = {},
): Promise<Response> {
  const { encoding = 'identity', contentType = 'application/x-protobuf', headers } = options;
  return fetch(`${url}/v1/${signal}`, {
    method: 'POST',
    headers: { 'content-type': contentType, 'content-encoding': encoding, ...headers },
    body: Buffer.from(encodeBody(Buffer.from(body), encoding)),
  });
}

export const sendOtlpJson = (url: string, signal: Signal, body: object): Promise<Response> =>
  sendOtlpHttp(url, signal, JSON.stringify(body), { contentType: 'application/json' });

const grpcPaths: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService',
  metrics: 'metrics.v1.MetricsService',
  logs: 'logs.v1.LogsService',
};

export interface GrpcAnswer extends Http2Answer {
  readonly status: number;
  readonly message: string;
}

/** Export over gRPC, as bytes of HTTP/2: `frame`, when given, is sent instead of a message. */
export async function sendOtlpGrpc(
  url: string,
  signal: Signal,
  message: Uint8Array,
  options: { readonly encoding?: ClientEncoding; readonly frame?: Uint8Array } = {},
): Promise<GrpcAnswer> {
  const { encoding = 'identity' } = options;
  const isCompressed = encoding !== 'identity';
  const answer = await sendHttp2(
    url,
    {
      ':method': 'POST',
      ':path': `/opentelemetry.proto.collector.${grpcPaths[signal]}/Export`,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(isCompressed && { 'grpc-encoding': encoding }),
    },
    options.frame ?? grpcFrame(encodeBody(message, encoding), isCompressed),
  );
  const trailers = { ...answer.headers, ...answer.trailers };
  return {
    ...answer,
    status: Number(trailers['grpc-status']),
    message: decodeURIComponent(String(trailers['grpc-message'] ?? '')),
  };
}
