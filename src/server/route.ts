// What an endpoint is to the rest of the program: a method, a path and a function. The listener
// (HTTP/1.1 and HTTP/2 on one socket) is somebody else's business.
import type { CorsSettings } from './cors.ts';

export interface HttpRequest {
  readonly method: string;
  /** Without the mount prefix and the query string, still percent-encoded. */
  readonly path: string;
  /** Path parameters (`:name`, and `*` for the rest), percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** From X-Scope-OrgID when `tenancy.enabled`, else ''. */
  readonly tenant: string;
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /**
   * The body, decompressed. Throws InputError `http_body_*` or `http_unsupported_encoding`, and
   * OperationError `server_overloaded` when too much is being held (before anything is read, unless
   * that is found out on the way).
   */
  body(): Promise<Uint8Array>;
  /** The query string and, for a form body, its fields after it. */
  form(): Promise<URLSearchParams>;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string or bytes are sent whole; an iterable is streamed with backpressure. */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** The code of the error that this answer tells of; the server counts it. */
  readonly errorCode?: string;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse> | HttpResponse;

/** A WebSocket after its handshake. What the client sends is read and thrown away. */
export interface SocketChannel {
  /** Aborts when the client is gone or the server stops. */
  readonly signal: AbortSignal;
  /** One text message; resolves when it has left this process, or the client is gone. */
  send(text: Uint8Array): Promise<void>;
}

/** Runs on a WebSocket; the socket is closed when it resolves. It must end soon after `signal` aborts. */
export type SocketSession = (channel: SocketChannel) => Promise<void>;

export interface Route {
  readonly methods: readonly string[];
  /** `/api/v1/label/:name/values`; a last segment `*` takes the rest, slashes included. */
  readonly path: string;
  readonly handle: HttpHandler;
  /** Answers a request for a WebSocket: with a refusal before the handshake, or with its session. */
  readonly connect?: (request: HttpRequest) => Promise<SocketSession | HttpResponse>;
  /** Answers without credentials: for the probes of orchestrators. */
  readonly isOpen?: boolean;
}

export function route(methods: readonly string[], path: string, handle: HttpHandler): Route {
  return { methods, path, handle };
}

/** A GET that needs no credentials, as orchestrators have none. */
export function probe(path: string, handle: HttpHandler): Route {
  return { methods: ['GET', 'HEAD'], path, handle, isOpen: true };
}

export function jsonResponse(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

export function textResponse(
  body: string,
  status = 200,
  headers: Record<string, string> = {},
): HttpResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** A call of one gRPC method; messages are undecoded protobuf bytes. */
export interface GrpcCall {
  readonly metadata: Readonly<Record<string, string | undefined>>;
  readonly tenant: string;
  readonly signal: AbortSignal;
}

export interface GrpcMethod {
  /** One message in, one out. Throw InputError, OperationError or GrpcError for anything but OK. */
  readonly unary?: (message: Uint8Array, call: GrpcCall) => Promise<Uint8Array>;
  /** One message in, many out. */
  readonly serverStream?: (message: Uint8Array, call: GrpcCall) => AsyncIterable<Uint8Array>;
}

export interface GrpcService {
  /** Full name, e.g. `opentelemetry.proto.collector.trace.v1.TraceService`. */
  readonly name: string;
  readonly methods: Readonly<Record<string, GrpcMethod>>;
}

/** What one port serves. */
export interface Mount {
  /** '' for the root; else like `/prometheus`. The longest prefix wins. */
  readonly prefix: string;
  readonly routes: readonly Route[];
  /** Web pages that may call these routes; none when missing. */
  readonly cors?: CorsSettings | undefined;
}
