// What can be wrong with requests to endpoints of our own.
export const adminErrors = {
  trace_analysis_request:
    'A parameter of a question about traces is missing, or not what it takes.',
  trace_not_found: 'No span of the trace is stored.',
} as const;
