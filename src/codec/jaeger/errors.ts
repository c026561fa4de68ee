// Error codes of the codecs of Jaeger: Thrift and protobuf.
export const jaegerCodecErrors = {
  jaeger_malformed: 'The body is not a batch of Jaeger spans: nothing of it was taken.',
} as const;
