export const ruleErrors = {
  rule_expression:
    'The expression of a rule is not valid, or its result is no vector and no scalar.',
  rule_duplicate: 'A rule gives two series with the same labels.',
  rule_write: 'The store refused samples that a rule made.',
  rule_limit: 'A rule gives more series or alerts than the limit of its group.',
  log_rule_group: 'A group of rules of the Loki API is not valid, or cannot be changed.',
  log_rule_file: 'The files of rules of the Loki API cannot be read or written.',
  rule_test_file: 'A file with unit tests of rules cannot be read, or is not valid.',
  backtest_unreachable: 'The program that a backtest is to run on does not answer.',
  backtest_request: 'What a backtest is asked by is not complete, or not JSON.',
  backtest_range: 'The times of a backtest are no range, or it would take too many evaluations.',
  backtest_rules: 'A backtest names no alerting rule, or too many, or its rules are not valid.',
  backtest_alerts: 'A rule of a backtest gives more alerts, or changes of them, than are shown.',
} as const;
