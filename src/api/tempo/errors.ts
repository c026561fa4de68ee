// What can be wrong with the parameters of a request to the Tempo API.
export const tempoErrors = {
  tempo_parameter: 'A parameter of the request is not what the Tempo API takes.',
} as const;
