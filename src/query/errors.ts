// Limits that all query languages share. Each message names the key that moves the limit.

export const queryErrors = {
  limit_samples:
    'The query reads or makes more samples than query.max_samples, or lines than query.max_lines_scanned.',
  limit_series: 'The query selects more series than query.max_series.',
  limit_points: 'The query asks for more than 11,000 points per series.',
  query_too_many: 'More queries wait than query.max_concurrent allows.',
} as const;
