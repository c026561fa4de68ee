// Error codes of the Loki receiver.
export const lokiReceiverErrors = {
  loki_push_compression: 'The body is not what its Content-Encoding or Content-Type says.',
  loki_push_too_large: 'The decompressed body is larger than `ingest.max_body_bytes`.',
} as const;
