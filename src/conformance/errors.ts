// Error codes of `sightline conformance`.
export const conformanceErrors = {
  conformance_cases: 'The folder of cases is missing, or holds no suite.',
  conformance_target: 'The program that is tested does not answer, or refused the data of a suite.',
  conformance_stopped: 'The command was told to stop before all suites were run.',
} as const;
