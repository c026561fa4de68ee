// What can be wrong with a PromQL query.

export const promqlErrors = {
  promql_parse: 'The text is no PromQL expression; the message says where.',
  promql_type: 'An operator, function or aggregation got operands that it does not take.',
  promql_selector: 'A selector is impossible or would select everything.',
  promql_unknown_function: 'There is no function of this name.',
  promql_regex: 'A regular expression is not valid RE2 syntax.',
  promql_argument: 'The value of an argument is not allowed.',
  promql_duration: 'A duration, offset or timestamp is out of bounds.',
  promql_not_pushed: 'query.push_down is always, and a part of the query cannot run in the engine.',
} as const;
