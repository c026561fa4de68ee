// What can be wrong with a question about services and their calls.
export const traceErrors = {
  trace_metrics_points: 'Metrics of services were asked for at more points than allowed.',
  derived_series: 'Series were asked about that no spans can be told by.',
} as const;
