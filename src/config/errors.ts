export const configErrors = {
  config_invalid: 'The configuration has mistakes; the message lists every one with its place.',
  config_unreadable: 'The configuration file cannot be read.',
  usage: 'The command line has a mistake.',
  invalid_duration: 'A duration is not a number with a unit.',
  invalid_size: 'A size is not a number with a unit.',
} as const;
