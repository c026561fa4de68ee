export const ruleErrors = {
  rule_expression:
    'The expression of a rule is not valid PromQL, or its result is no vector and no scalar.',
  rule_duplicate: 'A rule gives two series with the same labels.',
  rule_write: 'The store refused samples that a rule made.',
  rule_limit: 'A rule gives more series or alerts than the limit of its group.',
} as const;
