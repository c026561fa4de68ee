// What can be wrong with a TraceQL query; codes are stable (docs/reference/errors.md).
export const traceqlErrors = {
  traceql_parse: 'The TraceQL query does not follow the grammar; line and column say where.',
  traceql_type: 'The TraceQL query combines values of types that do not fit each other.',
  traceql_unsupported: 'With compat.strict: the query uses what Tempo reads but does not evaluate.',
  traceql_not_pushed:
    'The TraceQL query cannot run wholly in the engine, and query.push_down is always.',
  traceql_trace_id: 'The trace id is neither hexadecimal, nor a UUID, nor a decimal of 128 bits.',
  traceql_limit_traces: 'More traces than allowed would have to be read whole to answer.',
  traceql_limit_spans: 'The traces that would have to be in memory at once have too many spans.',
  traceql_cursor: 'The place to continue a search after is none that an answer gave.',
  traceql_limit_series: 'A metrics query would answer more values than are computed at once.',
  traceql_range: 'The end of the time range lies before its start.',
} as const;
