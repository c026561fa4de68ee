// Error codes of the Jaeger receiver.
export const jaegerReceiverErrors = {
  jaeger_content_type: 'The Content-Type of a batch of Jaeger spans is none of Thrift.',
  jaeger_port: 'A UDP port of the Jaeger agent cannot be opened; the program runs without it.',
} as const;
