// Error codes of the Loki API.
export const lokiApiErrors = {
  loki_parameter: 'A parameter of the request cannot be read.',
} as const;
