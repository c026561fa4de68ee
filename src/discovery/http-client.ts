// Calls to HTTP servers as an `http_config` describes them.
import type { IncomingHttpHeaders } from 'node:http';

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Ends the call, whole or while the body arrives. */
  readonly signal: AbortSignal;
  /** Of the body after decompression; more fails with `http_body_too_large`. 0 or missing: none. */
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
 * `cannot GET http://host:1/metrics: connect ECONNREFUSED`), `http_body_too_large`, and
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
