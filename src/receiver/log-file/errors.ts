// Error codes of reading log files.
export const logFileErrors = {
  log_glob_invalid: 'A pattern of log files cannot be read.',
  log_encoding_unknown: 'A log file is said to be in an encoding that is not known here.',
  log_compression_unsupported: 'Log files of this compression cannot be read.',
} as const;
