// Error codes of `sightline conformance`.
export const conformanceErrors = {
  conformance_cases: 'The folder of cases is missing, or holds no suite.',
  conformance_target: 'The program that is tested does not answer, or refused the data of a suite.',
} as const;
