export const composeErrors = {
  log_collection_invalid:
    'What a file says about collecting lines cannot run; the message says what and where.',
  query_failed: 'A query of the embedded API failed on our side; the message is the HTTP answer.',
  query_refused: 'A query of the embedded API was refused; the message is the HTTP answer.',
} as const;
