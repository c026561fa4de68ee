// Error codes that the store throws; docs/reference/errors.md is generated from them.
export const storeErrors = {
  store_unavailable:
    'The engine, or a shard of it, did not answer; the same request can be sent again.',
  store_queue_full: 'More bytes wait to be written than allowed; send the same again later.',
  store_rejected: 'The engine refused the rows; sending them again does not help.',
  store_busy: 'The engine is at its memory limit; the same request can be sent again.',
  store_locked: 'Another process works on the same data folder.',
  store_folder: 'The data folder cannot be made or written.',
  store_newer: 'The stored data was written by a newer version of Sightline.',
  store_engine_missing: 'The embedded engine is not installed, or is not the expected version.',
  store_denied: 'The engine does not accept the user, the password, or what the user wants to do.',
  store_url: 'The storage URL cannot be used.',
  write_canceled: 'The sender of a batch went away before it was committed.',
  query_timeout: 'The query ran longer than allowed.',
  query_canceled: 'The caller of the query went away.',
  limit_memory: 'The query needs more memory than allowed.',
  limit_rows: 'The query reads or returns more rows than allowed.',
} as const;

export type StoreErrorCode = keyof typeof storeErrors;
