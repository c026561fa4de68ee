// Error codes of the sources of log lines that listen or ask.
export const logSourceErrors = {
  log_address_invalid: 'The address on which log lines are to be received is no host and port.',
} as const;
