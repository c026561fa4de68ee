export const discoveryErrors = {
  http_unreachable: 'An HTTP server that was to be called gave no answer; the message says why.',
  http_answer_too_large: 'The answer of an HTTP server is larger than the limit.',
  http_credentials_unreadable: 'A file with credentials or certificates cannot be read or used.',
  target_groups_invalid: 'A list of target groups, from a file or an HTTP server, is wrong.',
  discovery_failed: 'Looking for targets failed; those that were found last stay.',
} as const;
