// Error codes of the remote write receiver.
export const remoteWriteReceiverErrors = {
  remote_write_compression:
    'The body is no snappy block, or one of more than `ingest.max_body_bytes`.',
  remote_write_unsupported: 'The Content-Type or Content-Encoding is none that remote write has.',
} as const;
