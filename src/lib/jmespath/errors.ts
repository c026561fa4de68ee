export const jmespathErrors = {
  jmespath_syntax: 'A JMESPath expression is not valid; the message says what and where.',
} as const;
