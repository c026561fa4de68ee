export const otlpErrors = {
  otlp_malformed: 'The body is not an OTLP export request: nothing of it was taken.',
  otlp_malformed_json: 'The body is not OTLP JSON: nothing of it was taken.',
} as const;
