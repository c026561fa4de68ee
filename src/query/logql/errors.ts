// Error codes of the LogQL engine.
export const logqlErrors = {
  logql_parse: 'The text is not LogQL; the message names line and column.',
  logql_check: 'The query parses, but breaks a rule of the language.',
  logql_unsupported: 'The query uses a part of LogQL that this version does not evaluate yet.',
  logql_pipeline: 'A line failed in the pipeline of a metric query and nothing filters it out.',
  logql_matching: 'The two sides of a binary operation do not match one to one.',
  logql_push_down: 'query.push_down is `always`, and the query has a part that SQL cannot answer.',
  logql_instant_only: 'approx_topk over a range, which Loki does not answer; only if strict.',
  logql_cursor: 'The cursor is none that an answer gave.',
  limit_answer_bytes: 'The lines of the answer have more bytes than `query.max_answer_bytes`.',
  limit_length: 'From start to end it is longer than `query.max_length`.',
  limit_entries: 'More log lines were asked for than `query.max_entries` allows.',
  log_tails_queue_full: 'A tenant follows as many queries at a time as `loki.max_tails` allows.',
  log_delete_done: 'A request to delete lines was to be cancelled, and it is too late.',
  log_delete_queue_full:
    'As many requests to delete lines are waiting as `loki.max_delete_requests` allows.',
  log_delete_file: 'The file of the requests to delete lines cannot be read or written.',
} as const;
