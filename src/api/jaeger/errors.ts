// What can be wrong with a request to the Jaeger API.
export const jaegerErrors = {
  jaeger_parameter: 'A parameter of the request is not what the Jaeger API takes.',
  jaeger_protobuf: 'A gRPC request to the Jaeger API is not the protobuf message it has to be.',
  jaeger_trace_not_found: 'No span of the trace is stored.',
  jaeger_no_archive:
    'There is no archive beside the store, which keeps traces for their retention.',
} as const;
