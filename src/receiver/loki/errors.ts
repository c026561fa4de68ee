// Error codes of the Loki receiver.
export const lokiReceiverErrors = {
  loki_push_compression: 'The body is not what its Content-Encoding or Content-Type says.',
  loki_push_too_large: 'The decompressed body is larger than `ingest.max_body_bytes`.',
  loki_push_rate: 'A tenant pushes more than `loki.ingestion_rate` allows.',
} as const;
