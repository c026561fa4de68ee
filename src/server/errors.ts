// Codes of the errors of the listener and of everything that any endpoint may answer with.

export const serverErrors = {
  http_body_too_large:
    'The request body, or what it decompresses to, is over `ingest.max_body_bytes`.',
  http_body_aborted: 'The client went away before its request was complete.',
  http_body_timeout: 'The request body did not arrive in time.',
  http_body_corrupt: 'The request body cannot be decompressed with its Content-Encoding.',
  http_unsupported_encoding:
    'The Content-Encoding is none of identity, gzip, deflate, zstd and snappy.',
  http_unsupported_content_type: 'The endpoint does not take bodies of this Content-Type.',
  http_bad_path: 'The path of the request is not valid percent-encoding.',
  http_not_found: 'No endpoint has this path.',
  http_method_not_allowed: 'The endpoint does not have this method; Allow lists those it has.',
  unauthenticated: 'The request has no credentials, or wrong ones, and the server asks for them.',
  listen_without_auth: 'An interface other than loopback was to be opened without credentials.',
  auth_bad_hash: 'A value of `auth.users` is not of the form scrypt:N:r:p:salt:hash.',
  auth_bad_token: 'A token of `auth.tokens` is empty.',
  port_taken: 'A port that must be opened is in use by another program.',
  listen_failed: 'A port that must be opened cannot be opened.',
  server_overloaded: 'The request bodies being held reach their share of `memory.limit`.',
  websocket_origin: 'A web page of another site asks for a WebSocket.',
  websocket_handshake: 'The request asks for no WebSocket, and there is nothing else at its path.',
  websocket_overloaded: 'As many WebSockets are open as `server.max_websockets` allows.',
  request_timeout: 'The request took longer than the server allows.',
  request_canceled: 'The client went away, or the server is stopping.',
} as const;

export type ServerErrorCode = keyof typeof serverErrors;
