// What can be wrong with a metric query while its vectors are put together. Texts of the messages
// follow Prometheus, whose users search for them.

export const vectorErrors = {
  vector_many_to_many:
    'Both sides of a binary operation have several series for one set of matching labels.',
  vector_multiple_matches: 'A series matches more than one series of the other side.',
  vector_duplicate_series: 'Two series of one result have the same labels at the same time.',
  vector_parameter: 'The parameter of an aggregation is no number it can work with.',
} as const;
