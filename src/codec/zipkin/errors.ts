// Error codes of the codec of Zipkin.
export const zipkinErrors = {
  zipkin_malformed: 'The body is not a list of Zipkin spans: nothing of it was taken.',
} as const;
