// Functions that Prometheus has and this engine does not: known by name, so that asking for one gets
// a clear answer instead of "unknown function".

export const unsupportedFunctions: ReadonlySet<string> = new Set([
  'histogram_avg',
  'histogram_count',
  'histogram_quantiles',
  'histogram_stddev',
  'histogram_stdvar',
  'histogram_sum',
  'info',
  'start_timestamp',
]);
