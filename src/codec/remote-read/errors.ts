// Error codes of the messages of Prometheus's remote read.
export const remoteReadErrors = {
  remote_read_malformed: 'The body is not a remote read request in a snappy block.',
  remote_read_response_type: 'None of the accepted response types of a remote read is known.',
} as const;
