// Error codes of the push API that a collection file opens.
export const lokiApiErrors = {
  log_push_unconfirmed: 'Pushed lines were not committed in time; they may be later.',
} as const;
