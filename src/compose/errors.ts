export const composeErrors = {
  query_failed: 'A query of the embedded API failed on our side; the message is the HTTP answer.',
  query_refused: 'A query of the embedded API was refused; the message is the HTTP answer.',
} as const;
