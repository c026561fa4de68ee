// Error codes of bodies in Loki's push format.
export const lokiPushErrors = {
  loki_push_malformed: 'The body is not a push request in JSON or protobuf.',
  loki_push_labels: 'The labels of a stream cannot be read, or it has none.',
  loki_push_empty: 'The request has no stream.',
} as const;
