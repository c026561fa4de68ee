// Error codes of the messages of Prometheus's remote write.
export const remoteWriteErrors = {
  remote_write_malformed: 'The body is not a remote write request: nothing of it was taken.',
} as const;
